package dev.mapwright.windows.answer;

/** The documented answers of {@code KeGetCurrentIrql}, in the order in which they are checked. */
public enum KeGetCurrentIrql implements Condition {
  /** The IRQL is told. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "KeGetCurrentIrql, Return value",
      "the IRQL is told",
      "");

  private final Answer answer;

  KeGetCurrentIrql(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.KE_GET_CURRENT_IRQL, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
