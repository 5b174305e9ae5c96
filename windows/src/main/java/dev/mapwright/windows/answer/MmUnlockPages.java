package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/** The documented answers of {@code MmUnlockPages}, in the order in which they are checked. */
public enum MmUnlockPages implements Condition {
  /** The pages are unlocked. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmUnlockPages, Description",
      "the pages are unlocked",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x78,
      "Bug Check 0xC4, 0x78",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, MDL"),
  /** The MDL is partial. */
  PARTIAL_UNDER_VERIFIER(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0xB4,
      "Bug Check 0xC4, 0xB4",
      "the MDL is partial",
      "MDL, flags, flag that is wrong"),
  /** The MDL was built over nonpaged memory. */
  NONPAGED_UNDER_VERIFIER(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x7D,
      "Bug Check 0xC4, 0x7D",
      "the MDL was built over nonpaged memory",
      "MDL, flags"),
  /** The MDL says that its pages are not locked. */
  NEVER_LOCKED_UNDER_VERIFIER(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x7C,
      "Bug Check 0xC4, 0x7C",
      "the MDL says that its pages are not locked",
      "MDL, flags"),
  /** The pages of the process are not locked by this MDL. */
  PROCESS_NOT_LOCKED(
      Effect.BUG_CHECK,
      BugCheckCode.PROCESS_HAS_LOCKED_PAGES,
      0x1,
      "Bug Check 0x76, 0x1",
      "the pages of the process are not locked by this MDL",
      "MDL, locked pages of the process"),
  /** The pages are not locked by this MDL. */
  NOT_LOCKED(
      Effect.BUG_CHECK,
      BugCheckCode.PFN_LIST_CORRUPT,
      0x7,
      "Bug Check 0x4E, 0x07",
      "the pages are not locked by this MDL",
      "PFN, locks of the page"),
  /** The MDL was allocated for I/O space and is not unlocked, but freed. */
  IO_SPACE_MDL(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateMdlForIoSpace, Remarks",
      "the MDL was allocated for I/O space and is not unlocked, but freed",
      "MDL, flags"),
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
  /** A page was allocated for an MDL, and its last lock goes when it is freed. */
  ALLOCATED_PAGES(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmAllocatePagesForMdl, Remarks",
      "a page was allocated for the MDL and is not unlocked, but freed by MmFreePagesFromMdl",
      "MDL, PFN");

  private final Answer answer;

  MmUnlockPages(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.MM_UNLOCK_PAGES, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
