package dev.mapwright.windows.answer;

/** The documented answers of {@code MmSizeOfMdl}, in the order in which they are checked. */
public enum MmSizeOfMdl implements Condition {
  /** The size of the MDL. */
  DONE(Effect.DONE, 0, Answer.NO_PARAMETER, "MmSizeOfMdl, Return value", "the size of the MDL", "");

  private final Answer answer;

  MmSizeOfMdl(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.MM_SIZE_OF_MDL, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
