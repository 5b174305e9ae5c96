package dev.mapwright.windows.answer;

/** The documented answers of {@code KeFlushIoBuffers}, in the order in which they are checked. */
public enum KeFlushIoBuffers implements Condition {
  /** Nothing is left to flush: the machine is coherent. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "KeFlushIoBuffers, Description",
      "nothing is left to flush: the machine is coherent",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "KeFlushIoBuffers, Requirements",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, highest allowed");

  private final Answer answer;

  KeFlushIoBuffers(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.KE_FLUSH_IO_BUFFERS, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
