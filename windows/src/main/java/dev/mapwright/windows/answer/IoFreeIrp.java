package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/** The documented answers of {@code IoFreeIrp}, in the order in which they are checked. */
public enum IoFreeIrp implements Condition {
  /** The IRP is free. */
  DONE(Effect.DONE, 0, Answer.NO_PARAMETER, "IoFreeIrp, Description", "the IRP is free", ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "IoFreeIrp, Requirements",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, highest allowed"),
  /** No block of pool begins at the address. */
  NOT_AN_IRP(
      Effect.BUG_CHECK,
      BugCheckCode.BAD_POOL_CALLER,
      0x46,
      "Bug Check 0xC2, 0x46",
      "no block of pool begins at the address",
      "address"),
  /** The IRP was freed before. */
  TWICE(
      Effect.BUG_CHECK,
      BugCheckCode.BAD_POOL_CALLER,
      0x07,
      "Bug Check 0xC2, 0x07",
      "the IRP was freed before",
      "0, tag that it had, address"),
  /** The block was not allocated by IoAllocateIrp. */
  WRONG_TAG(
      Effect.BUG_CHECK,
      BugCheckCode.BAD_POOL_CALLER,
      0x0A,
      "Bug Check 0xC2, 0x0A",
      "the block was not allocated by IoAllocateIrp",
      "address, owner's tag, tag of IRPs"),
  /** A page of the IRP is still locked. */
  LOCKED(
      Effect.BUG_CHECK,
      BugCheckCode.PFN_LIST_CORRUPT,
      0x9A,
      "Bug Check 0x4E, 0x9A",
      "a page of the IRP is still locked",
      "PFN, page state 6 is active, locks");

  private final Answer answer;

  IoFreeIrp(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.IO_FREE_IRP, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
