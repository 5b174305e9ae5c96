package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/** The answers of {@code IoGetDmaAdapter}, in the order in which they are checked. */
public enum IoGetDmaAdapter implements Condition {
  /** The adapter is there. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "PCREATE_COMMON_BUFFER_FROM_MDL, Remarks",
      "the adapter is there",
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
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "there is no such device",
      "device object"),
  /** Only version 3 of the device description is known here. */
  OTHER_VERSION(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "PCREATE_COMMON_BUFFER_FROM_MDL, Remarks",
      "only version 3 of the device description is known here",
      "version"),
  /** The device is attached already: by a driver itself, or by an adapter that was not released. */
  ATTACHED(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "the device is attached already: by a driver itself, or by an adapter that was not released",
      "device object, domain"),
  /** Memory is short. */
  NO_MEMORY(Effect.NULL, 0, Answer.NO_PARAMETER, "this library", "memory is short", "");

  private final Answer answer;

  IoGetDmaAdapter(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.IO_GET_DMA_ADAPTER, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
