package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;
import dev.mapwright.windows.abi.NtStatus;

/**
 * The documented answers of {@code MmProbeAndLockProcessPages}, in the order in which they are
 * checked.
 */
public enum MmProbeAndLockProcessPages implements Condition {
  /** The pages are locked. */
  DONE(
      Effect.DONE,
      0,
      Answer.NO_PARAMETER,
      "MmProbeAndLockProcessPages, Description",
      "the pages are locked",
      ""),
  /** The IRQL is above DISPATCH_LEVEL. */
  IRQL_TOO_HIGH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x71,
      "Bug Check 0xC4, 0x71",
      "the IRQL is above DISPATCH_LEVEL",
      "IRQL, MDL, process"),
  /** The verifier lets it fail on purpose. */
  INJECTED(
      Effect.RAISED,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "this library",
      "the verifier lets it fail on purpose",
      ""),
  /** The MDL is locked, mapped, partial, of I/O space, or built over nonpaged memory already. */
  WRONG_FLAGS(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0xB1,
      "Bug Check 0xC4, 0xB1",
      "the MDL is locked, mapped, partial, of I/O space, or built over nonpaged memory already",
      "MDL, flags, flags that are wrong"),
  /** The MDL describes no byte. */
  ZERO_BYTES(
      Effect.MISUSE, 0, Answer.NO_PARAMETER, "this library", "the MDL describes no byte", "MDL"),
  /** The process is none. */
  NO_SUCH_PROCESS(
      Effect.MISUSE, 0, Answer.NO_PARAMETER, "this library", "the process is none", "MDL, process"),
  /**
   * The buffer was given by a user and does not lie below the end of user addresses, or it wraps.
   */
  OUTSIDE_USER_SPACE(
      Effect.RAISED,
      NtStatus.STATUS_ACCESS_VIOLATION,
      Answer.NO_PARAMETER,
      "MmProbeAndLockProcessPages, Remarks",
      "the buffer was given by a user and does not lie below the end of user addresses, or it wraps",
      "address, bytes"),
  /** Pageable addresses are probed above APC_LEVEL. */
  PAGEABLE_AT_DISPATCH(
      Effect.VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x71,
      "MmProbeAndLockProcessPages, Requirements",
      "pageable addresses are probed above APC_LEVEL",
      "IRQL, MDL, process"),
  /** A page can not be accessed as the operation needs it. */
  NOT_ACCESSIBLE(
      Effect.RAISED,
      NtStatus.STATUS_ACCESS_VIOLATION,
      Answer.NO_PARAMETER,
      "MmProbeAndLockProcessPages, Remarks",
      "a page can not be accessed as the operation needs it",
      "address, access"),
  /** No frame is left to bring a page in. */
  NO_FRAMES(
      Effect.RAISED,
      NtStatus.STATUS_WORKING_SET_QUOTA,
      Answer.NO_PARAMETER,
      "MmProbeAndLockProcessPages, Remarks",
      "no frame is left to bring a page in",
      "address, free frames"),
  /** There is no memory to remember the locks, or a page is locked too often. */
  NO_MEMORY(
      Effect.RAISED,
      NtStatus.STATUS_INSUFFICIENT_RESOURCES,
      Answer.NO_PARAMETER,
      "MmProbeAndLockProcessPages, Remarks",
      "there is no memory to remember the locks, or a page is locked too often",
      "address, pages"),
  /** A page is no RAM. */
  NOT_RAM(
      Effect.DISCOURAGED,
      BugCheckCode.DRIVER_VERIFIER_DETECTED_VIOLATION,
      0x6F,
      "Bug Check 0xC4, 0x6F",
      "a page is no RAM",
      "MDL, PFN, highest PFN");

  private final Answer answer;

  MmProbeAndLockProcessPages(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(
            Routine.MM_PROBE_AND_LOCK_PROCESS_PAGES,
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
