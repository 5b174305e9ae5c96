package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code MmCopyMemory}, in the order in which they are checked. */
public enum MmCopyMemory implements Condition {
  /** Everything is copied. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmCopyMemory, Return value",
      "everything is copied",
      ""),
  /** The IRQL is above APC_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmCopyMemory, Requirements",
      "the IRQL is above APC_LEVEL",
      "IRQL, highest allowed"),
  /** Not exactly one of the two kinds of source is named. */
  BAD_FLAGS(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_4,
      Answer.NO_PARAMETER,
      "MmCopyMemory, Parameters",
      "not exactly one of the two kinds of source is named",
      "flags"),
  /** The count of bytes is to be written nowhere. */
  NO_RESULT(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_5,
      Answer.NO_PARAMETER,
      "this library",
      "the count of bytes is to be written nowhere",
      "bytes"),
  /** A byte of the source can't be read, or lies outside RAM. */
  INVALID_SOURCE(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_ADDRESS,
      Answer.NO_PARAMETER,
      "MmCopyMemory, Remarks",
      "a byte of the source can't be read, or lies outside RAM",
      "bytes copied, its address");

  private final Answer answer;

  MmCopyMemory(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.MM_COPY_MEMORY, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
