package dev.mapwright.linux.answer;

import dev.mapwright.linux.abi.Errno;

/** The errors of {@code remap_file_pages}, in order of checks. */
public enum RemapFilePagesError implements Refusal {
  /** Prot is not 0. */
  PROTECTION(Errno.EINVAL, "remap_file_pages(2), DESCRIPTION", "prot is not 0"),
  /** The range is empty, reaches beyond the address space, or offset plus size reach 2^64 pages. */
  BAD_RANGE(
      Errno.EINVAL,
      "remap_file_pages(2), ERRORS",
      "the range is empty, reaches beyond the address space, or offset plus size reach 2^64 "
          + "pages"),
  /** What is mapped at the address was not made with MAP_SHARED, or nothing is. */
  NOT_SHARED(
      Errno.EINVAL,
      "remap_file_pages(2), ERRORS",
      "what is mapped at the address was not made with MAP_SHARED, or nothing is"),
  /** The range has a hole, or holds mappings of more than one kind. */
  NOT_ONE_MAPPING(
      Errno.EINVAL,
      "remap_file_pages(2), ERRORS",
      "the range has a hole, or holds mappings of more than one kind"),
  /** Offset plus size exceed the size that a file can have. */
  OFFSET_TOO_LARGE(
      Errno.EOVERFLOW, "kernel, do_mmap", "offset plus size exceed the size that a file can have"),
  /** The range holds memory that mseal has sealed. */
  SEALED(Errno.EPERM, "mseal(2), DESCRIPTION", "the range holds memory that mseal has sealed"),
  /** Memory for the mapping could not be acquired. */
  OUT_OF_MEMORY(Errno.ENOMEM, "mmap(2), ERRORS", "memory for the mapping could not be acquired");

  private final Errno errno;
  private final String source;
  private final String sentence;

  RemapFilePagesError(Errno errno, String source, String sentence) {
    this.errno = errno;
    this.source = source;
    this.sentence = sentence;
  }

  @Override
  public LinuxCall call() {
    return LinuxCall.REMAP_FILE_PAGES;
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
