package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/**
 * The documented answers of {@code ExAllocatePoolWithTag}, in the order in which they are checked.
 */
public enum ExAllocatePoolWithTag implements Condition {
  /** The block is allocated. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "ExAllocatePoolWithTag, Return value",
      "the block is allocated",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x02,
      "Bug Check 0xC4, 0x02",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, pool type, bytes"),
  /** The verifier lets it fail on purpose. */
  INJECTED(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "Driver Verifier, Low Resources Simulation",
      "the verifier lets it fail on purpose",
      ""),
  /** The pool type is none of NonPagedPool, PagedPool and NonPagedPoolNx. */
  BAD_POOL_TYPE(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "the pool type is none of NonPagedPool, PagedPool and NonPagedPoolNx",
      "pool type"),
  /** No byte is asked for. */
  ZERO_BYTES(Effect.NULL, 0, Answer.NO_PARAMETER, "this library", "no byte is asked for", "tag"),
  /** The tag is 0. */
  ZERO_TAG(Effect.NULL, 0, Answer.NO_PARAMETER, "this library", "the tag is 0", "bytes"),
  /** Paged pool is asked for above APC_LEVEL. */
  PAGED_AT_HIGH_IRQL(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x01,
      "Bug Check 0xC4, 0x01",
      "paged pool is asked for above APC_LEVEL",
      "IRQL, pool type, bytes"),
  /** The pool has no block of that size. */
  NO_MEMORY(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "ExAllocatePoolWithTag, Return value",
      "the pool has no block of that size",
      "bytes, tag");

  private final Answer answer;

  ExAllocatePoolWithTag(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.EX_ALLOCATE_POOL_WITH_TAG, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
