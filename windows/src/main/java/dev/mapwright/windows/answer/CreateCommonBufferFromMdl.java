package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/**
 * The answers of the adapter's {@code CreateCommonBufferFromMdl}, in the order in which they are
 * checked.
 */
public enum CreateCommonBufferFromMdl implements Condition {
  /** The pages of the MDL are a common buffer. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "PCREATE_COMMON_BUFFER_FROM_MDL, Return value",
      "the pages of the MDL are a common buffer",
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
  /** There is no MDL. */
  NO_MDL(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER,
      Answer.NO_PARAMETER,
      "PCREATE_COMMON_BUFFER_FROM_MDL, Return value",
      "there is no MDL",
      ""),
  /** The MDL is one of a chain. */
  CHAINED(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER,
      Answer.NO_PARAMETER,
      "PCREATE_COMMON_BUFFER_FROM_MDL, Parameters",
      "the MDL is one of a chain",
      "MDL, next MDL"),
  /** The MDL does not describe whole pages. */
  NOT_WHOLE_PAGES(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER,
      Answer.NO_PARAMETER,
      "PCREATE_COMMON_BUFFER_FROM_MDL, Parameters",
      "the MDL does not describe whole pages",
      "MDL, offset, bytes"),
  /** The pages of the MDL are neither locked nor nonpaged. */
  NOT_RESIDENT(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER,
      Answer.NO_PARAMETER,
      "PCREATE_COMMON_BUFFER_FROM_MDL, Parameters",
      "the pages of the MDL are neither locked nor nonpaged",
      "MDL, flags"),
  /** The MDL is not mapped to system space. */
  NOT_MAPPED(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER,
      Answer.NO_PARAMETER,
      "PCREATE_COMMON_BUFFER_FROM_MDL, Parameters",
      "the MDL is not mapped to system space",
      "MDL, flags"),
  /** The MDL names a page that there can't be. */
  BAD_PAGES(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER,
      Answer.NO_PARAMETER,
      "this library",
      "the MDL names a page that there can't be",
      "MDL"),
  /** Extended configurations are not known here. */
  EXTENDED(
      Effect.STATUS,
      NtStatus.STATUS_NOT_SUPPORTED,
      Answer.NO_PARAMETER,
      "PCREATE_COMMON_BUFFER_FROM_MDL, Return value",
      "extended configurations are not known here",
      "number of configurations"),
  /** There is no place for the logical address. */
  NO_RESULT(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER,
      Answer.NO_PARAMETER,
      "this library",
      "there is no place for the logical address",
      ""),
  /** DMA is not remapped, and the pages are not side by side. */
  NOT_CONTIGUOUS(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER,
      Answer.NO_PARAMETER,
      "PCREATE_COMMON_BUFFER_FROM_MDL, Parameters",
      "DMA is not remapped, and the pages are not side by side",
      "MDL"),
  /** The domain that was joined has no allocator, so nobody chooses an address. */
  NO_ALLOCATOR(
      Effect.STATUS,
      NtStatus.STATUS_NOT_SUPPORTED,
      Answer.NO_PARAMETER,
      "this library",
      "the domain that was joined has no allocator, so nobody chooses an address",
      "domain"),
  /** There is a common buffer at this system address. */
  CREATED_TWICE(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER,
      Answer.NO_PARAMETER,
      "this library",
      "there is a common buffer at this system address",
      "address"),
  /** Memory is short, or no logical address is free. */
  NO_MEMORY(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "PCREATE_COMMON_BUFFER_FROM_MDL, Return value",
      "memory is short, or no logical address is free",
      "");

  private final Answer answer;

  CreateCommonBufferFromMdl(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.CREATE_COMMON_BUFFER_FROM_MDL,
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
