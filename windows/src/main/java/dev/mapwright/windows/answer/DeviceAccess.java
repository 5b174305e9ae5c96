package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/**
 * The answers to accesses of devices that an IOMMU has refused. There is none for one that gets
 * through: nobody is told of those.
 */
public enum DeviceAccess implements Condition {
  /** The access was refused, and the handler that the driver has set is told. */
  REPORTED(
      Effect.NOTED,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DEVICE_FAULT_HANDLER",
      "the access was refused, and the handler that the driver has set is told",
      "device object, logical address, hardware reason"),
  /** The access was refused under a PASID of a device whose faults are suppressed. */
  SUPPRESSED(
      Effect.NOTED,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DEVICE_CREATION_CONFIGURATION_PASID",
      "the access was refused under a PASID of a device whose faults are suppressed",
      "device object, logical address, hardware reason"),
  /** The access came after the device or its PASID was detached: a request was in flight. */
  ASID_BEING_FREED(
      Effect.BUG_CHECK,
      BugCheckCode.HAL_ILLEGAL_IOMMU_PAGE_FAULT,
      Answer.NO_PARAMETER,
      "Bug Check 0x159, Parameters",
      "the access came after the device or its PASID was detached: a request was in flight",
      "vendor, hardware reason, PASID, directory base"),
  /** The domain or the PASID under which the access was made was deleted, or never was. */
  INVALID_ASID(
      Effect.BUG_CHECK,
      BugCheckCode.ILLEGAL_IOMMU_PAGE_FAULT,
      Answer.NO_PARAMETER,
      "Bug Check 0x158, Parameters",
      "the domain or the PASID under which the access was made was deleted, or never was",
      "ASID, ASIDs in use, process, references"),
  /** The IOMMU has refused an access of a device, and no handler of its driver is told. */
  BLOCKED(
      Effect.BUG_CHECK,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x26,
      "Bug Check 0xE6, 0x26",
      "the IOMMU has refused an access of a device, and no handler of its driver is told",
      "device object, logical address, hardware reason");

  private final Answer answer;

  DeviceAccess(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.DEVICE_ACCESS, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
