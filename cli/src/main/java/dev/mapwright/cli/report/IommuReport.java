package dev.mapwright.cli.report;

import dev.mapwright.cli.text.Sizes;
import dev.mapwright.linux.iommu.Finding;
import dev.mapwright.linux.iommu.IommuReplayReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonFactory;

/** The report of an IOMMU's replay, for people and for programs. */
public final class IommuReport {
  private static final int SUBJECT_WIDTH = 9;

  private IommuReport() {}

  /**
   * Prints a report for people: a line for each thing that was compared, and the first differences
   * below it.
   *
   * @param report what was found
   * @param recording what was replayed, as the user called it
   * @param out where to
   */
  public static void print(IommuReplayReport report, String recording, PrintWriter out) {
    out.println(
        (recording + ": an IOMMU's tables, " + (report.scalable() ? "scalable" : "legacy"))
            + (" mode, " + Sizes.count(report.tables(), "table"))
            + (", " + Sizes.count(report.devices(), "device"))
            + (report.cpuTables() == 0
                ? ""
                : "; a CPU's, " + Sizes.count(report.cpuTables(), "table")));
    if (report.lines() > 0) {
      out.println(
          ("  " + Sizes.count(report.lines(), "line") + " of a trace: ")
              + (Sizes.count(report.maps(), "map") + ", ")
              + (Sizes.count(report.unmaps(), "unmap") + ", ")
              + (Sizes.count(report.flushes(), "flush", "flushes") + ", ")
              + (Sizes.count(report.attachments(), "attachment") + " of devices, in ")
              + Sizes.count(report.domains(), "domain"));
    }
    out.println();
    for (Finding finding : report.findings()) {
      print(finding, out);
    }
    for (String missing : report.notCompared()) {
      out.println("  not compared: " + missing);
    }
    out.println();
    out.println(
        report.agrees() ? "The engine and the kernel agree." : "The engine and the kernel DIFFER.");
  }

  private static void print(Finding finding, PrintWriter out) {
    String subject = finding.subject();
    String label = subject + " ".repeat(Math.max(1, SUBJECT_WIDTH - subject.length()));
    String all = Sizes.grouped(finding.compared()) + " " + finding.nouns();
    if (finding.differing() == 0 && finding.compared() > 1) {
      out.println(label + "all " + all + " " + finding.agreement());
      return;
    }
    String some = Sizes.grouped(finding.matching()) + " of " + all + " " + finding.agreement();
    if (finding.differing() == 0) {
      out.println(label + some); // not "all 1 devices"
      return;
    }
    int listed = finding.differences().size();
    out.println(
        (label + some) + ("; " + Sizes.grouped(finding.differing()) + " DIFFER, for example:"));
    for (int i = 0; i < listed; i++) {
      out.println("  " + finding.differences().get(i));
    }
  }

  /**
   * Prints a report for programs, as one JSON object.
   *
   * @param report what was found
   * @param recording what was replayed, as the user called it
   * @param out where to
   */
  public static void printJson(IommuReplayReport report, String recording, PrintWriter out) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(new JsonLayout(), text)) {
      json.writeStartObject();
      json.writeBooleanProperty("agrees", report.agrees());
      json.writeStringProperty("recording", recording);
      json.writeStringProperty("mode", report.scalable() ? "scalable" : "legacy");
      json.writeNumberProperty("tables", report.tables());
      json.writeNumberProperty("devices", report.devices());
      json.writeNumberProperty("cpuTables", report.cpuTables());
      json.writeNumberProperty("lines", report.lines());
      json.writeNumberProperty("maps", report.maps());
      json.writeNumberProperty("unmaps", report.unmaps());
      json.writeNumberProperty("flushes", report.flushes());
      json.writeNumberProperty("attachments", report.attachments());
      json.writeNumberProperty("domains", report.domains());
      json.writeArrayPropertyStart("findings");
      for (Finding finding : report.findings()) {
        json.writeStartObject();
        json.writeStringProperty("subject", finding.subject());
        json.writeStringProperty("agreement", finding.nouns() + " " + finding.agreement());
        json.writeNumberProperty("compared", finding.compared());
        json.writeNumberProperty("matching", finding.matching());
        json.writeNumberProperty("differing", finding.differing());
        strings(json, "differences", finding.differences());
        json.writeEndObject();
      }
      json.writeEndArray();
      strings(json, "notCompared", report.notCompared());
      json.writeEndObject();
    }
    out.println(text);
  }

  private static void strings(JsonGenerator json, String name, List<String> strings) {
    json.writeArrayPropertyStart(name);
    for (String string : strings) {
      json.writeString(string);
    }
    json.writeEndArray();
  }
}
