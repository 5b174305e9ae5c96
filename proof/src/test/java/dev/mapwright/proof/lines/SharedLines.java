package dev.mapwright.proof.lines;

import dev.mapwright.proof.lines.WriteLog.Write;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The lines that are in two logs. */
public final class SharedLines {
  static final int LINE_BYTES = 64;

  /**
   * A line that both wrote.
   *
   * @param name an object's class and the fields of it that were written, or where an array is
   * @param one the one's first write
   * @param other the other's
   */
  public record Line(String name, Write one, Write other) {
    @Override
    public String toString() {
      return name + "\n  one:   " + describe(one) + "\n  other: " + describe(other);
    }

    private static String describe(Write write) {
      return String.join(" < ", write.callers());
    }
  }

  private final List<Line> lines = new ArrayList<>();
  private final Holders holders;

  private SharedLines(Holders holders) {
    this.holders = holders;
  }

  /**
   * Compares two logs.
   *
   * @param roots from where names of arrays are looked for
   */
  public static List<Line> of(WriteLog one, WriteLog other, Object... roots) {
    SharedLines shared = new SharedLines(Holders.from(roots));
    one.fields().forEach((object, fields) -> {
      Map<String, Write> others = other.fields().get(object);
      if (others != null) {
        shared.object(object, fields, others);
      }
    });
    one.elements().forEach((array, elements) -> {
      TreeMap<Long, Write> others = other.elements().get(array);
      if (others != null) {
        shared.array(array, elements, others);
      }
    });
    one.memory().forEach((line, write) -> {
      Write others = other.memory().get(line);
      if (others != null) {
        shared.lines.add(new Line("memory", write, others));
      }
    });
    return shared.lines;
  }

  private void object(Object object, Map<String, Write> one, Map<String, Write> other) {
    TreeSet<String> names = new TreeSet<>(one.keySet());
    names.addAll(other.keySet());
    String of = object instanceof Class<?> type ? type.getName() : object.getClass().getName();
    String held = of.startsWith("dev.mapwright.") ? "" : " of " + holders.of(object);
    lines.add(
        new Line(
            WriteLog.simple(of) + names + held,
            one.values().iterator().next(),
            other.values().iterator().next()));
  }

  private void array(Object array, TreeMap<Long, Write> one, TreeMap<Long, Write> other) {
    for (Map.Entry<Long, Write> written : one.entrySet()) {
      Map.Entry<Long, Write> near = near(other, written.getKey());
      if (near != null) {
        String type = array.getClass().getSimpleName();
        lines.add(new Line(type + " of " + holders.of(array), written.getValue(), near.getValue()));
        return; // one is enough: an array has one name
      }
    }
  }

  private static Map.@Nullable Entry<Long, Write> near(TreeMap<Long, Write> writes, long at) {
    Map.Entry<Long, Write> behind = writes.ceilingEntry(at - LINE_BYTES + 1);
    return behind != null && behind.getKey() < at + LINE_BYTES ? behind : null;
  }
}
