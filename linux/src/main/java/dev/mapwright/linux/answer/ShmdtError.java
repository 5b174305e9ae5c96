package dev.mapwright.linux.answer;

import dev.mapwright.linux.abi.Errno;

/** The errors of {@code shmdt}, in order of checks. */
public enum ShmdtError implements Refusal {
  /** The address is not a multiple of the page size, or lies beyond the address space. */
  BAD_ADDRESS(
      Errno.EINVAL,
      "shmop(2), ERRORS",
      "the address is not a multiple of the page size, or lies beyond the address space"),
  /** No segment is attached at the address. */
  NOT_ATTACHED(Errno.EINVAL, "shmop(2), ERRORS", "no segment is attached at the address");

  private final Errno errno;
  private final String source;
  private final String sentence;

  ShmdtError(Errno errno, String source, String sentence) {
    this.errno = errno;
    this.source = source;
    this.sentence = sentence;
  }

  @Override
  public LinuxCall call() {
    return LinuxCall.SHMDT;
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
