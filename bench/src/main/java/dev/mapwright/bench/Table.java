package dev.mapwright.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints rows: as one aligned table (which is Markdown too), or as JSON. */
final class Table {
  private Table() {}

  static String text(List<Row> rows) {
    List<String[]> lines = new ArrayList<>();
    lines.add(
        new String[] {
          "row", "what", "baseline", "target", "measured", "p25 - p75", "held", "figures"
        });
    for (Row row : rows) {
      lines.add(cells(row));
    }
    return aligned(lines);
  }

  /** What a pair of each side takes, a line for each number of mappings. */
  static String curves(List<Curve> curves) {
    List<String[]> lines = new ArrayList<>();
    List<String> heads = new ArrayList<>(List.of("mappings"));
    curves.forEach(curve -> heads.add(curve.side().title));
    lines.add(heads.toArray(String[]::new));
    for (int n : Curves.COUNTS) {
      List<String> cells = new ArrayList<>(List.of(format("%,d", n)));
      for (Curve curve : curves) {
        cells.add(
            curve.points().stream()
                .filter(point -> point.n() == n)
                .findFirst()
                .map(point -> format("%,.0f ns", point.nanos().median()))
                .orElse("-"));
      }
      lines.add(cells.toArray(String[]::new));
    }
    return aligned(lines);
  }

  private static String aligned(List<String[]> lines) {
    int[] widths = new int[lines.getFirst().length];
    for (String[] line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line[i].length());
      }
    }
    StringBuilder out = new StringBuilder();
    for (int l = 0; l < lines.size(); l++) {
      for (int i = 0; i < widths.length; i++) {
        out.append(i == 0 ? "| " : " | ").append(pad(lines.get(l)[i], widths[i]));
      }
      out.append(" |\n");
      if (l == 0) {
        for (int width : widths) {
          out.append('|').append("-".repeat(width + 2));
        }
        out.append("|\n");
      }
    }
    return out.toString();
  }

  private static String[] cells(Row row) {
    Quartiles measured = row.measured();
    Boolean held = row.held();
    return new String[] {
      row.name(),
      row.what(),
      row.baseline(),
      target(row),
      measured == null ? "-" : value(row, measured.median()),
      measured == null || measured.p25() == measured.p75()
          ? "-"
          : value(row, measured.p25()) + " - " + value(row, measured.p75()),
      held == null ? "-" : held ? "yes" : "no",
      figures(row)
    };
  }

  private static String target(Row row) {
    Row.Goal goal = row.goal();
    return goal == null ? "-" : (goal.atLeast() ? ">= " : "<= ") + value(row, goal.bound());
  }

  /** The remark, and why the row is not judged. */
  private static String figures(Row row) {
    Row.Goal goal = row.goal();
    String noise = row.noisy() ? "; NOISY: quartiles further apart than 15 %" : "";
    return row.remark()
        + noise
        + (goal == null || goal.unjudged() == null ? "" : "; not judged: " + goal.unjudged());
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(width - text.length());
  }

  private static String value(Row row, double value) {
    if (!row.unit().equals(Row.RATIO)) {
      return format(value >= 100 ? "%,.0f %s" : "%.1f %s", value, row.unit());
    }
    return value > 0 && value < 0.1 ? format("1/%,.1f", 1 / value) : format("%.2f", value);
  }

  static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  static String json(Surroundings surroundings, List<Row> rows) {
    StringBuilder out = new StringBuilder("{\n");
    for (Surroundings.Fact fact : surroundings.facts()) {
      out.append("  ").append(member(fact.name(), quote(fact.value()))).append(",\n");
    }
    out.append("  \"rows\": [\n");
    for (int i = 0; i < rows.size(); i++) {
      out.append(json(rows.get(i))).append(i + 1 < rows.size() ? ",\n" : "\n");
    }
    return out.append("  ]\n}\n").toString();
  }

  /** One object; what a row does not have is not in it. */
  private static String json(Row row) {
    List<String> members = new ArrayList<>();
    members.add(member("name", quote(row.name())));
    members.add(member("what", quote(row.what())));
    members.add(member("baseline", quote(row.baseline())));
    members.add(member("unit", quote(row.unit())));
    Row.Goal goal = row.goal();
    if (goal != null) {
      members.add(member("target", number(goal.bound())));
      members.add(member("target_is", quote(goal.atLeast() ? "at least" : "at most")));
    }
    Quartiles measured = row.measured();
    if (measured != null) {
      members.add(member("measured", number(measured.median())));
      members.add(member("p25", number(measured.p25())));
      members.add(member("p75", number(measured.p75())));
      members.add(member("spread", number(measured.spread())));
    }
    if (row.noisy()) {
      members.add(member("noisy", "true"));
    }
    Boolean held = row.held();
    if (held != null) {
      members.add(member("held", held.toString()));
    }
    if (goal != null && goal.unjudged() != null) {
      members.add(member("unjudged", quote(goal.unjudged())));
    }
    members.add(member("remark", quote(row.remark())));
    return "    {" + String.join(", ", members) + "}";
  }

  private static String member(String name, String value) {
    return quote(name) + ": " + value;
  }

  private static String number(double value) {
    return Double.isNaN(value) || Double.isInfinite(value) ? "null" : format("%.6g", value);
  }

  private static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append(format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
