package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code DeleteDevice}, in the order in which they are checked. */
public enum DeleteDevice implements Condition {
  /** The handle is gone. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DEVICE_DELETE, Return value",
      "the handle is gone",
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
  /** The device is attached. */
  ATTACHED(
      Effect.STATUS,
      NtStatus.STATUS_RESOURCE_IN_USE,
      Answer.NO_PARAMETER,
      "IOMMU_DEVICE_DELETE, Return value",
      "the device is attached",
      "device"),
  /** A routine is registered for changes of state. */
  REGISTERED(
      Effect.STATUS,
      NtStatus.STATUS_RESOURCE_IN_USE,
      Answer.NO_PARAMETER,
      "this library",
      "a routine is registered for changes of state",
      "device, routine"),
  /** Devices of a PASID were made of it. */
  HAS_PASIDS(
      Effect.STATUS,
      NtStatus.STATUS_RESOURCE_IN_USE,
      Answer.NO_PARAMETER,
      "this library",
      "devices of a PASID were made of it",
      "device, how many");

  private final Answer answer;

  DeleteDevice(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.DELETE_DEVICE, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
