package dev.mapwright.linux.answer;

import dev.mapwright.linux.abi.Errno;

/** The errors of {@code msync}, in order of checks. */
public enum MsyncError implements Refusal {
  /** A flag other than MS_ASYNC, MS_INVALIDATE and MS_SYNC is given. */
  UNKNOWN_FLAG(
      Errno.EINVAL,
      "msync(2), ERRORS",
      "a flag other than MS_ASYNC, MS_INVALIDATE and MS_SYNC is given"),
  /** The address is not a multiple of the page size. */
  MISALIGNED(Errno.EINVAL, "msync(2), ERRORS", "the address is not a multiple of the page size"),
  /** MS_SYNC and MS_ASYNC are given together. */
  BOTH_KINDS(Errno.EINVAL, "msync(2), ERRORS", "MS_SYNC and MS_ASYNC are given together"),
  /** Address plus length reach 2^64. */
  WRAPS(Errno.ENOMEM, "kernel, SYSCALL_DEFINE3(msync)", "address plus length reach 2^64"),
  /** MS_INVALIDATE is given, and the range holds locked memory. */
  LOCKED(
      Errno.EBUSY, "msync(2), ERRORS", "MS_INVALIDATE is given, and the range holds locked memory"),
  /** A page of the range is not mapped. */
  HOLE(Errno.ENOMEM, "msync(2), ERRORS", "a page of the range is not mapped");

  private final Errno errno;
  private final String source;
  private final String sentence;

  MsyncError(Errno errno, String source, String sentence) {
    this.errno = errno;
    this.source = source;
    this.sentence = sentence;
  }

  @Override
  public LinuxCall call() {
    return LinuxCall.MSYNC;
  }

  @Override
  public Errno errno() {
    return errno;
  }

  @Override
  public String source() {
    return source;
  }

  @Override
  public String sentence() {
    return sentence;
  }
}
