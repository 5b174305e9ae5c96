package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/**
 * The documented answers of {@code MmBuildMdlForNonPagedPool}, in the order in which they are
 * checked.
 */
public enum MmBuildMdlForNonPagedPool implements Condition {
  /** The MDL describes the pages. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmBuildMdlForNonPagedPool, Description",
      "the MDL describes the pages",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmBuildMdlForNonPagedPool, Requirements",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, highest allowed"),
  /** The MDL is locked, mapped, partial, or built already. */
  WRONG_FLAGS(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmBuildMdlForNonPagedPool, Remarks",
      "the MDL is locked, mapped, partial, or built already",
      "MDL, flags, flags that are wrong"),
  /** The MDL describes no byte. */
  ZERO_BYTES(
      Effect.MISUSE, 0, Answer.NO_PARAMETER, "this library", "the MDL describes no byte", "MDL"),
  /** The buffer lies in paged pool. */
  PAGED_POOL(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x7F,
      "Bug Check 0xC4, 0x7F",
      "the buffer lies in paged pool",
      "IRQL, MDL, flags"),
  /** The buffer lies in pageable memory. */
  PAGEABLE(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x140,
      "Bug Check 0xC4, 0x140",
      "the buffer lies in pageable memory",
      "IRQL, MDL, address"),
  /** There is no memory to read so many pages. */
  NO_MEMORY(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "there is no memory to read so many pages",
      "MDL, pages"),
  /** A page of the buffer is not there. */
  NOT_RESIDENT(
      Effect.BUG_CHECK,
      BugCheckCode.MEMORY_MANAGEMENT,
      0x1240,
      "Bug Check 0x1A, 0x1240",
      "a page of the buffer is not there",
      "MDL, PTE");

  private final Answer answer;

  MmBuildMdlForNonPagedPool(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_BUILD_MDL_FOR_NON_PAGED_POOL,
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
