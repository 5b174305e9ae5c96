package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/**
 * The documented answers of {@code MmFreeNonCachedMemory}, in the order in which they are checked.
 */
public enum MmFreeNonCachedMemory implements Condition {
  /** The memory is free. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmFreeNonCachedMemory, Description",
      "the memory is free",
      ""),
  /** The IRQL is above APC_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmFreeNonCachedMemory, Requirements",
      "the IRQL is above APC_LEVEL",
      "IRQL, highest allowed"),
  /** No non-cached memory begins at the address, nor did any. */
  NOT_A_BASE(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x303,
      "Bug Check 0xDA, 0x303",
      "no non-cached memory begins at the address, nor did any",
      "address, pages"),
  /** The address is in the middle of other memory. */
  INSIDE(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x304,
      "Bug Check 0xDA, 0x304",
      "the address is in the middle of contiguous or non-cached memory",
      "address, pages asked for"),
  /** The memory was freed before. */
  FREED_TWICE(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x306,
      "Bug Check 0xDA, 0x306",
      "the memory was freed before",
      "address, free page, pages asked for"),
  /** The memory has another number of pages. */
  WRONG_SIZE(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x305,
      "Bug Check 0xDA, 0x305",
      "the memory has another number of pages",
      "address, caller's pages, pages of the memory"),
  /** A page of the memory is still locked. */
  LOCKED(
      Effect.BUG_CHECK,
      BugCheckCode.PFN_LIST_CORRUPT,
      0x9A,
      "Bug Check 0x4E, 0x9A",
      "a page of the memory is still locked",
      "PFN, page state 6 is active, locks");

  private final Answer answer;

  MmFreeNonCachedMemory(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_FREE_NON_CACHED_MEMORY, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
