package dev.mapwright.windows.answer;

/**
 * The documented answers of {@code MmAllocateNonCachedMemory}, in the order in which they are
 * checked.
 */
public enum MmAllocateNonCachedMemory implements Condition {
  /** The memory is allocated. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateNonCachedMemory, Return value",
      "the memory is allocated",
      ""),
  /** The IRQL is above APC_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateNonCachedMemory, Requirements",
      "the IRQL is above APC_LEVEL",
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
  ZERO_BYTES(Effect.MISUSE, 0, Answer.NO_PARAMETER, "this library", "no byte is asked for", ""),
  /** There are not enough frames or addresses. */
  NO_MEMORY(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateNonCachedMemory, Return value",
      "there are not enough frames or addresses",
      "pages");

  private final Answer answer;

  MmAllocateNonCachedMemory(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_ALLOCATE_NON_CACHED_MEMORY,
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
