package dev.mapwright.proof.edges;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One step of a case, as {@code docs/dma-edges.md} describes it. Whatever is missing or of another
 * type is an error in the data, and named.
 *
 * @param fields what stands in it
 */
record EdgeStep(Map<String, Object> fields) {
  @SuppressWarnings("unchecked") // an object's keys are texts in JSON
  static EdgeStep of(Object value) {
    return new EdgeStep((Map<String, Object>) value);
  }

  boolean has(String name) {
    return fields.containsKey(name);
  }

  /** {@return what stands there} */
  Object value(String name) {
    Object value = fields.get(name);
    if (value == null) {
      throw new AssertionError("'" + name + "' is missing in " + fields);
    }
    return value;
  }

  String text(String name) {
    return (String) value(name);
  }

  @Nullable String textOrNull(String name) {
    return (String) fields.get(name);
  }

  int number(String name, int otherwise) {
    return has(name) ? (int) (long) (Long) value(name) : otherwise;
  }

  EdgeStep inner(String name) {
    return of(value(name));
  }

  List<EdgeStep> steps() {
    return ((List<?>) value("steps")).stream().map(EdgeStep::of).toList();
  }

  @Override
  public String toString() {
    return fields.toString();
  }
}
