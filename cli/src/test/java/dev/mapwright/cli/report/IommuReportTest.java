package dev.mapwright.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.linux.iommu.Finding;
import dev.mapwright.linux.iommu.IommuReplayReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the report of an IOMMU's replay says how many things agree. */
class IommuReportTest {
  private static Finding devices(long compared, long matching) {
    List<String> differences = compared == matching ? List.of() : List.of("00:02.0: is elsewhere");
    return new Finding("roots", "devices", "found", compared, matching, differences);
  }

  private static String printed(Finding finding) {
    StringWriter text = new StringWriter();
    try (PrintWriter out = new PrintWriter(text)) {
      IommuReport.print(
          new IommuReplayReport(false, 4, 1, 0, 0, 0, 0, 0, 0, 1, List.of(finding), List.of()),
          "a recording",
          out);
    }
    return text.toString();
  }

  @Test
  void of_one_thing_it_is_not_said_that_all_agree() {
    assertThat(printed(devices(1, 1))).contains("\nroots    1 of 1 devices found\n");
    assertThat(printed(devices(0, 0))).contains("\nroots    0 of 0 devices found\n");
    assertThat(printed(devices(2, 2))).contains("\nroots    all 2 devices found\n");
    assertThat(printed(devices(1, 0)))
        .contains("\nroots    0 of 1 devices found; 1 DIFFER, for example:\n  00:02.0");
  }
}
