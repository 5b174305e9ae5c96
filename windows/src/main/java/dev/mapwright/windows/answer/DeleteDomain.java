package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code DeleteDomain}, in the order in which they are checked. */
public enum DeleteDomain implements Condition {
  /** The domain and what was mapped in it are gone. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_DELETE, Return value",
      "the domain and what was mapped in it are gone",
      ""),
  /** The IRQL is above PASSIVE_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x13,
      "Bug Check 0xE6, 0x13",
      "the IRQL is above PASSIVE_LEVEL",
      "kind of comparison, highest allowed, IRQL"),
  /** There is no such domain. */
  NO_DOMAIN(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "this library",
      "there is no such domain",
      "domain"),
  /** A device is attached to the domain. */
  ATTACHED(
      Effect.STATUS,
      NtStatus.STATUS_RESOURCE_IN_USE,
      Answer.NO_PARAMETER,
      "this library",
      "a device is attached to the domain",
      "domain, devices"),
  /** A token of the domain was not freed. */
  RESERVED(
      Effect.STATUS,
      NtStatus.STATUS_RESOURCE_IN_USE,
      Answer.NO_PARAMETER,
      "IOMMU_FREE_RESERVED_LOGICAL_ADDRESS_RANGE, Remarks",
      "a token of the domain was not freed",
      "domain, tokens"),
  /** The domain is an adapter's, and goes with it. */
  OF_ADAPTER(
      Effect.STATUS,
      NtStatus.STATUS_RESOURCE_IN_USE,
      Answer.NO_PARAMETER,
      "this library",
      "the domain is an adapter's, and goes with it",
      "domain");

  private final Answer answer;

  DeleteDomain(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.DELETE_DOMAIN, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
