package dev.mapwright.windows.answer;

/** The documented answers of {@code MmGetMdlByteCount}, in the order in which they are checked. */
public enum MmGetMdlByteCount implements Condition {
  /** The length of the buffer. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmGetMdlByteCount, Return value",
      "the length of the buffer",
      "");

  private final Answer answer;

  MmGetMdlByteCount(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_GET_MDL_BYTE_COUNT, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
