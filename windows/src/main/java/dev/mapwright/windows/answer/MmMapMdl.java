package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/** The documented answers of {@code MmMapMdl}, in the order in which they are checked. */
public enum MmMapMdl implements Condition {
  /** The routine was called. */
  DONE(Effect.DONE, 0, Answer.NO_PARAMETER, "MmMapMdl, Return value", "the routine was called", ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.MISUSE,
      0,
      Answer.NO_PARAMETER,
      "MmMapMdl, Requirements",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, highest allowed"),
  /** The verifier lets it fail on purpose. */
  INJECTED(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "this library",
      "the verifier lets it fail on purpose",
      ""),
  /** The protection is none that the pages of an MDL can have. */
  BAD_PROTECTION(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PAGE_PROTECTION,
      Answer.NO_PARAMETER,
      "this library",
      "the protection is none that the pages of an MDL can have",
      "protection"),
  /** No code is known at the address of the routine. */
  NO_ROUTINE(
      Effect.STATUS,
      NtStatus.STATUS_INVALID_PARAMETER_3,
      Answer.NO_PARAMETER,
      "this library",
      "no code is known at the address of the routine",
      "address"),
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
  /** There is no memory for the mapping. */
  NO_MEMORY(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "MmMapMdl, Return value",
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
  PAGE_NOT_LOCKED_UNDER_VERIFIER(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x85,
      "Bug Check 0xC4, 0x85",
      "a page that the MDL names is not locked",
      "MDL, pages, PFN"),
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
      Effect.STATUS,
      NtStatus.STATUS_CONFLICTING_ADDRESSES,
      Answer.NO_PARAMETER,
      "MEMORY_CACHING_TYPE, Remarks",
      "a page outside RAM is mapped with another caching type",
      "PFN, caching type asked for"),
  /** There are not enough system PTEs in a row. */
  NO_SYSTEM_PTES(
      Effect.STATUS,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "MmMapMdl, Return value",
      "there are not enough system PTEs in a row",
      "pages, free PTEs");

  private final Answer answer;

  MmMapMdl(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.MM_MAP_MDL, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
