package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/** The answers of the adapter's {@code GetDmaDomain}, in the order in which they are checked. */
public enum GetDmaDomain implements Condition {
  /** The handle of the domain in which the device is is returned. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "PGET_DMA_DOMAIN, Return value",
      "the handle of the domain in which the device is is returned",
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
  /** DMA of the device is not remapped, so it is in no domain. */
  NO_DOMAIN(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "DMA of the device is not remapped, so it is in no domain",
      "device object");

  private final Answer answer;

  GetDmaDomain(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.GET_DMA_DOMAIN, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
