package dev.mapwright.windows.answer;

/** The documented answers of {@code MmGetMdlByteOffset}, in the order in which they are checked. */
public enum MmGetMdlByteOffset implements Condition {
  /** Where the buffer begins in its first page. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmGetMdlByteOffset, Return value",
      "where the buffer begins in its first page",
      "");

  private final Answer answer;

  MmGetMdlByteOffset(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_GET_MDL_BYTE_OFFSET, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
