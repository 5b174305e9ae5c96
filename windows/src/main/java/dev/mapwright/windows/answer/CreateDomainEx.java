package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code CreateDomainEx}, in the order in which they are checked. */
public enum CreateDomainEx implements Condition {
  /** The domain exists. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_CREATE_EX, Return value",
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
  /** There is no such type of domain. */
  BAD_TYPE(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "this library",
      "there is no such type of domain",
      "type"),
  /** A flag is set. */
  UNKNOWN_FLAG(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_2,
      Answer.NO_PARAMETER,
      "this library",
      "a flag is set",
      "flags"),
  /**
   * There is no such allocator, it has less than 13 or more than 63 bits, or drivers do not map in
   * this type of domain.
   */
  BAD_ALLOCATOR(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_3,
      Answer.NO_PARAMETER,
      "this library",
      "there is no such allocator, it has less than 13 or more than 63 bits, or drivers do not map in this type of domain",
      "type of the allocator, bits"),
  /**
   * A reserved region is not page-aligned, empty, beyond the domain, or overlaps another or the
   * addresses of interrupts.
   */
  BAD_REGION(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_4,
      Answer.NO_PARAMETER,
      "this library",
      "a reserved region is not page-aligned, empty, beyond the domain, or overlaps another or the addresses of interrupts",
      "region, base, number of pages"),
  /** There is nowhere to put the handle. */
  NO_RESULT(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_5,
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

  CreateDomainEx(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.CREATE_DOMAIN_EX, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
