package dev.mapwright.linux.answer;

import dev.mapwright.linux.abi.Errno;

/** The errors of {@code mlockall} and {@code munlockall}, in order of checks. */
public enum MlockallError implements Refusal {
  /** A flag is unknown, or there is none, or MCL_ONFAULT alone. */
  FLAGS(
      Errno.EINVAL,
      "mlockall(2), ERRORS",
      "a flag is unknown, or there is none, or MCL_ONFAULT alone"),
  /** The locks can't be noted for want of memory. */
  OUT_OF_MEMORY(Errno.ENOMEM, "mlockall(2), ERRORS", "the locks can't be noted for want of memory");

  private final Errno errno;
  private final String source;
  private final String sentence;

  MlockallError(Errno errno, String source, String sentence) {
    this.errno = errno;
    this.source = source;
    this.sentence = sentence;
  }

  @Override
  public LinuxCall call() {
    return LinuxCall.MLOCKALL;
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
