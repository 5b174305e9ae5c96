package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code CreatePasidDevice}, in the order in which they are checked. */
public enum CreatePasidDevice implements Condition {
  /** The device of a PASID can be attached. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_PASID_DEVICE_CREATE, Return value",
      "the device of a PASID can be attached",
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
  /** The device was not made to use PASIDs, or there are none. */
  NO_PASIDS(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "IOMMU_PASID_DEVICE_CREATE, Return value",
      "the device was not made to use PASIDs, or there are none",
      "device"),
  /** There is nowhere to put the handle. */
  NO_RESULT(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_2,
      Answer.NO_PARAMETER,
      "this library",
      "there is nowhere to put the handle",
      ""),
  /** There is nowhere to put the PASID. */
  NO_ASID_RESULT(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_3,
      Answer.NO_PARAMETER,
      "this library",
      "there is nowhere to put the PASID",
      ""),
  /** No PASID is left. */
  ASIDS_EXHAUSTED(
      Effect.STATUS,
      NtStatus.STATUS_NONE_MAPPED,
      Answer.NO_PARAMETER,
      "IOMMU_PASID_DEVICE_CREATE, Return value",
      "no PASID is left",
      "PASIDs in use"),
  /** There is no memory. */
  NO_MEMORY(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "IOMMU_PASID_DEVICE_CREATE, Return value",
      "there is no memory",
      "");

  private final Answer answer;

  CreatePasidDevice(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.CREATE_PASID_DEVICE, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
