package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code CreateDomain}, in the order in which they are checked. */
public enum CreateDomain implements Condition {
  /** The domain exists. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_CREATE, Return value",
      "the domain exists",
      ""),
  /** The IRQL is above PASSIVE_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x13,
      "Bug Check 0xE6, 0x13",
      "the IRQL is above PASSIVE_LEVEL",
      "kind of comparison, highest allowed, IRQL"),
  /** There is nowhere to put the handle. */
  NO_RESULT(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_2,
      Answer.NO_PARAMETER,
      "this library",
      "there is nowhere to put the handle",
      ""),
  /** There is no IOMMU, or this type of domain is not allowed now. */
  NOT_ALLOWED(
      Effect.STATUS,
      NtStatus.STATUS_NOT_SUPPORTED,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_CREATE_EX, Return value",
      "there is no IOMMU, or this type of domain is not allowed now",
      "type"),
  /** There is no memory. */
  NO_MEMORY(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_CREATE_EX, Return value",
      "there is no memory",
      "");

  private final Answer answer;

  CreateDomain(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.CREATE_DOMAIN, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
