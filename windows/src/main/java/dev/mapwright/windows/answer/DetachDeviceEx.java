package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code DetachDeviceEx}, in the order in which they are checked. */
public enum DetachDeviceEx implements Condition {
  /** The device is attached to nothing. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_DETACH_DEVICE_EX, Return value",
      "the device is attached to nothing",
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
  /** Another call attaches or detaches this device just now. */
  CONCURRENT(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_DETACH_DEVICE_EX, Remarks",
      "another call attaches or detaches this device just now",
      "device"),
  /** The device is not attached. */
  NOT_ATTACHED(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_DETACH_DEVICE_EX, Return value",
      "the device is not attached",
      "device");

  private final Answer answer;

  DetachDeviceEx(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.DETACH_DEVICE_EX, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
