package dev.mapwright.windows.answer;

/** The documented answers of {@code IoAllocateIrp}, in the order in which they are checked. */
public enum IoAllocateIrp implements Condition {
  /** The IRP is allocated. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IoAllocateIrp, Return value",
      "the IRP is allocated",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "IoAllocateIrp, Requirements",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, highest allowed"),
  /** The verifier lets it fail on purpose. */
  INJECTED(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "Driver Verifier, Low Resources Simulation",
      "the verifier lets it fail on purpose",
      ""),
  /** There are not from 0 to 126 stack locations. */
  BAD_STACK_SIZE(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "there are not from 0 to 126 stack locations",
      "stack locations"),
  /** There is no nonpaged pool for the IRP. */
  NO_MEMORY(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "IoAllocateIrp, Return value",
      "there is no nonpaged pool for the IRP",
      "bytes");

  private final Answer answer;

  IoAllocateIrp(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.IO_ALLOCATE_IRP, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
