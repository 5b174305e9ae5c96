package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/**
 * The documented answers of {@code MmMapLockedPagesWithReservedMapping}, in the order in which they
 * are checked.
 */
public enum MmMapLockedPagesWithReservedMapping implements Condition {
  /** The pages are mapped. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmMapLockedPagesWithReservedMapping, Return value",
      "the pages are mapped",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmMapLockedPagesWithReservedMapping, Requirements",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, highest allowed"),
  /** No reservation begins at the mapping address. */
  NOT_RESERVED(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x105,
      "Bug Check 0xDA, 0x105",
      "no reservation begins at the mapping address",
      "address, caller's tag"),
  /** The reservation belongs to another tag. */
  WRONG_TAG(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x104,
      "Bug Check 0xDA, 0x104",
      "the reservation belongs to another tag",
      "address, caller's tag, owner's tag"),
  /** The MDL describes pages that are not locked. */
  MDL_NOT_LOCKED(
      Effect.BUG_CHECK,
      BugCheckCode.MEMORY_MANAGEMENT,
      0x1233,
      "Bug Check 0x1A, 0x1233",
      "the MDL describes pages that are not locked",
      "first PFN"),
  /** The MDL is mapped to system space already, or was built over nonpaged memory. */
  MDL_ALREADY_MAPPED(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0xB2,
      "Bug Check 0xC4, 0xB2",
      "the MDL is mapped to system space already, or was built over nonpaged memory",
      "MDL, flags, flags that are wrong"),
  /** The MDL describes no byte. */
  ZERO_BYTES(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmMapLockedPagesWithReservedMapping, Return value",
      "the MDL describes no byte",
      "MDL"),
  /** The MDL spans more pages than the reservation has from the mapping address on. */
  TOO_LARGE(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmMapLockedPagesWithReservedMapping, Return value",
      "the MDL spans more pages than the reservation has from the mapping address on",
      "pages of the MDL, pages there"),
  /** The caching type is none. */
  BAD_CACHE_TYPE(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmMapLockedPagesWithReservedMapping, Return value",
      "the caching type is none",
      "caching type"),
  /** A page that the MDL names is not locked. */
  PAGE_NOT_LOCKED(
      Effect.BUG_CHECK,
      BugCheckCode.MEMORY_MANAGEMENT,
      0x1233,
      "Bug Check 0x1A, 0x1233",
      "a page that the MDL names is not locked",
      "PFN"),
  /** A page outside RAM is mapped with another caching type. */
  CACHE_CONFLICT(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MEMORY_CACHING_TYPE, Remarks",
      "a page outside RAM is mapped with another caching type",
      "PFN, its caching type, the one asked for"),
  /** Something is still mapped there. */
  OCCUPIED(
      Effect.BUG_CHECK,
      BugCheckCode.SYSTEM_PTE_MISUSE,
      0x107,
      "Bug Check 0xDA, 0x107",
      "something is still mapped there",
      "first address, occupied address, last address");

  private final Answer answer;

  MmMapLockedPagesWithReservedMapping(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_MAP_LOCKED_PAGES_WITH_RESERVED_MAPPING,
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
