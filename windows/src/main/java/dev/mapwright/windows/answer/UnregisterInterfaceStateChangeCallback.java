package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/**
 * The documented answers of {@code UnregisterInterfaceStateChangeCallback}, in the order in which
 * they are checked.
 */
public enum UnregisterInterfaceStateChangeCallback implements Condition {
  /** The routine is not called any more. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "IOMMU_UNREGISTER_INTERFACE_STATE_CHANGE_CALLBACK, Return value",
      "the routine is not called any more",
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
      NtStatus.STATUS_INVALID_PARAMETER_2,
      Answer.NO_PARAMETER,
      "this library",
      "there is no such device",
      "device"),
  /** This is not the routine of the device. */
  NOT_REGISTERED(
      Effect.STATUS,
      NtStatus.STATUS_UNSUCCESSFUL,
      Answer.NO_PARAMETER,
      "IOMMU_UNREGISTER_INTERFACE_STATE_CHANGE_CALLBACK, Return value",
      "this is not the routine of the device",
      "routine, device");

  private final Answer answer;

  UnregisterInterfaceStateChangeCallback(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.UNREGISTER_INTERFACE_STATE_CHANGE_CALLBACK,
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
