package dev.mapwright.windows.answer;

/** The documented answers of {@code IoAllocateMdl}, in the order in which they are checked. */
public enum IoAllocateMdl implements Condition {
  /** The MDL is allocated. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IoAllocateMdl, Return value",
      "the MDL is allocated",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "IoAllocateMdl, Requirements",
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
  /** The buffer is longer than 4 GiB less a page. */
  TOO_LONG(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "IoAllocateMdl, Parameters",
      "the buffer is longer than 4 GiB less a page",
      "bytes, most"),
  /** A secondary buffer was asked for without an IRP. */
  SECONDARY_WITHOUT_IRP(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "IoAllocateMdl, Parameters",
      "a secondary buffer was asked for without an IRP",
      "address, bytes"),
  /** The chain of MDLs of the IRP has no end. */
  ENDLESS_CHAIN(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "the chain of MDLs of the IRP has no end",
      "IRP, first MDL"),
  /** There is no nonpaged pool left for the MDL. */
  NO_MEMORY(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "IoAllocateMdl, Return value",
      "there is no nonpaged pool left for the MDL",
      "bytes");

  private final Answer answer;

  IoAllocateMdl(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.IO_ALLOCATE_MDL, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
