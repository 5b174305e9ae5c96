package dev.mapwright.linux.answer;

import dev.mapwright.linux.abi.Errno;

/** The errors of {@code madvise}, in order of checks. */
public enum MadviseError implements Refusal {
  /** The advice is unknown. */
  UNKNOWN_ADVICE(Errno.EINVAL, "madvise(2), ERRORS", "the advice is unknown"),
  /** The address is not a multiple of the page size. */
  MISALIGNED(Errno.EINVAL, "madvise(2), ERRORS", "the address is not a multiple of the page size"),
  /** Address plus length reach 2^64. */
  WRAPS(Errno.EINVAL, "madvise(2), ERRORS", "address plus length reach 2^64"),
  /**
   * The advice would drop contents of sealed private anonymous memory that can't be written, or
   * keep them from a child.
   */
  SEALED(
      Errno.EPERM,
      "mseal(2), DESCRIPTION",
      "the advice would drop contents of sealed private anonymous memory that can't be written, "
          + "or keep them from a child"),
  /**
   * The advice would take pages away that mlock holds (MADV_DONTNEED, FREE, REMOVE, COLD, PAGEOUT,
   * GUARD_INSTALL).
   */
  LOCKED(
      Errno.EINVAL,
      "madvise(2), ERRORS",
      "the advice would take pages away that mlock holds (MADV_DONTNEED, FREE, REMOVE, COLD, "
          + "PAGEOUT, GUARD_INSTALL)"),
  /**
   * The advice does not fit the kind of an area: MADV_FREE and WIPEONFORK need private anonymous
   * memory, MADV_REMOVE needs a file, others refuse huge pages or the kernel's own mappings.
   */
  UNFIT_AREA(
      Errno.EINVAL,
      "madvise(2), ERRORS",
      "the advice does not fit the kind of an area: MADV_FREE and WIPEONFORK need private "
          + "anonymous memory, MADV_REMOVE needs a file, others refuse huge pages or the kernel's "
          + "own mappings"),
  /** MADV_POPULATE_READ or MADV_POPULATE_WRITE, and an area does not have the permission. */
  NOTHING_TO_POPULATE(
      Errno.EINVAL,
      "kernel, madvise_populate",
      "MADV_POPULATE_READ or MADV_POPULATE_WRITE, and an area does not have the permission"),
  /** MADV_REMOVE, and an area is not shared and writable. */
  REMOVE_UNWRITABLE(
      Errno.EACCES, "madvise(2), ERRORS", "MADV_REMOVE, and an area is not shared and writable"),
  /**
   * A page of the range is not mapped; what is mapped behind it has been treated, except by
   * MADV_POPULATE_.
   */
  HOLE(
      Errno.ENOMEM,
      "madvise(2), ERRORS",
      "a page of the range is not mapped; what is mapped behind it has been treated, except by"
          + " MADV_POPULATE_"),
  /** Splitting a mapping needs memory, and there is none. */
  OUT_OF_MEMORY(
      Errno.ENOMEM, "madvise(2), ERRORS", "splitting a mapping needs memory, and there is none");

  private final Errno errno;
  private final String source;
  private final String sentence;

  MadviseError(Errno errno, String source, String sentence) {
    this.errno = errno;
    this.source = source;
    this.sentence = sentence;
  }

  @Override
  public LinuxCall call() {
    return LinuxCall.MADVISE;
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
