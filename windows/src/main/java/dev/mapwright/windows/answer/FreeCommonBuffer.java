package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/**
 * The answers of the adapter's {@code FreeCommonBuffer}, in the order in which they are checked.
 */
public enum FreeCommonBuffer implements Condition {
  /** It is no common buffer any more; the MDL and its pages are the driver's. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "PCREATE_COMMON_BUFFER_FROM_MDL, Remarks",
      "it is no common buffer any more; the MDL and its pages are the driver's",
      ""),
  /** The IRQL is above PASSIVE_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x13,
      "Bug Check 0xE6, 0x13",
      "the IRQL is above PASSIVE_LEVEL",
      "kind of comparison, highest allowed, IRQL"),
  /** The adapter was released before. */
  RELEASED(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "DMA Verification",
      "the adapter was released before",
      "adapter"),
  /** No common buffer of the adapter begins at this system address. */
  FOREIGN(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "PCREATE_COMMON_BUFFER_FROM_MDL, Remarks",
      "no common buffer of the adapter begins at this system address",
      "address"),
  /** Length or logical address are not those of the buffer. */
  OTHER_BUFFER(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "length or logical address are not those of the buffer",
      "address, length, logical address");

  private final Answer answer;

  FreeCommonBuffer(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.FREE_COMMON_BUFFER, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
