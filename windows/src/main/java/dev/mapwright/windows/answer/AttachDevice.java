package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code AttachDevice}, in the order in which they are checked. */
public enum AttachDevice implements Condition {
  /** The device is attached. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_ATTACH_DEVICE, Return value",
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
      "device object"),
  /** The input mapping is not 0. */
  BAD_INPUT_MAPPING(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_3,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_ATTACH_DEVICE, Remarks",
      "the input mapping is not 0",
      "input mapping"),
  /** The count of input mappings is not 1. */
  BAD_MAPPING_COUNT(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_4,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_ATTACH_DEVICE, Remarks",
      "the count of input mappings is not 1",
      "count"),
  /** The device is not behind an IOMMU. */
  NOT_REMAPPED(
      Effect.STATUS,
      NtStatus.STATUS_NOT_FOUND,
      Answer.NO_PARAMETER,
      "this library",
      "the device is not behind an IOMMU",
      "device object"),
  /** Another call attaches or detaches this device just now. */
  CONCURRENT(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_ATTACH_DEVICE, Remarks",
      "another call attaches or detaches this device just now",
      "device"),
  /** The device is attached to a domain already. */
  ALREADY_ATTACHED(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_ATTACH_DEVICE_EX, Return value",
      "the device is attached to a domain already",
      "device object"),
  /** The device may not be attached to this type of domain now. */
  NOT_ALLOWED(
      Effect.STATUS,
      NtStatus.STATUS_ACCESS_DENIED,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_ATTACH_DEVICE_EX, Return value",
      "the device may not be attached to this type of domain now",
      "device object, type, available types"),
  /** There is no memory. */
  NO_MEMORY(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_ATTACH_DEVICE_EX, Return value",
      "there is no memory",
      "");

  private final Answer answer;

  AttachDevice(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.ATTACH_DEVICE, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
