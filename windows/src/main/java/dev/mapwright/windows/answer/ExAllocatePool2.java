package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code ExAllocatePool2}, in the order in which they are checked. */
public enum ExAllocatePool2 implements Condition {
  /** The block is allocated. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "ExAllocatePool2, Return value",
      "the block is allocated",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x02,
      "Bug Check 0xC4, 0x02",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, flags, bytes"),
  /** The verifier lets it fail on purpose. */
  INJECTED(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "Driver Verifier, Low Resources Simulation",
      "the verifier lets it fail on purpose",
      ""),
  /** The flags name no pool, or several, or are unknown. */
  BAD_FLAGS(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "ExAllocatePool2, Parameters",
      "the flags name no pool, or several, or are unknown",
      "flags"),
  /** No byte is asked for. */
  ZERO_BYTES(Effect.NULL, 0, Answer.NO_PARAMETER, "this library", "no byte is asked for", "tag"),
  /** The tag is 0. */
  ZERO_TAG(
      Effect.NULL, 0, Answer.NO_PARAMETER, "ExAllocatePool2, Parameters", "the tag is 0", "bytes"),
  /** Paged pool is asked for above APC_LEVEL. */
  PAGED_AT_HIGH_IRQL(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x01,
      "Bug Check 0xC4, 0x01",
      "paged pool is asked for above APC_LEVEL",
      "IRQL, flags, bytes"),
  /** The pool has no block of that size. */
  NO_MEMORY(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "ExAllocatePool2, Return value",
      "the pool has no block of that size",
      "bytes, tag"),
  /** The pool has no block of that size, and the caller wants that raised. */
  NO_MEMORY_RAISED(
      Effect.RAISED,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "ExAllocatePool2, POOL_FLAG_RAISE_ON_FAILURE",
      "the pool has no block of that size, and the caller wants that raised",
      "bytes, tag");

  private final Answer answer;

  ExAllocatePool2(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.EX_ALLOCATE_POOL2, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
