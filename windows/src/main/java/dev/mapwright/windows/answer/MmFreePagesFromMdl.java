package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/** The documented answers of {@code MmFreePagesFromMdl}, in the order in which they are checked. */
public enum MmFreePagesFromMdl implements Condition {
  /** The pages are free. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmFreePagesFromMdl, Description",
      "the pages are free",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x7E,
      "Bug Check 0xC4, 0x7E",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, DISPATCH_LEVEL"),
  /** The MDL describes no byte. */
  ZERO_BYTES(
      Effect.MISUSE, 0, Answer.NO_PARAMETER, "this library", "the MDL describes no byte", "MDL"),
  /** There is no memory to read so many pages. */
  NO_MEMORY(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "there is no memory to read so many pages",
      "MDL, pages"),
  /** The MDL says that it is mapped, and no mapping that goes with it is there. */
  MAPPING_CHANGED(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x6,
      "Bug Check 0xDA, 0x06",
      "the MDL says that it is mapped, and no mapping that goes with it is there",
      "MDL, MappedSystemVa, pages"),
  /** A page was not allocated for an MDL, or is not locked any more. */
  NOT_ALLOCATED(
      Effect.BUG_CHECK,
      BugCheckCode.MEMORY_MANAGEMENT,
      0x1236,
      "Bug Check 0x1A, 0x1236",
      "a page was not allocated for an MDL, or is not locked any more",
      "MDL, address of the PFN, PFN"),
  /** Another MDL has still locked a page. */
  STILL_LOCKED(
      Effect.BUG_CHECK,
      BugCheckCode.PFN_LIST_CORRUPT,
      0x9A,
      "Bug Check 0x4E, 0x9A",
      "another MDL has still locked a page",
      "PFN, 0, locks");

  private final Answer answer;

  MmFreePagesFromMdl(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_FREE_PAGES_FROM_MDL, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
