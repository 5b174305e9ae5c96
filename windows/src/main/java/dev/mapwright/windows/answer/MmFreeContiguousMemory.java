package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/**
 * The documented answers of {@code MmFreeContiguousMemory}, in the order in which they are checked.
 */
public enum MmFreeContiguousMemory implements Condition {
  /** The block is free. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmFreeContiguousMemory, Description",
      "the block is free",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmFreeContiguousMemory, Remarks",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, highest allowed"),
  /** No contiguous block begins at the address, or it was freed before. */
  NOT_A_BASE(
      Effect.BUG_CHECK,
      BugCheckCode.BAD_POOL_CALLER,
      0x60,
      "Bug Check 0xC2, 0x60",
      "no contiguous block begins at the address, or it was freed before",
      "address"),
  /** A page of the block is still locked. */
  LOCKED(
      Effect.BUG_CHECK,
      BugCheckCode.PFN_LIST_CORRUPT,
      0x9A,
      "Bug Check 0x4E, 0x9A",
      "a page of the block is still locked",
      "PFN, page state 6 is active, locks");

  private final Answer answer;

  MmFreeContiguousMemory(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_FREE_CONTIGUOUS_MEMORY, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
