package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/**
 * The documented answers of {@code FreeReservedLogicalAddressRange}, in the order in which they are
 * checked.
 */
public enum FreeReservedLogicalAddressRange implements Condition {
  /** The range is free. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_FREE_RESERVED_LOGICAL_ADDRESS_RANGE, Return value",
      "the range is free",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x13,
      "Bug Check 0xE6, 0x13",
      "the IRQL is above DISPATCH_LEVEL",
      "kind of comparison, highest allowed, IRQL"),
  /** There is no such token. */
  NO_TOKEN(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "this library",
      "there is no such token",
      "token"),
  /** A page of the range is mapped. */
  MAPPED(
      Effect.STATUS,
      NtStatus.STATUS_RESOURCE_IN_USE,
      Answer.NO_PARAMETER,
      "IOMMU_FREE_RESERVED_LOGICAL_ADDRESS_RANGE, Return value",
      "a page of the range is mapped",
      "token, pages");

  private final Answer answer;

  FreeReservedLogicalAddressRange(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.FREE_RESERVED_LOGICAL_ADDRESS_RANGE,
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
