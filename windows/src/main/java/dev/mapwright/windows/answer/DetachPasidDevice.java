package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code DetachPasidDevice}, in the order in which they are checked. */
public enum DetachPasidDevice implements Condition {
  /** The device of a PASID is attached to nothing. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_DETACH_PASID_DEVICE, Return value",
      "the device of a PASID is attached to nothing",
      ""),
  /** The IRQL is above PASSIVE_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x13,
      "Bug Check 0xE6, 0x13",
      "the IRQL is above PASSIVE_LEVEL",
      "kind of comparison, highest allowed, IRQL"),
  /** There is no such device of a PASID. */
  NO_DEVICE(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "this library",
      "there is no such device of a PASID",
      "device"),
  /** Another call attaches or detaches this device just now. */
  CONCURRENT(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_DETACH_PASID_DEVICE, Remarks",
      "another call attaches or detaches this device just now",
      "device"),
  /** The device of a PASID is not attached. */
  NOT_ATTACHED(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "IOMMU_DOMAIN_DETACH_PASID_DEVICE, Return value",
      "the device of a PASID is not attached",
      "device");

  private final Answer answer;

  DetachPasidDevice(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.DETACH_PASID_DEVICE, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
