package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/**
 * The documented answers of {@code ReserveLogicalAddressRange}, in the order in which they are
 * checked.
 */
public enum ReserveLogicalAddressRange implements Condition {
  /** The range belongs to the token. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_RESERVE_LOGICAL_ADDRESS_RANGE, Return value",
      "the range belongs to the token",
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
      "IOMMU_RESERVE_LOGICAL_ADDRESS_RANGE, Return value",
      "drivers do not map in this type of domain",
      "domain, type"),
  /** The size is not one of whole pages. */
  BAD_SIZE(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_2,
      Answer.NO_PARAMETER,
      "IOMMU_RESERVE_LOGICAL_ADDRESS_RANGE, Return value",
      "the size is not one of whole pages",
      "size"),
  /** The logical address is not page-aligned, or the range ends beyond the domain. */
  BAD_ADDRESS(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_3,
      Answer.NO_PARAMETER,
      "IOMMU_RESERVE_LOGICAL_ADDRESS_RANGE, Return value",
      "the logical address is not page-aligned, or the range ends beyond the domain",
      "logical address"),
  /** There is nowhere to put the token. */
  NO_RESULT(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_6,
      Answer.NO_PARAMETER,
      "this library",
      "there is nowhere to put the token",
      ""),
  /** An address is given to an allocator that chooses them, or none where nobody else does. */
  WRONG_CHOOSER(
      Effect.STATUS,
      NtStatus.STATUS_NOT_SUPPORTED,
      Answer.NO_PARAMETER,
      "IOMMU_RESERVE_LOGICAL_ADDRESS_RANGE, Return value",
      "an address is given to an allocator that chooses them, or none where nobody else does",
      "whether an address is given"),
  /** No free block lies between the lowest and the highest address. */
  NO_ROOM_BETWEEN(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_MIX,
      Answer.NO_PARAMETER,
      "IOMMU_RESERVE_LOGICAL_ADDRESS_RANGE, Return value",
      "no free block lies between the lowest and the highest address",
      "lowest, highest, pages"),
  /** A logical page of the range is in use. */
  OCCUPIED(
      Effect.STATUS,
      NtStatus.STATUS_RESOURCE_IN_USE,
      Answer.NO_PARAMETER,
      "IOMMU_RESERVE_LOGICAL_ADDRESS_RANGE, Return value",
      "a logical page of the range is in use",
      "logical address"),
  /** No free block is left. */
  NO_ROOM(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "this library",
      "no free block is left",
      "pages"),
  /** There is no memory. */
  NO_MEMORY(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "this library",
      "there is no memory",
      "");

  private final Answer answer;

  ReserveLogicalAddressRange(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.RESERVE_LOGICAL_ADDRESS_RANGE,
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
