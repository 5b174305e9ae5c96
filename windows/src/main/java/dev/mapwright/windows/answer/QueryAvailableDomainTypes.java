package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/**
 * The documented answers of {@code QueryAvailableDomainTypes}, in the order in which they are
 * checked.
 */
public enum QueryAvailableDomainTypes implements Condition {
  /** The mask is written. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DEVICE_QUERY_DOMAIN_TYPES, Remarks",
      "the mask is written",
      ""),
  /** The IRQL is above PASSIVE_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x13,
      "Bug Check 0xE6, 0x13",
      "the IRQL is above PASSIVE_LEVEL",
      "kind of comparison, highest allowed, IRQL"),
  /** There is no such device. */
  NO_DEVICE(
      Effect.NULL, 0, Answer.NO_PARAMETER, "this library", "there is no such device", "device");

  private final Answer answer;

  QueryAvailableDomainTypes(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.QUERY_AVAILABLE_DOMAIN_TYPES,
            effect,
            code,
            parameter1,
            source,
            sentence,
            numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
