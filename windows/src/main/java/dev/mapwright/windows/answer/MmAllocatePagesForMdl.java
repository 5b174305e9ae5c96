package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/**
 * The documented answers of {@code MmAllocatePagesForMdl}, in the order in which they are checked.
 */
public enum MmAllocatePagesForMdl implements Condition {
  /** Pages were allocated, perhaps fewer than were asked for. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmAllocatePagesForMdl, Return value",
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
      "MmAllocatePagesForMdl, Parameters",
      "the lowest address is above the highest",
      "lowest, highest"),
  /** The count of bytes to skip is no multiple of the page size. */
  BAD_SKIP(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocatePagesForMdl, Parameters",
      "the count of bytes to skip is no multiple of the page size",
      "skip"),
  /** No bytes were asked for. */
  ZERO_BYTES(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocatePagesForMdl, Parameters",
      "no bytes were asked for",
      ""),
  /** More bytes were asked for than an MDL can describe. */
  TOO_MANY_BYTES(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocatePagesForMdl, Parameters",
      "more bytes were asked for than an MDL can describe",
      "bytes, most"),
  /** There is no memory for the MDL. */
  NO_MEMORY(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocatePagesForMdl, Return value",
      "there is no memory for the MDL",
      "pages"),
  /** No page is free in the range. */
  NO_PAGES(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocatePagesForMdl, Return value",
      "no page is free in the range",
      "pages, free frames");

  private final Answer answer;

  MmAllocatePagesForMdl(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_ALLOCATE_PAGES_FOR_MDL, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
