package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code AttachDeviceEx}, in the order in which they are checked. */
public enum AttachDeviceEx implements Condition {
  /** The device is attached. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_ATTACH_DEVICE_EX, Return value",
      "the device is attached",
      ""),
  /** The IRQL is above PASSIVE_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x13,
      "Bug Check 0xE6, 0x13",
      "the IRQL is above PASSIVE_LEVEL",
      "kind of comparison, highest allowed, IRQL"),
  /** There is no such domain. */
  NO_DOMAIN(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "this library",
      "there is no such domain",
      "domain"),
  /** There is no such device. */
  NO_DEVICE(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_2,
      Answer.NO_PARAMETER,
      "this library",
      "there is no such device",
      "device"),
  /** Another call attaches or detaches this device just now. */
  CONCURRENT(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_ATTACH_DEVICE_EX, Remarks",
      "another call attaches or detaches this device just now",
      "device"),
  /** The device is attached to a domain already. */
  ALREADY_ATTACHED(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_ATTACH_DEVICE_EX, Return value",
      "the device is attached to a domain already",
      "device"),
  /** The device may not be attached to this type of domain now. */
  NOT_ALLOWED(
      Effect.STATUS,
      NtStatus.STATUS_ACCESS_DENIED,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_ATTACH_DEVICE_EX, Return value",
      "the device may not be attached to this type of domain now",
      "device, type, available types"),
  /** There is no memory. */
  NO_MEMORY(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_ATTACH_DEVICE_EX, Return value",
      "there is no memory",
      "");

  private final Answer answer;

  AttachDeviceEx(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.ATTACH_DEVICE_EX, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
