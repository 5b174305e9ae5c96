package dev.mapwright.linux.answer;

import dev.mapwright.linux.abi.Errno;

/** The errors of {@code mlock}, {@code mlock2} and {@code munlock}, in order of checks. */
public enum MlockError implements Refusal {
  /** Mlock2: a flag is unknown. */
  UNKNOWN_FLAG(Errno.EINVAL, "mlock(2), ERRORS", "mlock2: a flag is unknown"),
  /** Address plus length reach 2^64. */
  WRAPS(Errno.EINVAL, "mlock(2), ERRORS", "address plus length reach 2^64"),
  /** The address lies beyond the address space. */
  OUTSIDE(Errno.ENOMEM, "mlock(2), ERRORS", "the address lies beyond the address space"),
  /** A page of the range is not mapped; what lies before it has been treated. */
  HOLE(
      Errno.ENOMEM,
      "mlock(2), ERRORS",
      "a page of the range is not mapped; what lies before it has been treated"),
  /**
   * Mlock, and mlock2 without MLOCK_ONFAULT: a page of the range allows no access, so it can't be
   * made present; it is marked as locked all the same.
   */
  INACCESSIBLE(
      Errno.ENOMEM,
      "kernel, populate_vma_page_range",
      "mlock, and mlock2 without MLOCK_ONFAULT: a page of the range allows no access, so it can't be made present; it is marked "
          + "as locked all the same"),
  /** Splitting a mapping needs memory, and there is none. */
  OUT_OF_MEMORY(
      Errno.ENOMEM, "mlock(2), ERRORS", "splitting a mapping needs memory, and there is none");

  private final Errno errno;
  private final String source;
  private final String sentence;

  MlockError(Errno errno, String source, String sentence) {
    this.errno = errno;
    this.source = source;
    this.sentence = sentence;
  }

  @Override
  public LinuxCall call() {
    return LinuxCall.MLOCK;
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
