package dev.mapwright.windows.answer;

/** The documented answers of {@code IoBuildPartialMdl}, in the order in which they are checked. */
public enum IoBuildPartialMdl implements Condition {
  /** The target describes a part of the source. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IoBuildPartialMdl, Description",
      "the target describes a part of the source",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "IoBuildPartialMdl, Requirements",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, highest allowed"),
  /** Source and target are the same MDL. */
  SAME_MDL(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "source and target are the same MDL",
      "MDL"),
  /** The source is neither locked nor built over nonpaged memory. */
  SOURCE_NOT_LOCKED(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "IoBuildPartialMdl, Parameters",
      "the source is neither locked nor built over nonpaged memory",
      "source, flags"),
  /** The part begins outside of the buffer of the source. */
  BEFORE_SOURCE(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "IoBuildPartialMdl, Parameters",
      "the part begins outside of the buffer of the source",
      "address, first byte of the buffer, its length"),
  /** The part ends behind the buffer of the source. */
  PAST_SOURCE(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "IoBuildPartialMdl, Parameters",
      "the part ends behind the buffer of the source",
      "address, length, bytes that are left there"),
  /** The target has no room for so many pages. */
  TARGET_TOO_SMALL(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "IoBuildPartialMdl, Parameters",
      "the target has no room for so many pages",
      "target, pages, pages that it has room for"),
  /** There is no memory to read so many pages. */
  NO_MEMORY(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "there is no memory to read so many pages",
      "source, pages"),
  /** The target had a mapping of its own, which nobody can remove any more. */
  TARGET_MAPPED(
      Effect.NOTED,
      0,
      Answer.NO_PARAMETER,
      "IoBuildPartialMdl, Remarks",
      "the target had a mapping of its own, which nobody can remove any more",
      "target, MappedSystemVa");

  private final Answer answer;

  IoBuildPartialMdl(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.IO_BUILD_PARTIAL_MDL, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
