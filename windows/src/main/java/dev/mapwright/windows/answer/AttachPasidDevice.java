package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code AttachPasidDevice}, in the order in which they are checked. */
public enum AttachPasidDevice implements Condition {
  /** The device of a PASID is attached. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_ATTACH_PASID_DEVICE, Return value",
      "the device of a PASID is attached",
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
  /** There is no such device of a PASID. */
  NO_DEVICE(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_2,
      Answer.NO_PARAMETER,
      "this library",
      "there is no such device of a PASID",
      "device"),
  /** Accesses with a PASID are not attached to this type of domain. */
  WRONG_TYPE(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_ATTACH_PASID_DEVICE, Return value",
      "accesses with a PASID are not attached to this type of domain",
      "domain, type"),
  /** Another call attaches or detaches this device just now. */
  CONCURRENT(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_ATTACH_PASID_DEVICE, Remarks",
      "another call attaches or detaches this device just now",
      "device"),
  /** The device of a PASID is attached to a domain already. */
  ALREADY_ATTACHED(
      Effect.STATUS,
      NtStatus.STATUS_UNSUCCESSFUL,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_ATTACH_PASID_DEVICE, Return value",
      "the device of a PASID is attached to a domain already",
      "device"),
  /** The device may not be attached to this type of domain now. */
  NOT_ALLOWED(
      Effect.STATUS,
      NtStatus.STATUS_ACCESS_DENIED,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_ATTACH_PASID_DEVICE, Return value",
      "the device may not be attached to this type of domain now",
      "device, type, available types"),
  /** There is no memory. */
  NO_MEMORY(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_ATTACH_PASID_DEVICE, Return value",
      "there is no memory",
      "");

  private final Answer answer;

  AttachPasidDevice(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.ATTACH_PASID_DEVICE, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
