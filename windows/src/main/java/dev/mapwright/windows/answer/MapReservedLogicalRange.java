package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/**
 * The documented answers of {@code MapReservedLogicalRange}, in the order in which they are
 * checked.
 */
public enum MapReservedLogicalRange implements Condition {
  /** The pages are mapped. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_MAP_RESERVED_LOGICAL_RANGE, Return value",
      "the pages are mapped",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x13,
      "Bug Check 0xE6, 0x13",
      "the IRQL is above DISPATCH_LEVEL",
      "kind of comparison, highest allowed, IRQL"),
  /** The token is NULL. */
  NULL_TOKEN(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "this library",
      "the token is NULL",
      ""),
  /** The token is being freed, or was. */
  NO_TOKEN(
      Effect.STATUS,
      NtStatus.STATUS_UNSUCCESSFUL,
      Answer.NO_PARAMETER,
      "IOMMU_MAP_RESERVED_LOGICAL_RANGE, Return value",
      "the token is being freed, or was",
      "token"),
  /** The offset is not page-aligned, or beyond the range. */
  BAD_OFFSET(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_2,
      Answer.NO_PARAMETER,
      "IOMMU_MAP_RESERVED_LOGICAL_RANGE, Return value",
      "the offset is not page-aligned, or beyond the range",
      "offset, size"),
  /** A permission is neither reading nor writing. */
  UNKNOWN_PERMISSION(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_3,
      Answer.NO_PARAMETER,
      "this library",
      "a permission is neither reading nor writing",
      "permissions"),
  /**
   * What is to be mapped is nothing, not made of whole pages, not locked, or beyond physical
   * memory.
   */
  BAD_PHYSICAL_PAGES(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_4,
      Answer.NO_PARAMETER,
      "IOMMU_MAP_RESERVED_LOGICAL_RANGE, Return value",
      "what is to be mapped is nothing, not made of whole pages, not locked, or beyond physical memory",
      "description"),
  /** There is nowhere to put the segment. */
  NO_SEGMENT(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_5,
      Answer.NO_PARAMETER,
      "this library",
      "there is nowhere to put the segment",
      ""),
  /** A page there is mapped already. */
  OCCUPIED(
      Effect.STATUS,
      NtStatus.STATUS_RESOURCE_IN_USE,
      Answer.NO_PARAMETER,
      "IOMMU_MAP_RESERVED_LOGICAL_RANGE, Return value",
      "a page there is mapped already",
      "token, offset, pages");

  private final Answer answer;

  MapReservedLogicalRange(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MAP_RESERVED_LOGICAL_RANGE,
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
