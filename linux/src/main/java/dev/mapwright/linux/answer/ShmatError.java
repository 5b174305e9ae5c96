package dev.mapwright.linux.answer;

import dev.mapwright.linux.abi.Errno;

/** The errors of {@code shmat}, in order of checks. */
public enum ShmatError implements Refusal {
  /** The address is not a multiple of the page size, and SHM_RND is not given. */
  MISALIGNED(
      Errno.EINVAL,
      "shmop(2), ERRORS",
      "the address is not a multiple of the page size, and SHM_RND is not given"),
  /** There is no segment of that number. */
  NO_SEGMENT(Errno.EINVAL, "shmop(2), ERRORS", "there is no segment of that number"),
  /** SHM_REMAP is given without an address. */
  REPLACES_NOTHING(Errno.EINVAL, "shmop(2), ERRORS", "SHM_REMAP is given without an address"),
  /** No gap of the address space is large enough. */
  NO_PLACE(Errno.ENOMEM, "shmop(2), ERRORS", "no gap of the address space is large enough"),
  /** Address plus size of the segment reach 2^64. */
  WRAPS(Errno.EINVAL, "kernel, do_shmat", "address plus size of the segment reach 2^64"),
  /** The segment does not lie inside the address space. */
  OUTSIDE(
      Errno.ENOMEM,
      "kernel, __get_unmapped_area",
      "the segment does not lie inside the address space"),
  /** Something is mapped in the range, and SHM_REMAP is not given. */
  TAKEN(
      Errno.EINVAL,
      "shmop(2), ERRORS",
      "something is mapped in the range, and SHM_REMAP is not given"),
  /** SHM_EXEC without SHM_RDONLY, after prctl with PR_SET_MDWE. */
  EXEC_GAIN(
      Errno.EACCES,
      "PR_SET_MDWE(2const), DESCRIPTION",
      "SHM_EXEC without SHM_RDONLY, after prctl with PR_SET_MDWE"),
  /** The range holds memory that mseal has sealed. */
  SEALED(Errno.EPERM, "mseal(2), DESCRIPTION", "the range holds memory that mseal has sealed"),
  /** Memory for the mapping could not be acquired. */
  OUT_OF_MEMORY(Errno.ENOMEM, "shmop(2), ERRORS", "memory for the mapping could not be acquired");

  private final Errno errno;
  private final String source;
  private final String sentence;

  ShmatError(Errno errno, String source, String sentence) {
    this.errno = errno;
    this.source = source;
    this.sentence = sentence;
  }

  @Override
  public LinuxCall call() {
    return LinuxCall.SHMAT;
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
