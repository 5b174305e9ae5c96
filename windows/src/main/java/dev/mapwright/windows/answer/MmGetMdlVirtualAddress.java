package dev.mapwright.windows.answer;

/**
 * The documented answers of {@code MmGetMdlVirtualAddress}, in the order in which they are checked.
 */
public enum MmGetMdlVirtualAddress implements Condition {
  /** The address of the buffer. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmGetMdlVirtualAddress, Return value",
      "the address of the buffer",
      "");

  private final Answer answer;

  MmGetMdlVirtualAddress(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_GET_MDL_VIRTUAL_ADDRESS,
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
