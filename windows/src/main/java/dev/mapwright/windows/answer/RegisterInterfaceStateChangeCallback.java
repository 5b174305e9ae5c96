package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/**
 * The documented answers of {@code RegisterInterfaceStateChangeCallback}, in the order in which
 * they are checked.
 */
public enum RegisterInterfaceStateChangeCallback implements Condition {
  /** The routine was called, and will be. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_REGISTER_INTERFACE_STATE_CHANGE_CALLBACK, Return value",
      "the routine was called, and will be",
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
      NtStatus.STATUS_INVALID_PARAMETER_3,
      Answer.NO_PARAMETER,
      "this library",
      "there is no such device",
      "device"),
  /** There is no routine at this address. */
  NO_ROUTINE(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_1,
      Answer.NO_PARAMETER,
      "this library",
      "there is no routine at this address",
      "routine"),
  /** No field is asked for, or one that there is not. */
  BAD_FIELDS(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_4,
      Answer.NO_PARAMETER,
      "IOMMU_REGISTER_INTERFACE_STATE_CHANGE_CALLBACK, Return value",
      "no field is asked for, or one that there is not",
      "fields"),
  /** The device has a routine already. */
  REGISTERED(
      Effect.STATUS,
      NtStatus.STATUS_UNSUCCESSFUL,
      Answer.NO_PARAMETER,
      "IOMMU_REGISTER_INTERFACE_STATE_CHANGE_CALLBACK, Return value",
      "the device has a routine already",
      "device"),
  /** There is no memory. */
  NO_MEMORY(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "this library",
      "there is no memory",
      "");

  private final Answer answer;

  RegisterInterfaceStateChangeCallback(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.REGISTER_INTERFACE_STATE_CHANGE_CALLBACK,
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
