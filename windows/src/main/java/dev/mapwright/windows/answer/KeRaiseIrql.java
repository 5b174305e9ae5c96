package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/** The documented answers of {@code KeRaiseIrql}, in the order in which they are checked. */
public enum KeRaiseIrql implements Condition {
  /** The IRQL is raised. */
  DONE(Effect.DONE, 0, Answer.NO_PARAMETER, "KeRaiseIrql, Description", "the IRQL is raised", ""),
  /** The new IRQL is below the current one, or above HIGH_LEVEL. */
  LOWER(
      Effect.BUG_CHECK,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x30,
      "Bug Check 0xC4, 0x30",
      "the new IRQL is below the current one, or above HIGH_LEVEL",
      "IRQL, new IRQL");

  private final Answer answer;

  KeRaiseIrql(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.KE_RAISE_IRQL, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
