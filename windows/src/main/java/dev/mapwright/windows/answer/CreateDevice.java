package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code CreateDevice}, in the order in which they are checked. */
public enum CreateDevice implements Condition {
  /** The device can be attached. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DEVICE_CREATE, Return value",
      "the device can be attached",
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
      NtStatus.STATUS_INVALID_PARAMETER,
      Answer.NO_PARAMETER,
      "IOMMU_DEVICE_CREATE, Return value",
      "there is no such device",
      "device object"),
  /** A configuration is none that devices have here. */
  BAD_CONFIGURATION(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_2,
      Answer.NO_PARAMETER,
      "IOMMU_DEVICE_CREATE, Remarks",
      "a configuration is none that devices have here",
      "configuration, type"),
  /** There is nowhere to put the handle. */
  NO_RESULT(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_3,
      Answer.NO_PARAMETER,
      "this library",
      "there is nowhere to put the handle",
      ""),
  /** The device is not behind an IOMMU. */
  NOT_REMAPPED(
      Effect.STATUS,
      NtStatus.STATUS_NOT_FOUND,
      Answer.NO_PARAMETER,
      "IOMMU_DEVICE_CREATE, Return value",
      "the device is not behind an IOMMU",
      "device object"),
  /** The platform can not tell the identity of the device. */
  NO_DEVICE_ID(
      Effect.STATUS,
      NtStatus.STATUS_UNSUCCESSFUL,
      Answer.NO_PARAMETER,
      "IOMMU_DEVICE_CREATE, Return value",
      "the platform can not tell the identity of the device",
      "device object"),
  /** There is no memory. */
  NO_MEMORY(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "IOMMU_DEVICE_CREATE, Return value",
      "there is no memory",
      "");

  private final Answer answer;

  CreateDevice(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.CREATE_DEVICE, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
