package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/**
 * The documented answers of {@code UnmapReservedLogicalRange}, in the order in which they are
 * checked.
 */
public enum UnmapReservedLogicalRange implements Condition {
  /** The pages are not mapped any more. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_UNMAP_RESERVED_LOGICAL_RANGE, Return value",
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
  /** The segment is NULL. */
  NO_SEGMENT(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER,
      Answer.NO_PARAMETER,
      "this library",
      "the segment is NULL",
      ""),
  /** Nothing is mapped as the segment says. */
  NOT_MAPPED(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER,
      Answer.NO_PARAMETER,
      "IOMMU_UNMAP_RESERVED_LOGICAL_RANGE, Return value",
      "nothing is mapped as the segment says",
      "token, offset, size");

  private final Answer answer;

  UnmapReservedLogicalRange(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.UNMAP_RESERVED_LOGICAL_RANGE,
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
