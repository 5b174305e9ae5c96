package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.NtStatus;

/**
 * The documented answers of {@code MmAllocateMdlForIoSpace}, in the order in which they are
 * checked.
 */
public enum MmAllocateMdlForIoSpace implements Condition {
  /** The MDL is allocated. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateMdlForIoSpace, Return value",
      "the MDL is allocated",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateMdlForIoSpace, Requirements",
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
  /** A range does not begin at a page. */
  MISALIGNED(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "MmAllocateMdlForIoSpace, Return value",
      "a range does not begin at a page",
      "index, physical address"),
  /** The size of a range is 0 or no multiple of the page size. */
  BAD_SIZE(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "MmAllocateMdlForIoSpace, Return value",
      "the size of a range is 0 or no multiple of the page size",
      "index, bytes"),
  /** A range does not end below 2^52, the limit of physical addresses. */
  BEYOND_MEMORY(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "this library",
      "a range does not end below 2^52, the limit of physical addresses",
      "index, physical address, bytes"),
  /** A range has RAM in it. */
  IS_RAM(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "MmAllocateMdlForIoSpace, Return value",
      "a range has RAM in it",
      "index, first PFN"),
  /** The ranges have more than 2^32 - 1 bytes together. */
  TOO_LARGE(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "MmAllocateMdlForIoSpace, Remarks",
      "the ranges have more than 2^32 - 1 bytes together",
      "index"),
  /** The list has no element. */
  NO_ENTRIES(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_2,
      Answer.NO_PARAMETER,
      "this library",
      "the list has no element",
      "list"),
  /** The address of the MDL is to be written nowhere. */
  NO_RESULT(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_3,
      Answer.NO_PARAMETER,
      "this library",
      "the address of the MDL is to be written nowhere",
      "list"),
  /** There is no pool for the MDL, or no memory to remember its pages. */
  NO_MEMORY(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "MmAllocateMdlForIoSpace, Return value",
      "there is no pool for the MDL, or no memory to remember its pages",
      "pages");

  private final Answer answer;

  MmAllocateMdlForIoSpace(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_ALLOCATE_MDL_FOR_IO_SPACE,
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
