package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.NtStatus;

/**
 * The documented answers of {@code MmAllocateContiguousMemoryEx}, in the order in which they are
 * checked.
 */
public enum MmAllocateContiguousMemoryEx implements Condition {
  /** The block is allocated. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateContiguousMemoryEx, Description",
      "the block is allocated",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateContiguousMemoryEx, Requirements",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, highest allowed"),
  /** The verifier lets it fail on purpose. */
  INJECTED(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "this library",
      "the verifier lets it fail on purpose",
      ""),
  /** No byte is asked for. */
  ZERO_BYTES(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "this library",
      "no byte is asked for",
      "highest address"),
  /** The highest address lies below the lowest one. */
  BAD_LIMITS(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_3,
      Answer.NO_PARAMETER,
      "this library",
      "the highest address lies below the lowest one",
      "lowest address, highest address"),
  /** The boundary is no power of two, or less than a page, or the block is larger. */
  BAD_BOUNDARY(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_4,
      Answer.NO_PARAMETER,
      "this library",
      "the boundary is no power of two, or less than a page, or the block is larger",
      "boundary, bytes"),
  /** No node has this number. */
  BAD_NODE(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_5,
      Answer.NO_PARAMETER,
      "this library",
      "no node has this number",
      "node"),
  /** The protection is not one of the two, with at most one modifier. */
  BAD_PROTECTION(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PAGE_PROTECTION,
      Answer.NO_PARAMETER,
      "this library",
      "the protection is not one of the two, with at most one modifier",
      "protection"),
  /** There is only the system partition, which is NULL. */
  BAD_PARTITION(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_7,
      Answer.NO_PARAMETER,
      "this library",
      "there is only the system partition, which is NULL",
      "partition"),
  /** A flag is set that does not exist. */
  UNKNOWN_FLAG(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_9,
      Answer.NO_PARAMETER,
      "this library",
      "a flag is set that does not exist",
      "flags"),
  /** The base address is to be written nowhere. */
  NO_RESULT(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_10,
      Answer.NO_PARAMETER,
      "this library",
      "the base address is to be written nowhere",
      "bytes"),
  /** More than a page is asked for above APC_LEVEL, where only pool is searched. */
  NOT_AT_THIS_IRQL(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "this library",
      "more than a page is asked for above APC_LEVEL, where only pool is searched",
      "pages, IRQL"),
  /** No frames in a row are free within the limits, or no addresses. */
  NO_MEMORY(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "this library",
      "no frames in a row are free within the limits, or no addresses",
      "pages");

  private final Answer answer;

  MmAllocateContiguousMemoryEx(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_ALLOCATE_CONTIGUOUS_MEMORY_EX,
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
