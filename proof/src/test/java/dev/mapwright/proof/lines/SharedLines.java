package dev.mapwright.proof.lines;

import dev.mapwright.proof.lines.WriteLog.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The lines that are in two logs. */
public final class SharedLines {
  static final int LINE_BYTES = 64;

  /**
   * A line that both wrote.
   *
   * @param place an object's class, or what an array is and the field that holds it
   * @param fields the fields of an object that either wrote; nothing of others
   * @param one the one's first write
   * @param other the other's
   */
  public record Line(String place, Set<String> fields, Write one, Write other) {
    @Override
    public String toString() {
      return place + " " + fields + "\n  one:   " + describe(one) + "\n  other: " + describe(other);
    }

    private static String describe(Write write) {
      return String.join(" < ", write.callers());
    }
  }

  /** {@return where lines are, each place once} */
  public static Set<String> places(List<Line> lines) {
    Set<String> places = new TreeSet<>();
    lines.forEach(line -> places.add(line.place()));
    return places;
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
    one.fields()
        .forEach((object, fields) -> {
          Map<String, Write> others = other.fields().get(object);
          if (others != null) {
            shared.object(object, fields, others);
          }
        });
    one.elements()
        .forEach((array, elements) -> {
          NavigableMap<Long, Write> others = other.elements().get(array);
          if (others != null) {
            shared.array(array, elements, others);
          }
        });
    one.memory()
        .forEach((line, write) -> {
          Write others = other.memory().get(line);
          if (others != null) {
            shared.lines.add(new Line("memory", Set.of(), write, others));
          }
        });
    return shared.lines;
  }

  private void object(Object object, Map<String, Write> one, Map<String, Write> other) {
    TreeSet<String> names = new TreeSet<>(one.keySet());
    names.addAll(other.keySet());
    String of = object instanceof Class<?> type ? type.getName() : object.getClass().getName();
    String held = of.startsWith("dev.mapwright.") ? "" : " of " + holders.of(object);
    Write first = one.values().iterator().next();
    lines.add(new Line(WriteLog.simple(of) + held, names, first, other.values().iterator().next()));
  }

  private void array(Object array, Map<Long, Write> one, NavigableMap<Long, Write> other) {
    for (Map.Entry<Long, Write> written : one.entrySet()) {
      Map.Entry<Long, Write> near = near(other, written.getKey());
      if (near != null) {
        String type = array.getClass().getSimpleName();
        String place = type + " of " + holders.of(array);
        lines.add(new Line(place, Set.of(), written.getValue(), near.getValue()));
        return; // one is enough: an array has one name
      }
    }
  }

  private static Map.@Nullable Entry<Long, Write> near(NavigableMap<Long, Write> writes, long at) {
    Map.Entry<Long, Write> behind = writes.ceilingEntry(at - LINE_BYTES + 1);
    return behind != null && behind.getKey() < at + LINE_BYTES ? behind : null;
  }
}
