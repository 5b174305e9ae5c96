package dev.mapwright.cli.explain;

import dev.mapwright.cli.report.JsonLayout;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonFactory;

/** Explanations for programs: the members are those of {@link Code} and {@link Explanation}. */
public final class ExplanationJson {
  private ExplanationJson() {}

  /**
   * Prints an explanation as one object.
   *
   * @param found what was looked up
   * @param out where to
   */
  public static void print(Finding.Found found, PrintWriter out) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(new JsonLayout(), text)) {
      Explanation known = found.explanation();
      json.writeStartObject();
      names(json, found.code());
      nullable(json, "routine", found.routine());
      json.writeStringProperty("meaning", known.meaning());
      json.writeArrayPropertyStart("causes");
      for (Cause cause : known.causes()) {
        json.writeStartObject();
        json.writeStringProperty("routine", cause.routine());
        json.writeStringProperty("sentence", cause.sentence());
        json.writeStringProperty("source", cause.source());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeArrayPropertyStart("parts");
      for (Part part : known.parts()) {
        json.writeStartObject();
        json.writeStringProperty("name", part.name());
        json.writeStringProperty("sentence", part.sentence());
        strings(json, "routines", part.routines());
        json.writeEndObject();
      }
      json.writeEndArray();
      strings(json, "advice", known.advice());
      json.writeEndObject();
    }
    out.println(text);
  }

  /**
   * Prints codes as one array of objects, without explanations.
   *
   * @param codes the codes
   * @param out where to
   */
  public static void printList(List<Code> codes, PrintWriter out) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(new JsonLayout(), text)) {
      json.writeStartArray();
      for (Code code : codes) {
        json.writeStartObject();
        names(json, code);
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    out.println(text);
  }

  private static void names(JsonGenerator json, Code code) {
    json.writeStringProperty("system", code.book().system());
    json.writeStringProperty("name", code.name());
    strings(json, "aliases", code.aliases());
  }

  private static void nullable(JsonGenerator json, String name, @Nullable String value) {
    if (value == null) {
      json.writeNullProperty(name);
    } else {
      json.writeStringProperty(name, value);
    }
  }

  private static void strings(JsonGenerator json, String name, List<String> strings) {
    json.writeArrayPropertyStart(name);
    for (String string : strings) {
      json.writeString(string);
    }
    json.writeEndArray();
  }
}
