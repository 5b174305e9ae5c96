package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/**
 * The documented answers of {@code MmMapLockedPagesSpecifyCache}, in the order in which they are
 * checked.
 */
public enum MmMapLockedPagesSpecifyCache implements Condition {
  /** The pages are mapped. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmMapLockedPagesSpecifyCache, Return value",
      "the pages are mapped",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x76,
      "Bug Check 0xC4, 0x76",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, MDL, access mode"),
  /** The verifier lets it fail on purpose. */
  INJECTED(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "Driver Verifier, Low Resources Simulation",
      "the verifier lets it fail on purpose",
      ""),
  /** A mapping to user mode is asked for above APC_LEVEL. */
  USER_IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x77,
      "Bug Check 0xC4, 0x77",
      "a mapping to user mode is asked for above APC_LEVEL",
      "IRQL, MDL, access mode"),
  /** The MDL is mapped to system space already, or was built over nonpaged memory. */
  ALREADY_MAPPED(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0xB2,
      "Bug Check 0xC4, 0xB2",
      "the MDL is mapped to system space already, or was built over nonpaged memory",
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
  /** The caching type is none. */
  BAD_CACHE_TYPE(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmMapLockedPagesSpecifyCache, Parameters",
      "the caching type is none",
      "caching type"),
  /** The caching type of a mapping to user mode is none. */
  BAD_USER_CACHE_TYPE(
      Effect.RAISED,
      NtStatus.STATUS_INVALID_PARAMETER_3,
      Answer.NO_PARAMETER,
      "this library",
      "the caching type of a mapping to user mode is none",
      "caching type"),
  /** BugCheckOnFailure is TRUE. */
  BUG_CHECK_ON_FAILURE(
      Effect.DISCOURAGED,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x82,
      "Bug Check 0xC4, 0x82",
      "BugCheckOnFailure is TRUE",
      "MDL, flags"),
  /** The mapping can be executed. */
  EXECUTABLE(
      Effect.DISCOURAGED,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x2002,
      "Bug Check 0xC4, 0x2002",
      "the mapping can be executed",
      "0, priority"),
  /** The address asked for is not the beginning of a page. */
  MISALIGNED_ADDRESS(
      Effect.RAISED,
      NtStatus.STATUS_INVALID_ADDRESS,
      Answer.NO_PARAMETER,
      "MmMapLockedPagesSpecifyCache, Parameters",
      "the address asked for is not the beginning of a page",
      "address"),
  /** The address asked for leaves no room below the end of user addresses. */
  OUTSIDE_USER_SPACE(
      Effect.RAISED,
      NtStatus.STATUS_INVALID_ADDRESS,
      Answer.NO_PARAMETER,
      "MmMapLockedPagesSpecifyCache, Parameters",
      "the address asked for leaves no room below the end of user addresses",
      "address, pages"),
  /** There is no current process, or it is ending. */
  PROCESS_ENDING(
      Effect.RAISED,
      NtStatus.STATUS_PROCESS_IS_TERMINATING,
      Answer.NO_PARAMETER,
      "MmMapLockedPagesSpecifyCache, Return value",
      "there is no current process, or it is ending",
      "process"),
  /** There is no memory for the mapping. */
  NO_MEMORY(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmMapLockedPagesSpecifyCache, Return value",
      "there is no memory for the mapping",
      "pages"),
  /** There is no memory for the mapping. */
  NO_USER_MEMORY(
      Effect.RAISED,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "MmMapLockedPagesSpecifyCache, Return value",
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
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MEMORY_CACHING_TYPE, Remarks",
      "a page outside RAM is mapped with another caching type",
      "PFN, caching type asked for"),
  /** A page outside RAM is mapped with another caching type. */
  USER_CACHE_CONFLICT(
      Effect.RAISED,
      NtStatus.STATUS_CONFLICTING_ADDRESSES,
      Answer.NO_PARAMETER,
      "MEMORY_CACHING_TYPE, Remarks",
      "a page outside RAM is mapped with another caching type",
      "PFN, caching type asked for"),
  /** There are too few system PTEs left for this priority. */
  LOW_PRIORITY(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmMapLockedPagesSpecifyCache, Parameters",
      "there are too few system PTEs left for this priority",
      "pages, free PTEs, PTEs"),
  /** There are not enough system PTEs in a row. */
  NO_SYSTEM_PTES(
      Effect.NULL,
      0,
      Answer.NO_PARAMETER,
      "MmMapLockedPagesSpecifyCache, Return value",
      "there are not enough system PTEs in a row",
      "pages, free PTEs"),
  /** A mapping was demanded that can not be made. */
  NO_MORE_SYSTEM_PTES(
      Effect.BUG_CHECK,
      BugCheckCode.NO_MORE_SYSTEM_PTES,
      0x0,
      "Bug Check 0x3F, Parameters",
      "a mapping was demanded that can not be made",
      "pages, free PTEs, PTEs"),
  /** Something lies at the address asked for. */
  OCCUPIED(
      Effect.RAISED,
      NtStatus.STATUS_CONFLICTING_ADDRESSES,
      Answer.NO_PARAMETER,
      "MmMapLockedPagesSpecifyCache, Parameters",
      "something lies at the address asked for",
      "address, pages"),
  /** The process has no addresses left. */
  NO_USER_ADDRESSES(
      Effect.RAISED,
      NtStatus.STATUS_NO_MEMORY,
      Answer.NO_PARAMETER,
      "MmMapLockedPagesSpecifyCache, Return value",
      "the process has no addresses left",
      "pages");

  private final Answer answer;

  MmMapLockedPagesSpecifyCache(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_MAP_LOCKED_PAGES_SPECIFY_CACHE,
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
