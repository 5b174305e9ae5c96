package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/**
 * The documented answers of {@code UnmapIdentityRangeEx}, in the order in which they are checked.
 */
public enum UnmapIdentityRangeEx implements Condition {
  /** The pages are not mapped any more. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_UNMAP_IDENTITY_RANGE_EX, Return value",
      "the pages are not mapped any more",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x13,
      "Bug Check 0xE6, 0x13",
      "the IRQL is above DISPATCH_LEVEL",
      "kind of comparison, highest allowed, IRQL"),
  /** There is no such domain. */
  NO_DOMAIN(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "this library",
      "there is no such domain",
      "domain"),
  /** Nothing is mapped at its own address in this type of domain. */
  WRONG_TYPE(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "IOMMU_UNMAP_IDENTITY_RANGE_EX, Return value",
      "nothing is mapped at its own address in this type of domain",
      "domain, type"),
  /**
   * What is to be mapped is nothing, not made of whole pages, not locked, beyond physical memory,
   * or comes twice.
   */
  BAD_PHYSICAL_PAGES(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_2,
      Answer.NO_PARAMETER,
      "IOMMU_UNMAP_IDENTITY_RANGE_EX, Return value",
      "what is to be mapped is nothing, not made of whole pages, not locked, beyond physical memory, or comes twice",
      "description"),
  /** The allocator of the domain chooses addresses. */
  NOT_CHOSEN_BY_DRIVERS(
      Effect.STATUS,
      NtStatus.STATUS_NOT_SUPPORTED,
      Answer.NO_PARAMETER,
      "IOMMU_UNMAP_IDENTITY_RANGE_EX, Return value",
      "the allocator of the domain chooses addresses",
      "domain"),
  /** A page is not mapped at its own address. */
  NOT_MAPPED(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_2,
      Answer.NO_PARAMETER,
      "this library",
      "a page is not mapped at its own address",
      "domain"),
  /** There is no memory. */
  NO_MEMORY(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "this library",
      "there is no memory",
      "");

  private final Answer answer;

  UnmapIdentityRangeEx(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.UNMAP_IDENTITY_RANGE_EX, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
