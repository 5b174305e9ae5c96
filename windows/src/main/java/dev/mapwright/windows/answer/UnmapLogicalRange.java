package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code UnmapLogicalRange}, in the order in which they are checked. */
public enum UnmapLogicalRange implements Condition {
  /** The pages are not mapped any more. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_UNMAP_LOGICAL_RANGE, Return value",
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
  /** Drivers do not map in this type of domain. */
  NOT_TRANSLATED(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "this library",
      "drivers do not map in this type of domain",
      "domain, type"),
  /** The logical address is not page-aligned. */
  BAD_ADDRESS(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_2,
      Answer.NO_PARAMETER,
      "IOMMU_UNMAP_LOGICAL_RANGE, Parameters",
      "the logical address is not page-aligned",
      "logical address"),
  /** There are no pages, or the addresses wrap. */
  BAD_COUNT(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_3,
      Answer.NO_PARAMETER,
      "this library",
      "there are no pages, or the addresses wrap",
      "pages"),
  /**
   * No mapping begins there, or a page is not mapped, or it belongs to a token or a reserved
   * region.
   */
  NOT_MAPPED(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_2,
      Answer.NO_PARAMETER,
      "this library",
      "no mapping begins there, or a page is not mapped, or it belongs to a token or a reserved region",
      "logical address, pages"),
  /** The mapping has another number of pages. */
  NOT_AS_MAPPED(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_3,
      Answer.NO_PARAMETER,
      "this library",
      "the mapping has another number of pages",
      "logical address, pages");

  private final Answer answer;

  UnmapLogicalRange(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.UNMAP_LOGICAL_RANGE, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
