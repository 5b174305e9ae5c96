package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/** The answers to the end of a process, in the order in which they are checked. */
public enum ProcessExit implements Condition {
  /** The process is gone. */
  DONE(Effect.DONE, 0, Answer.NO_PARAMETER, "this library", "the process is gone", ""),
  /** The IRQL is above PASSIVE_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "the IRQL is above PASSIVE_LEVEL",
      "IRQL, highest allowed"),
  /** Pages of the process are locked, and the verifier knows by which MDL. */
  LOCKED_PAGES_TRACKED(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS,
      Answer.NO_PARAMETER,
      "Bug Check 0xCB, Parameters",
      "pages of the process are locked, and the verifier knows by which MDL",
      "who locked them, 0, MDL, locked pages"),
  /** Pages of the process are locked. */
  LOCKED_PAGES(
      Effect.BUG_CHECK,
      BugCheckCode.PROCESS_HAS_LOCKED_PAGES,
      0,
      "Bug Check 0x76, 0x0",
      "pages of the process are locked",
      "process, locked pages, 0"),
  /** Mappings of MDLs to the process were left, and have gone with it. */
  MAPPINGS_LEFT(
      Effect.NOTED,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "mappings of MDLs to the process were left, and have gone with it",
      "process, mappings");

  private final Answer answer;

  ProcessExit(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.PROCESS_EXIT, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
