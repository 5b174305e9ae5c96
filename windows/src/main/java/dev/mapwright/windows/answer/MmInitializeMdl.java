package dev.mapwright.windows.answer;

/** The documented answers of {@code MmInitializeMdl}, in the order in which they are checked. */
public enum MmInitializeMdl implements Condition {
  /** The MDL describes the buffer. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmInitializeMdl, Description",
      "the MDL describes the buffer",
      ""),
  /** The buffer is longer than a ULONG can say. */
  TOO_LONG(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmInitializeMdl, Parameters",
      "the buffer is longer than a ULONG can say",
      "MDL, bytes");

  private final Answer answer;

  MmInitializeMdl(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.MM_INITIALIZE_MDL, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
