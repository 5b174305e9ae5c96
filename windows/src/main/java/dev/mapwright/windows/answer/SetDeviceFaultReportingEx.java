package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.NtStatus;

/**
 * The documented answers of {@code SetDeviceFaultReportingEx}, in the order in which they are
 * checked.
 */
public enum SetDeviceFaultReportingEx implements Condition {
  /** The routine is documented and not implemented. */
  NOT_IMPLEMENTED(
      Effect.STATUS,
      NtStatus.STATUS_NOT_IMPLEMENTED,
      Answer.NO_PARAMETER,
      "IOMMU_SET_DEVICE_FAULT_REPORTING_EX, Return value",
      "the routine is documented and not implemented",
      "");

  private final Answer answer;

  SetDeviceFaultReportingEx(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.SET_DEVICE_FAULT_REPORTING_EX,
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
