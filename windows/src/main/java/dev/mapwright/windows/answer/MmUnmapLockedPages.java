package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/** The documented answers of {@code MmUnmapLockedPages}, in the order in which they are checked. */
public enum MmUnmapLockedPages implements Condition {
  /** The pages are unmapped. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmUnmapLockedPages, Description",
      "the pages are unmapped",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x79,
      "Bug Check 0xC4, 0x79",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, address, MDL"),
  /** A mapping to user mode is removed above APC_LEVEL. */
  USER_IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x7A,
      "Bug Check 0xC4, 0x7A",
      "a mapping to user mode is removed above APC_LEVEL",
      "IRQL, address, MDL"),
  /** The MDL is not mapped there in the current process. */
  NOT_IN_THIS_PROCESS(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0xB9,
      "Bug Check 0xC4, 0xB9",
      "the MDL is not mapped there in the current process",
      "address, MDL"),
  /** The MDL is partial and shares the mapping of its source. */
  SHARED_UNDER_VERIFIER(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0xB5,
      "Bug Check 0xC4, 0xB5",
      "the MDL is partial and shares the mapping of its source",
      "MDL, flags, flag that is wrong"),
  /** The MDL is not mapped. */
  NOT_MAPPED_UNDER_VERIFIER(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0xB6,
      "Bug Check 0xC4, 0xB6",
      "the MDL is not mapped",
      "MDL, flags, flag that is missing"),
  /** The MDL is not mapped. */
  NOT_MAPPED(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x6,
      "Bug Check 0xDA, 0x06",
      "the MDL is not mapped",
      "MDL, address, pages"),
  /** The MDL is mapped at another address. */
  WRONG_ADDRESS(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x3,
      "Bug Check 0xDA, 0x03",
      "the MDL is mapped at another address",
      "MDL, where it is mapped, address"),
  /** The MDL has another count of pages than when it was mapped. */
  WRONG_COUNT(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x2,
      "Bug Check 0xDA, 0x02",
      "the MDL has another count of pages than when it was mapped",
      "MDL, pages then, pages now"),
  /** The first page of the MDL has changed since it was mapped. */
  WRONG_FIRST_PFN(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x4,
      "Bug Check 0xDA, 0x04",
      "the first page of the MDL has changed since it was mapped",
      "MDL, PFN then, PFN now"),
  /** StartVa of the MDL has changed since it was mapped. */
  WRONG_START(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x5,
      "Bug Check 0xDA, 0x05",
      "StartVa of the MDL has changed since it was mapped",
      "MDL, StartVa then, StartVa now");

  private final Answer answer;

  MmUnmapLockedPages(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_UNMAP_LOCKED_PAGES, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
