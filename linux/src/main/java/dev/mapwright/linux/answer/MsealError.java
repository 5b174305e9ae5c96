package dev.mapwright.linux.answer;

import dev.mapwright.linux.abi.Errno;

/** The errors of {@code mseal}, in order of checks. */
public enum MsealError implements Refusal {
  /** Flags is not 0. */
  FLAGS(Errno.EINVAL, "mseal(2), ERRORS", "flags is not 0"),
  /** The address is not a multiple of the page size. */
  MISALIGNED(Errno.EINVAL, "mseal(2), ERRORS", "the address is not a multiple of the page size"),
  /** Address plus length reach 2^64. */
  WRAPS(Errno.EINVAL, "mseal(2), ERRORS", "address plus length reach 2^64"),
  /** A page of the range is not mapped; nothing has been sealed. */
  HOLE(
      Errno.ENOMEM,
      "mseal(2), ERRORS",
      "a page of the range is not mapped; nothing has been sealed"),
  /** Splitting a mapping needs memory, and there is none. */
  OUT_OF_MEMORY(
      Errno.ENOMEM, "mseal(2), ERRORS", "splitting a mapping needs memory, and there is none");

  private final Errno errno;
  private final String source;
  private final String sentence;

  MsealError(Errno errno, String source, String sentence) {
    this.errno = errno;
    this.source = source;
    this.sentence = sentence;
  }

  @Override
  public LinuxCall call() {
    return LinuxCall.MSEAL;
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
