package dev.mapwright.linux.answer;

import dev.mapwright.linux.abi.Errno;

/** The errors of {@code mincore}, in order of checks. */
public enum MincoreError implements Refusal {
  /** The address is not a multiple of the page size. */
  MISALIGNED(Errno.EINVAL, "mincore(2), ERRORS", "the address is not a multiple of the page size"),
  /** The range reaches beyond the address space. */
  OUTSIDE(Errno.ENOMEM, "mincore(2), ERRORS", "the range reaches beyond the address space"),
  /** A page of the range is not mapped. */
  HOLE(Errno.ENOMEM, "mincore(2), ERRORS", "a page of the range is not mapped");

  private final Errno errno;
  private final String source;
  private final String sentence;

  MincoreError(Errno errno, String source, String sentence) {
    this.errno = errno;
    this.source = source;
    this.sentence = sentence;
  }

  @Override
  public LinuxCall call() {
    return LinuxCall.MINCORE;
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
