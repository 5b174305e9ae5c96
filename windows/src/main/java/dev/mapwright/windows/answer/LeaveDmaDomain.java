package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The answers of the adapter's {@code LeaveDmaDomain}, in the order in which they are checked. */
public enum LeaveDmaDomain implements Condition {
  /** The device is in its own domain again. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "PLEAVE_DMA_DOMAIN, Description",
      "the device is in its own domain again",
      ""),
  /** The IRQL is above PASSIVE_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x13,
      "Bug Check 0xE6, 0x13",
      "the IRQL is above PASSIVE_LEVEL",
      "kind of comparison, highest allowed, IRQL"),
  /** The adapter was released before. */
  RELEASED(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "DMA Verification",
      "the adapter was released before",
      "adapter"),
  /** The device has joined no domain. */
  NOT_JOINED(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER,
      Answer.NO_PARAMETER,
      "this library",
      "the device has joined no domain",
      "adapter"),
  /** A common buffer is in the domain that would be left. */
  BUFFERS_LEFT(
      Effect.STATUS,
      NtStatus.STATUS_RESOURCE_IN_USE,
      Answer.NO_PARAMETER,
      "this library",
      "a common buffer is in the domain that would be left",
      "adapter, buffers"),
  /** Another call attaches or detaches the device just now. */
  CONCURRENT(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "another call attaches or detaches the device just now",
      "device object"),
  /** The device is not in the domain of the adapter: it was detached otherwise. */
  DETACHED(
      Effect.STATUS,
      NtStatus.STATUS_UNSUCCESSFUL,
      Answer.NO_PARAMETER,
      "this library",
      "the device is not in the domain of the adapter: it was detached otherwise",
      "device object"),
  /** The device may not be in its own domain now. */
  DENIED(
      Effect.STATUS,
      NtStatus.STATUS_ACCESS_DENIED,
      Answer.NO_PARAMETER,
      "this library",
      "the device may not be in its own domain now",
      "device object, type"),
  /** Memory is short. */
  NO_MEMORY(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "this library",
      "memory is short",
      "");

  private final Answer answer;

  LeaveDmaDomain(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.LEAVE_DMA_DOMAIN, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
