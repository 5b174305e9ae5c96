package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/** The answers to the end of a driver, in the order in which they are checked. */
public enum DriverUnload implements Condition {
  /** The driver is gone, and has left nothing behind. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "the driver is gone, and has left nothing behind",
      ""),
  /** The IRQL is above PASSIVE_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "the IRQL is above PASSIVE_LEVEL",
      "IRQL, highest allowed"),
  /** The driver has not freed all its pool. */
  POOL_LEAKED(
      Effect.DISCOURAGED,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x62,
      "Bug Check 0xC4, 0x62",
      "the driver has not freed all its pool",
      "driver object, 0, blocks of pool"),
  /** The driver has left locked pages, mappings, reservations or things of DMA behind. */
  LEAKED(
      Effect.NOTED,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "the driver has left locked pages, mappings, reservations or things of DMA behind",
      "driver object, how many things");

  private final Answer answer;

  DriverUnload(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.DRIVER_UNLOAD, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
