package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/**
 * The documented answers of {@code MmAllocateMappingAddress}, in the order in which they are
 * checked.
 */
public enum MmAllocateMappingAddress implements Condition {
  /** The range is reserved. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateMappingAddress, Return value",
      "the range is reserved",
      ""),
  /** The IRQL is above APC_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateMappingAddress, Requirements",
      "the IRQL is above APC_LEVEL",
      "IRQL, highest allowed"),
  /** The verifier lets it fail on purpose. */
  INJECTED(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "this library",
      "the verifier lets it fail on purpose",
      ""),
  /** No bytes were asked for. */
  ZERO_BYTES(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x100,
      "Bug Check 0xDA, 0x100",
      "no bytes were asked for",
      "pages, tag, caller"),
  /** The pool tag is 0. */
  ZERO_TAG(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateMappingAddress, Parameters",
      "the pool tag is 0",
      ""),
  /** 2^32 pages or more were asked for. */
  TOO_LARGE(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateMappingAddress, Parameters",
      "2^32 pages or more were asked for",
      "bytes"),
  /** There are not enough free system PTEs in a row. */
  NO_SYSTEM_PTES(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateMappingAddress, Return value",
      "there are not enough free system PTEs in a row",
      "pages with guards, free system PTEs"),
  /** There is no memory for the page tables or the books of the range. */
  NO_MEMORY(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmAllocateMappingAddress, Return value",
      "there is no memory for the page tables or the books of the range",
      "pages");

  private final Answer answer;

  MmAllocateMappingAddress(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_ALLOCATE_MAPPING_ADDRESS,
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
