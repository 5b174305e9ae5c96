package dev.mapwright.windows.answer;

/**
 * The documented answers of {@code MmAllocateContiguousNodeMemory}, in the order in which they are
 * checked.
 */
public enum MmAllocateContiguousNodeMemory implements Condition {
  /** The block is allocated. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateContiguousNodeMemory, Return value",
      "the block is allocated",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateContiguousNodeMemory, Requirements",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, highest allowed"),
  /** The verifier lets it fail on purpose. */
  INJECTED(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "the verifier lets it fail on purpose",
      ""),
  /** No byte is asked for. */
  ZERO_BYTES(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "no byte is asked for",
      "highest address"),
  /** The highest address lies below the lowest one. */
  BAD_LIMITS(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "the highest address lies below the lowest one",
      "lowest address, highest address"),
  /** The boundary is no power of two, or less than a page, or the block is larger. */
  BAD_BOUNDARY(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateContiguousNodeMemory, Parameters",
      "the boundary is no power of two, or less than a page, or the block is larger",
      "boundary, bytes"),
  /** The protection is not one of the two, with at most one modifier. */
  BAD_PROTECTION(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateContiguousNodeMemory, Parameters",
      "the protection is not one of the two, with at most one modifier",
      "protection"),
  /** No node has this number. */
  BAD_NODE(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateContiguousNodeMemory, Parameters",
      "no node has this number",
      "node"),
  /** More than a page is asked for above APC_LEVEL, where only pool is searched. */
  NOT_AT_THIS_IRQL(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "more than a page is asked for above APC_LEVEL, where only pool is searched",
      "pages, IRQL"),
  /** No frames in a row are free within the limits, or no addresses. */
  NO_MEMORY(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateContiguousNodeMemory, Return value",
      "no frames in a row are free within the limits, or no addresses",
      "pages");

  private final Answer answer;

  MmAllocateContiguousNodeMemory(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_ALLOCATE_CONTIGUOUS_NODE_MEMORY,
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
