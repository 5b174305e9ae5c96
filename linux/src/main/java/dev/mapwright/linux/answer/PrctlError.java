package dev.mapwright.linux.answer;

import dev.mapwright.linux.abi.Errno;

/** The errors of {@code prctl} with {@code PR_SET_MDWE}, in order of checks. */
public enum PrctlError implements Refusal {
  /** A bit is unknown, an argument behind the bits is not 0, or PR_MDWE_NO_INHERIT is alone. */
  BITS(
      Errno.EINVAL,
      "PR_SET_MDWE(2const), ERRORS",
      "a bit is unknown, an argument behind the bits is not 0, or PR_MDWE_NO_INHERIT is alone"),
  /** Other bits were set before, and they stay. */
  CHANGES(Errno.EPERM, "PR_SET_MDWE(2const), ERRORS", "other bits were set before, and they stay");

  private final Errno errno;
  private final String source;
  private final String sentence;

  PrctlError(Errno errno, String source, String sentence) {
    this.errno = errno;
    this.source = source;
    this.sentence = sentence;
  }

  @Override
  public LinuxCall call() {
    return LinuxCall.PRCTL;
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
