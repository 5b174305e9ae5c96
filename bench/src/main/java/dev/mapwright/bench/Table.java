package dev.mapwright.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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
      row.target() == null ? "-" : "<= " + value(row, row.target()),
      measured == null ? "-" : value(row, measured.median()),
      measured == null || measured.p25() == measured.p75()
          ? "-"
          : value(row, measured.p25()) + " - " + value(row, measured.p75()),
      held == null ? "-" : held ? "yes" : "no",
      row.remark() + (row.noisy() ? "; NOISY: quartiles further apart than 15 %" : "")
    };
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
      out.append("  ").append(quote(fact.name())).append(": ");
      out.append(quote(fact.value())).append(",\n");
    }
    out.append("  \"rows\": [\n");
    for (int i = 0; i < rows.size(); i++) {
      out.append(json(rows.get(i))).append(i + 1 < rows.size() ? ",\n" : "\n");
    }
    return out.append("  ]\n}\n").toString();
  }

  private static String json(Row row) {
    Quartiles measured = row.measured();
    return "    {"
        + quote("name")
        + ": "
        + quote(row.name())
        + ", "
        + quote("what")
        + ": "
        + quote(row.what())
        + ", "
        + quote("baseline")
        + ": "
        + quote(row.baseline())
        + ", "
        + quote("unit")
        + ": "
        + quote(row.unit())
        + ", "
        + quote("target")
        + ": "
        + number(row.target())
        + ", "
        + quote("measured")
        + ": "
        + number(measured == null ? null : measured.median())
        + ", "
        + quote("p25")
        + ": "
        + number(measured == null ? null : measured.p25())
        + ", "
        + quote("p75")
        + ": "
        + number(measured == null ? null : measured.p75())
        + ", "
        + quote("spread")
        + ": "
        + number(measured == null ? null : measured.spread())
        + ", "
        + quote("held")
        + ": "
        + row.held()
        + ", "
        + quote("noisy")
        + ": "
        + row.noisy()
        + ", "
        + quote("remark")
        + ": "
        + quote(row.remark())
        + "}";
  }

  private static String number(@Nullable Double value) {
    return value == null || value.isNaN() || value.isInfinite() ? "null" : format("%.6g", value);
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
