package dev.mapwright.windows.answer;

/** The documented answers of {@code MmIsAddressValid}, in the order in which they are checked. */
public enum MmIsAddressValid implements Condition {
  /** The address can be read without a page fault. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmIsAddressValid, Return value",
      "the address can be read without a page fault",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmIsAddressValid, Requirements",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, highest allowed"),
  /** Reading there would fault. */
  NOT_VALID(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmIsAddressValid, Return value",
      "reading there would fault",
      "address");

  private final Answer answer;

  MmIsAddressValid(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_IS_ADDRESS_VALID, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
