package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/**
 * The documented answers of {@code MmFreeMappingAddress}, in the order in which they are checked.
 */
public enum MmFreeMappingAddress implements Condition {
  /** The reservation is released. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmFreeMappingAddress, Description",
      "the reservation is released",
      ""),
  /** The IRQL is above APC_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmFreeMappingAddress, Requirements",
      "the IRQL is above APC_LEVEL",
      "IRQL, highest allowed"),
  /** No reservation begins at this address, or it was freed before. */
  NOT_RESERVED(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x102,
      "Bug Check 0xDA, 0x102",
      "no reservation begins at this address, or it was freed before",
      "address, caller's tag"),
  /** The reservation belongs to another tag. */
  WRONG_TAG(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x101,
      "Bug Check 0xDA, 0x101",
      "the reservation belongs to another tag",
      "address, caller's tag, owner's tag"),
  /** Something is still mapped in the reservation. */
  STILL_MAPPED(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x103,
      "Bug Check 0xDA, 0x103",
      "something is still mapped in the reservation",
      "first mapped page, caller's tag, pages of the reservation");

  private final Answer answer;

  MmFreeMappingAddress(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_FREE_MAPPING_ADDRESS, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
