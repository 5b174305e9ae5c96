package dev.mapwright.linux.answer;

import dev.mapwright.linux.abi.Errno;

/** The errors of {@code munmap}, in order of checks. */
public enum MunmapError implements Refusal {
  /** The address is misaligned, the length is 0, or the range reaches beyond the address space. */
  BAD_RANGE(
      Errno.EINVAL,
      "mmap(2), ERRORS",
      "the address is misaligned, the length is 0, or the range reaches beyond the address "
          + "space"),
  /** The range holds memory that mseal has sealed. */
  SEALED(Errno.EPERM, "mseal(2), DESCRIPTION", "the range holds memory that mseal has sealed"),
  /** The range begins or ends inside a mapping of the kernel's own, such as [vdso]. */
  KERNELS_OWN(
      Errno.EINVAL,
      "kernel, special_mapping_split",
      "the range begins or ends inside a mapping of the kernel's own, such as [vdso]"),
  /** Splitting a mapping needs memory, and there is none. */
  OUT_OF_MEMORY(
      Errno.ENOMEM, "mmap(2), ERRORS", "splitting a mapping needs memory, and there is none");

  private final Errno errno;
  private final String source;
  private final String sentence;

  MunmapError(Errno errno, String source, String sentence) {
    this.errno = errno;
    this.source = source;
    this.sentence = sentence;
  }

  @Override
  public LinuxCall call() {
    return LinuxCall.MUNMAP;
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
