package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/** The documented answers of {@code ExFreePoolWithTag}, in the order in which they are checked. */
public enum ExFreePoolWithTag implements Condition {
  /** The block is free. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "ExFreePoolWithTag, Description",
      "the block is free",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x12,
      "Bug Check 0xC4, 0x12",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, pool type, address"),
  /** No block of pool begins at the address. */
  FOREIGN(
      Effect.BUG_CHECK,
      BugCheckCode.BAD_POOL_CALLER,
      0x46,
      "Bug Check 0xC2, 0x46",
      "no block of pool begins at the address",
      "address"),
  /** The block was freed before. */
  TWICE(
      Effect.BUG_CHECK,
      BugCheckCode.BAD_POOL_CALLER,
      0x07,
      "Bug Check 0xC2, 0x07",
      "the block was freed before",
      "0, tag that it had, address"),
  /** The block belongs to another tag. */
  WRONG_TAG(
      Effect.BUG_CHECK,
      BugCheckCode.BAD_POOL_CALLER,
      0x0A,
      "Bug Check 0xC2, 0x0A",
      "the block belongs to another tag",
      "address, owner's tag, caller's tag"),
  /** Paged pool is freed above APC_LEVEL. */
  PAGED_AT_HIGH_IRQL(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x11,
      "Bug Check 0xC4, 0x11",
      "paged pool is freed above APC_LEVEL",
      "IRQL, 1, address"),
  /** A page of the block is still locked. */
  LOCKED(
      Effect.BUG_CHECK,
      BugCheckCode.PFN_LIST_CORRUPT,
      0x9A,
      "Bug Check 0x4E, 0x9A",
      "a page of the block is still locked",
      "PFN, page state 6 is active, locks");

  private final Answer answer;

  ExFreePoolWithTag(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.EX_FREE_POOL_WITH_TAG, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
