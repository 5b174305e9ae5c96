package dev.mapwright.windows.answer;

/** The documented answers of {@code MmGetMdlPfnArray}, in the order in which they are checked. */
public enum MmGetMdlPfnArray implements Condition {
  /** The address of the PFNs. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmGetMdlPfnArray, Return value",
      "the address of the PFNs",
      "");

  private final Answer answer;

  MmGetMdlPfnArray(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_GET_MDL_PFN_ARRAY, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
