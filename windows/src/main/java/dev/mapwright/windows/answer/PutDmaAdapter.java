package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/** The answers of the adapter's {@code PutDmaAdapter}, in the order in which they are checked. */
public enum PutDmaAdapter implements Condition {
  /** The adapter is released. */
  DONE(Effect.DONE, 0, Answer.NO_PARAMETER, "DMA Verification", "the adapter is released", ""),
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
  /** Other devices are in the domain of the adapter, or something is reserved there. */
  DOMAIN_IN_USE(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "other devices are in the domain of the adapter, or something is reserved there",
      "adapter, domain"),
  /** Another call attaches or detaches the device just now. */
  CONCURRENT(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "another call attaches or detaches the device just now",
      "device object"),
  /** Common buffers were not freed; they go with the adapter. */
  BUFFERS_LEFT(
      Effect.NOTED,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "common buffers were not freed; they go with the adapter",
      "adapter, buffers");

  private final Answer answer;

  PutDmaAdapter(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.PUT_DMA_ADAPTER, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
