package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/**
 * The documented answers of {@code SetDeviceFaultReporting}, in the order in which they are
 * checked.
 */
public enum SetDeviceFaultReporting implements Condition {
  /** Faults of the device are reported from now on, or no longer. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_SET_DEVICE_FAULT_REPORTING, Return value",
      "faults of the device are reported from now on, or no longer",
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
      "device object"),
  /** The input mapping is not 0. */
  BAD_INPUT_MAPPING(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_2,
      Answer.NO_PARAMETER,
      "this library",
      "the input mapping is not 0",
      "input mapping"),
  /** Reporting is enabled, and no configuration is given. */
  NO_CONFIGURATION(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_4,
      Answer.NO_PARAMETER,
      "IOMMU_SET_DEVICE_FAULT_REPORTING, Parameters",
      "reporting is enabled, and no configuration is given",
      ""),
  /** The configuration names no handler, or its address leads to no code. */
  NO_HANDLER(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_4,
      Answer.NO_PARAMETER,
      "DEVICE_FAULT_CONFIGURATION",
      "the configuration names no handler, or its address leads to no code",
      "handler"),
  /** Another call attaches or detaches this device just now. */
  CONCURRENT(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_SET_DEVICE_FAULT_REPORTING, Description",
      "another call attaches or detaches this device just now",
      "device object"),
  /** The device is attached to no domain. */
  NOT_ATTACHED(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "IOMMU_SET_DEVICE_FAULT_REPORTING, Description",
      "the device is attached to no domain",
      "device object"),
  /** Memory is short. */
  NO_MEMORY(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "this library",
      "memory is short",
      "");

  private final Answer answer;

  SetDeviceFaultReporting(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.SET_DEVICE_FAULT_REPORTING,
            effect,
            code,
            parameter1,
            source,
            sentence,
            numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
