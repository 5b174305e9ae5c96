package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code MmAdvanceMdl}, in the order in which they are checked. */
public enum MmAdvanceMdl implements Condition {
  /** The MDL begins later. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmAdvanceMdl, Return value",
      "the MDL begins later",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmAdvanceMdl, Requirements",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, highest allowed"),
  /** Nothing would be left of the buffer. */
  PAST_END(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_2,
      Answer.NO_PARAMETER,
      "MmAdvanceMdl, Return value",
      "nothing would be left of the buffer",
      "bytes, length of the buffer"),
  /** There is no memory to read so many pages. */
  NO_MEMORY(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "this library",
      "there is no memory to read so many pages",
      "MDL, pages"),
  /** A page to pass was allocated for the MDL and would be lost. */
  ALLOCATED_PAGES(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "a page to pass was allocated for the MDL and would be lost",
      "MDL, PFN"),
  /** The MDL says that it is mapped, and no mapping that goes with it is there. */
  MAPPING_CHANGED(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x6,
      "Bug Check 0xDA, 0x06",
      "the MDL says that it is mapped, and no mapping that goes with it is there",
      "MDL, MappedSystemVa, pages"),
  /** A page to pass is not locked. */
  NOT_LOCKED(
      Effect.BUG_CHECK,
      BugCheckCode.PFN_LIST_CORRUPT,
      0x7,
      "Bug Check 0x4E, 0x07",
      "a page to pass is not locked",
      "PFN, locks of the page");

  private final Answer answer;

  MmAdvanceMdl(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.MM_ADVANCE_MDL, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
