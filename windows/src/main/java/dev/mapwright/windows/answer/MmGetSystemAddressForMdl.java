package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/**
 * The documented answers of {@code MmGetSystemAddressForMdl}, in the order in which they are
 * checked.
 */
public enum MmGetSystemAddressForMdl implements Condition {
  /** The pages are mapped. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmGetSystemAddressForMdl, Return value",
      "the pages are mapped",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x74,
      "Bug Check 0xC4, 0x74",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, MDL, access mode"),
  /** The MDL says that it was mapped as a partial one, and nothing of where. */
  ALREADY_MAPPED(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0xB2,
      "Bug Check 0xC4, 0xB2",
      "the MDL says that it was mapped as a partial one, and nothing of where",
      "MDL, flags, flags that are wrong"),
  /** The MDL describes pages that are not locked. */
  NEVER_LOCKED_UNDER_VERIFIER(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0xB3,
      "Bug Check 0xC4, 0xB3",
      "the MDL describes pages that are not locked",
      "MDL, flags, flags of which one is missing"),
  /** The MDL describes pages that are not locked. */
  NEVER_LOCKED(
      Effect.BUG_CHECK,
      BugCheckCode.MEMORY_MANAGEMENT,
      0x1233,
      "Bug Check 0x1A, 0x1233",
      "the MDL describes pages that are not locked",
      "first PFN"),
  /** The MDL describes no byte. */
  ZERO_BYTES(
      Effect.MISUSE, 0, Answer.NO_PARAMETER, "this library", "the MDL describes no byte", "MDL"),
  /** MmMapLockedPages is obsolete. */
  OBSOLETE(
      Effect.DISCOURAGED,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x81,
      "Bug Check 0xC4, 0x81",
      "MmMapLockedPages is obsolete",
      "MDL, flags"),
  /** There is no memory for the mapping. */
  NO_MEMORY(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmGetSystemAddressForMdl, Return value",
      "there is no memory for the mapping",
      "pages"),
  /** A page is no RAM, and the MDL does not say so. */
  NOT_MARKED_AS_IO(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x89,
      "Bug Check 0xC4, 0x89",
      "a page is no RAM, and the MDL does not say so",
      "MDL, address of the PFN, PFN"),
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
      "PFN, caching type asked for"),
  /** There are not enough system PTEs in a row. */
  NO_SYSTEM_PTES(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmGetSystemAddressForMdl, Return value",
      "there are not enough system PTEs in a row",
      "pages, free PTEs"),
  /** A mapping was demanded that can not be made. */
  NO_MORE_SYSTEM_PTES(
      Effect.BUG_CHECK,
      BugCheckCode.NO_MORE_SYSTEM_PTES,
      0x0,
      "Bug Check 0x3F, Parameters",
      "a mapping was demanded that can not be made",
      "pages, free PTEs, PTEs");

  private final Answer answer;

  MmGetSystemAddressForMdl(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_GET_SYSTEM_ADDRESS_FOR_MDL,
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
