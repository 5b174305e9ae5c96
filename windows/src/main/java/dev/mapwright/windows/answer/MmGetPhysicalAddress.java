package dev.mapwright.windows.answer;

/**
 * The documented answers of {@code MmGetPhysicalAddress}, in the order in which they are checked.
 */
public enum MmGetPhysicalAddress implements Condition {
  /** The physical address is told. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmGetPhysicalAddress, Return value",
      "the physical address is told",
      ""),
  /** No page is there that could be accessed without a page fault. */
  NOT_VALID(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "no page is there that could be accessed without a page fault",
      "address");

  private final Answer answer;

  MmGetPhysicalAddress(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_GET_PHYSICAL_ADDRESS, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
