package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/**
 * The documented answers of {@code MmAllocateNodePagesForMdlEx}, in the order in which they are
 * checked.
 */
public enum MmAllocateNodePagesForMdlEx implements Condition {
  /** Pages were allocated, perhaps fewer than were asked for. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateNodePagesForMdlEx, Return value",
      "pages were allocated, perhaps fewer than were asked for",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x7E,
      "Bug Check 0xC4, 0x7E",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, DISPATCH_LEVEL"),
  /** The verifier lets it fail on purpose. */
  INJECTED(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "Driver Verifier, Low Resources Simulation",
      "the verifier lets it fail on purpose",
      ""),
  /** The lowest address is above the highest. */
  BAD_RANGE(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateNodePagesForMdlEx, Parameters",
      "the lowest address is above the highest",
      "lowest, highest"),
  /** The count of bytes to skip is no multiple of the page size. */
  BAD_SKIP(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateNodePagesForMdlEx, Parameters",
      "the count of bytes to skip is no multiple of the page size",
      "skip"),
  /** No bytes were asked for. */
  ZERO_BYTES(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateNodePagesForMdlEx, Parameters",
      "no bytes were asked for",
      ""),
  /** More bytes were asked for than an MDL can describe. */
  TOO_MANY_BYTES(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateNodePagesForMdlEx, Parameters",
      "more bytes were asked for than an MDL can describe",
      "bytes, most"),
  /** No node has this number. */
  BAD_NODE(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateNodePagesForMdlEx, Parameters",
      "no node has this number",
      "node"),
  /** A flag is none that exists. */
  UNKNOWN_FLAG(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateNodePagesForMdlEx, Parameters",
      "a flag is none that exists",
      "flags"),
  /** Chunks have to be a power of two of bytes, at least a page, and a part of all bytes. */
  BAD_CHUNKS(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateNodePagesForMdlEx, Parameters",
      "chunks have to be a power of two of bytes, at least a page, and a part of all bytes",
      "skip, bytes"),
  /** Large pages come in chunks that are a multiple of 2 MiB. */
  BAD_LARGE_PAGES(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateNodePagesForMdlEx, Parameters",
      "large pages come in chunks that are a multiple of 2 MiB",
      "flags, skip"),
  /** Hot removal is asked for above PASSIVE_LEVEL, or of all bytes. */
  BAD_HOT_REMOVE(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateNodePagesForMdlEx, Parameters",
      "hot removal is asked for above PASSIVE_LEVEL, or of all bytes",
      "flags, IRQL"),
  /** There is no memory for the MDL. */
  NO_MEMORY(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateNodePagesForMdlEx, Return value",
      "there is no memory for the MDL",
      "pages"),
  /** No page is free in the range. */
  NO_PAGES(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateNodePagesForMdlEx, Return value",
      "no page is free in the range",
      "pages, free frames"),
  /** All pages are required, and not all are free. */
  NOT_ALL_PAGES(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateNodePagesForMdlEx, Parameters",
      "all pages are required, and not all are free",
      "pages, pages found");

  private final Answer answer;

  MmAllocateNodePagesForMdlEx(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_ALLOCATE_NODE_PAGES_FOR_MDL_EX,
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
