package dev.mapwright.windows;

import static dev.mapwright.windows.abi.MemoryCachingType.MM_CACHED;
import static dev.mapwright.windows.reserved.ReservedCalls.mmAllocateMappingAddress;
import static dev.mapwright.windows.reserved.ReservedCalls.mmMapLockedPagesWithReservedMapping;
import static dev.mapwright.windows.reserved.ReservedCalls.mmUnmapReservedMapping;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.answer.Advice;
import dev.mapwright.windows.answer.Answer;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmUnmapIoSpace;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.bugcheck.BugCheckReport;
import dev.mapwright.windows.context.KernelOptions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the report of a bug check reads like. */
class BugCheckReportTest extends WindowsTest {
  @Test
  void
      it_says_what_was_called_what_was_wrong_by_which_contract_what_happened_before_and_what_to_do() {
    boot(KernelOptions.DEFAULT.with(LAYOUT).recordingMisuse().withCallSites());
    long base = mmAllocateMappingAddress(c, 2 * PAGE, TAG);
    long mdl = lockedMdl(2 * PAGE, 0);
    mmMapLockedPagesWithReservedMapping(c, base, TAG, mdl, MM_CACHED);
    mmUnmapReservedMapping(c, base, OTHER_TAG, mdl);
    String text = lastReport().text().replaceAll("[A-Za-z]+[.]java:[0-9]+", "LINE");
    assertThat(text.replace(Long.toHexString(base), "BASE"))
        .isEqualTo(
            """
            0xDA SYSTEM_PTE_MISUSE (0x108, 0xBASE, 0x65736c45, 0x74736554)
              called      MmUnmapReservedMapping by test driver at LINE
              wrong       the reservation belongs to another tag
              parameters  address: 0xBASE
                          caller's tag: 0x65736c45 = 'Else'
                          owner's tag: 0x74736554 = 'Test'
              contract    Bug Check 0xDA, 0x108
              history     reserve of 2 pages at 0xBASE in system, LINE
                          map of 2 pages at 0xBASE in system, LINE
              what to do  Pass the tag that the range was reserved with: a reservation belongs to its tag.
            """);
  }

  @Test
  void counts_are_decimal_too_what_is_always_zero_is_left_out_and_long_lines_are_broken() {
    String advice = "Pair each call with another one of the same MDL. ".repeat(4).strip();
    BugCheckReport report =
        new BugCheckReport(
            MmUnmapIoSpace.NOT_MAPPED,
            "MmUnmapIoSpace",
            List.of(0x400L, 0x1000L, 256L, 0L),
            "a",
            "",
            List.of(),
            advice);
    assertThat(report.text()).contains("pages: 0x100 = 256\n").doesNotContain(" 0: ");
    assertThat(report.text().lines()).allMatch(line -> line.length() <= 100);
    assertThat(report.text().replaceAll("\n +", " ")).contains(advice);
    assertThat(report.headline())
        .isEqualTo(
            "0xDA SYSTEM_PTE_MISUSE (0x400, 0x1000, 0x100, 0x0): MmUnmapIoSpace: "
                + MmUnmapIoSpace.NOT_MAPPED.answer().sentence());
  }

  @ParameterizedTest
  @EnumSource(Routine.class)
  void every_bug_check_says_what_to_do(Routine routine) {
    for (Condition condition : routine.conditions()) {
      Answer answer = condition.answer();
      if (answer.bugCheck()) {
        assertThat(Advice.inReport(answer)).as(answer.codeText()).matches("[A-Z].*[.?]");
      }
      if (answer.codeText().startsWith("0xC4/") || answer.codeText().startsWith("0xDA/")) {
        assertThat(Advice.of(answer)).as(answer.codeText() + " has advice of its own").isNotEmpty();
      }
    }
  }
}
