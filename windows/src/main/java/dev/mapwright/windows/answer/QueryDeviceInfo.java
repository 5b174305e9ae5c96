package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code QueryDeviceInfo}, in the order in which they are checked. */
public enum QueryDeviceInfo implements Condition {
  /** The buffer is filled in. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DEVICE_QUERY_INFORMATION, Return value",
      "the buffer is filled in",
      ""),
  /** The IRQL is above PASSIVE_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x13,
      "Bug Check 0xE6, 0x13",
      "the IRQL is above PASSIVE_LEVEL",
      "kind of comparison, highest allowed, IRQL"),
  /** There is no such device. */
  NO_DEVICE(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "this library",
      "there is no such device",
      "device"),
  /** The buffer is smaller than the structure. */
  BUFFER_TOO_SMALL(
      Effect.STATUS,
      NtStatus.STATUS_BUFFER_TOO_SMALL,
      Answer.NO_PARAMETER,
      "IOMMU_DEVICE_QUERY_INFORMATION, Return value",
      "the buffer is smaller than the structure",
      "size, bytes needed"),
  /** There is nowhere to put the number of bytes. */
  NO_COUNT(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_3,
      Answer.NO_PARAMETER,
      "this library",
      "there is nowhere to put the number of bytes",
      ""),
  /** There is no buffer. */
  NO_BUFFER(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_4,
      Answer.NO_PARAMETER,
      "this library",
      "there is no buffer",
      "");

  private final Answer answer;

  QueryDeviceInfo(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.QUERY_DEVICE_INFO, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
