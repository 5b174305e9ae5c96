package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/** The documented answers of {@code MmUnmapIoSpace}, in the order in which they are checked. */
public enum MmUnmapIoSpace implements Condition {
  /** The range is unmapped. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmUnmapIoSpace, Description",
      "the range is unmapped",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x7B,
      "Bug Check 0xC4, 0x7B",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, address, bytes"),
  /** No mapping of I/O space begins at this page, or it was unmapped before. */
  NOT_MAPPED(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x400,
      "Bug Check 0xDA, 0x400",
      "no mapping of I/O space begins at this page, or it was unmapped before",
      "address, pages, 0"),
  /** The mapping has another number of pages. */
  WRONG_SIZE(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x305,
      "Bug Check 0xDA, 0x305",
      "the mapping has another number of pages",
      "address, caller's pages, pages of the mapping");

  private final Answer answer;

  MmUnmapIoSpace(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.MM_UNMAP_IO_SPACE, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
