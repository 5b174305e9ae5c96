package dev.mapwright.windows.answer;

/** The answers to the operations of an adapter that are not modelled. */
public enum DmaOperation implements Condition {
  /** The adapter was released before. */
  RELEASED(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "DMA Verification",
      "the adapter was released before",
      "adapter"),
  /** This operation of adapters is not modelled. */
  NOT_MODELLED(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "this operation of adapters is not modelled",
      "adapter");

  private final Answer answer;

  DmaOperation(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.DMA_OPERATION, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
