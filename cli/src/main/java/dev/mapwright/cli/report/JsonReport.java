package dev.mapwright.cli.report;

import dev.mapwright.linux.maps.MappedRange;
import dev.mapwright.linux.maps.MapsComparison;
import dev.mapwright.linux.replay.AccessTrial;
import dev.mapwright.linux.replay.Divergence;
import dev.mapwright.linux.replay.ReplayReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonFactory;

/**
 * A replay's report for programs, as one JSON object. Its members are those of {@link
 * ReplayReport}; addresses are strings in hexadecimal, since a JSON number need not hold 64 bits.
 */
public final class JsonReport {
  private JsonReport() {}

  /**
   * Prints a report.
   *
   * @param report what was found
   * @param recording what was replayed, as the user called it
   * @param out where to
   */
  public static void print(ReplayReport report, String recording, PrintWriter out) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(new JsonLayout(), text)) {
      json.writeStartObject();
      json.writeBooleanProperty("agrees", report.agrees());
      json.writeStringProperty("recording", recording);
      json.writeNumberProperty("lines", report.lines());
      json.writeNumberProperty("callCount", report.callCount());
      counts(json, "calls", report.calls());
      counts(json, "skippedCalls", report.skippedCalls());
      json.writeNumberProperty("refusals", report.refusals());
      json.writeNumberProperty("choices", report.choices());
      json.writeNumberProperty("mmapAnswers", report.mmapAnswers());
      json.writeNumberProperty("mmapComputed", report.mmapComputed());
      json.writeNumberProperty("unverifiable", report.unverifiable());
      json.writeNumberProperty("reordered", report.reordered());
      json.writeNumberProperty("processes", report.processes());
      json.writeNumberProperty("threads", report.threads());
      json.writeNumberProperty("stackGrowths", report.stackGrowths());
      json.writeNumberProperty("divergenceCount", report.divergenceCount());
      divergences(json, report.divergences());
      json.writeNumberProperty("pid", report.pid());
      json.writeBooleanProperty("partial", report.partial());
      comparison(json, report.comparison());
      access(json, report.access());
      strings(json, "violations", report.violations());
      json.writeEndObject();
    }
    out.println(text);
  }

  private static void counts(JsonGenerator json, String name, Map<String, Long> counts) {
    json.writeObjectPropertyStart(name);
    counts.forEach((call, count) -> json.writeNumberProperty(call, count.longValue()));
    json.writeEndObject();
  }

  private static void divergences(JsonGenerator json, List<Divergence> divergences) {
    json.writeArrayPropertyStart("divergences");
    for (Divergence divergence : divergences) {
      json.writeStartObject();
      json.writeNumberProperty("line", divergence.line());
      json.writeNumberProperty("pid", divergence.pid());
      json.writeStringProperty("call", divergence.call());
      json.writeStringProperty("engine", divergence.computed());
      json.writeStringProperty("kernel", divergence.recorded());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void comparison(JsonGenerator json, @Nullable MapsComparison comparison) {
    if (comparison == null) {
      json.writeNullProperty("comparison");
      return;
    }
    json.writeObjectPropertyStart("comparison");
    json.writeNumberProperty("expectedRanges", comparison.expectedRanges());
    json.writeNumberProperty("actualRanges", comparison.actualRanges());
    json.writeNumberProperty("matching", comparison.matching());
    json.writeNumberProperty("differing", comparison.differing());
    json.writeArrayPropertyStart("differences");
    for (MapsComparison.Difference difference : comparison.differences()) {
      json.writeStartObject();
      range(json, "engine", difference.actual());
      range(json, "kernel", difference.expected());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void range(JsonGenerator json, String name, @Nullable MappedRange range) {
    if (range == null) {
      json.writeNullProperty(name);
      return;
    }
    json.writeObjectPropertyStart(name);
    json.writeStringProperty("first", Long.toHexString(range.first()));
    json.writeStringProperty("last", Long.toHexString(range.last()));
    json.writeStringProperty("permissions", range.permissions());
    json.writeStringProperty("offset", Long.toHexString(range.offset()));
    json.writeStringProperty("object", range.object());
    json.writeEndObject();
  }

  private static void access(JsonGenerator json, AccessTrial access) {
    json.writeObjectPropertyStart("access");
    json.writeNumberProperty("ranges", access.ranges());
    json.writeNumberProperty("accesses", access.accesses());
    json.writeNumberProperty("untried", access.untried());
    strings(json, "wrong", access.wrong());
    json.writeEndObject();
  }

  private static void strings(JsonGenerator json, String name, List<String> strings) {
    json.writeArrayPropertyStart(name);
    for (String string : strings) {
      json.writeString(string);
    }
    json.writeEndArray();
  }
}
