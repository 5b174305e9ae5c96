package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/** The documented answers of {@code KeLowerIrql}, in the order in which they are checked. */
public enum KeLowerIrql implements Condition {
  /** The IRQL is lowered. */
  DONE(Effect.DONE, 0, Answer.NO_PARAMETER, "KeLowerIrql, Description", "the IRQL is lowered", ""),
  /** The new IRQL is above the current one. */
  HIGHER(
      Effect.BUG_CHECK,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x31,
      "Bug Check 0xC4, 0x31",
      "the new IRQL is above the current one",
      "IRQL, new IRQL, 0 the new IRQL is bad");

  private final Answer answer;

  KeLowerIrql(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.KE_LOWER_IRQL, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
