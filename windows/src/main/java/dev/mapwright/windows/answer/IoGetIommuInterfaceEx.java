package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/**
 * The documented answers of {@code IoGetIommuInterfaceEx}, in the order in which they are checked.
 */
public enum IoGetIommuInterfaceEx implements Condition {
  /** The table is filled in. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IoGetIommuInterfaceEx, Return value",
      "the table is filled in",
      ""),
  /** The IRQL is above PASSIVE_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x13,
      "Bug Check 0xE6, 0x13",
      "the IRQL is above PASSIVE_LEVEL",
      "kind of comparison, highest allowed, IRQL"),
  /** There is no such version of the interface. */
  BAD_VERSION(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "this library",
      "there is no such version of the interface",
      "version"),
  /** A flag is set. */
  UNKNOWN_FLAG(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_2,
      Answer.NO_PARAMETER,
      "this library",
      "a flag is set",
      "flags"),
  /** There is nowhere to put the table. */
  NO_TABLE(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_3,
      Answer.NO_PARAMETER,
      "this library",
      "there is nowhere to put the table",
      "");

  private final Answer answer;

  IoGetIommuInterfaceEx(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.IO_GET_IOMMU_INTERFACE_EX, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
