package dev.mapwright.linux.answer;

import dev.mapwright.linux.abi.Errno;

/** The errors of {@code mmap}, in order of checks. */
public enum MmapError implements Refusal {
  /** The offset is not a multiple of the page size. */
  OFFSET_MISALIGNED(
      Errno.EINVAL, "mmap(2), ERRORS", "the offset is not a multiple of the page size"),
  /** MAP_HUGETLB asks for a size of huge pages other than 2 MiB and 1 GiB. */
  HUGE_SIZE_UNKNOWN(
      Errno.EINVAL,
      "kernel, ksys_mmap_pgoff",
      "MAP_HUGETLB asks for a size of huge pages other than 2 MiB and 1 GiB"),
  /** The descriptor is not open, and MAP_ANONYMOUS is not given. */
  FILE_NOT_OPEN(
      Errno.EBADF, "mmap(2), ERRORS", "the descriptor is not open, and MAP_ANONYMOUS is not given"),
  /** MAP_HUGETLB is given for a file that is not on hugetlbfs. */
  HUGE_FILE(
      Errno.EINVAL,
      "kernel, ksys_mmap_pgoff",
      "MAP_HUGETLB is given for a file that is not on hugetlbfs"),
  /** The length is 0. */
  LENGTH_ZERO(Errno.EINVAL, "mmap(2), ERRORS", "the length is 0"),
  /** The length, in whole pages, exceeds the address space or reaches 2^64. */
  TOO_LONG(
      Errno.ENOMEM,
      "kernel, do_mmap",
      "the length, in whole pages, exceeds the address space or reaches 2^64"),
  /** The fixed place does not lie inside the address space. */
  FIXED_OUTSIDE(
      Errno.ENOMEM,
      "kernel, __get_unmapped_area",
      "the fixed place does not lie inside the address space"),
  /**
   * The fixed place is not a multiple of the page size, or of the huge page size with MAP_HUGETLB.
   */
  FIXED_MISALIGNED(
      Errno.EINVAL,
      "mmap(2), ERRORS",
      "the fixed place is not a multiple of the page size, or of the huge page size with "
          + "MAP_HUGETLB"),
  /** MAP_FIXED_NOREPLACE is given, and something is mapped in the range. */
  TAKEN(
      Errno.EEXIST,
      "mmap(2), ERRORS",
      "MAP_FIXED_NOREPLACE is given, and something is mapped in the range"),
  /** Offset plus length exceed the size that a file can have. */
  OFFSET_TOO_LARGE(
      Errno.EOVERFLOW,
      "kernel, do_mmap",
      "offset plus length exceed the size that a file can have"),
  /**
   * The flags have none of the types MAP_PRIVATE, MAP_SHARED and MAP_SHARED_VALIDATE, or one that
   * does not fit: MAP_SHARED_VALIDATE goes with files only, MAP_DROPPABLE with anonymous memory
   * only.
   */
  NO_TYPE(
      Errno.EINVAL,
      "mmap(2), ERRORS",
      "the flags have none of the types MAP_PRIVATE, MAP_SHARED and MAP_SHARED_VALIDATE, or "
          + "one that does not fit: MAP_SHARED_VALIDATE goes with files only, MAP_DROPPABLE with "
          + "anonymous memory only"),
  /** MAP_SHARED_VALIDATE is given together with a flag that is unknown or does not fit the file. */
  UNKNOWN_FLAG(
      Errno.EOPNOTSUPP,
      "mmap(2), ERRORS",
      "MAP_SHARED_VALIDATE is given together with a flag that is unknown or does not fit the "
          + "file"),
  /** MAP_GROWSDOWN is given, and the memory is not private and anonymous. */
  GROWS_DOWN(
      Errno.EINVAL,
      "kernel, do_mmap",
      "MAP_GROWSDOWN is given, and the memory is not private and anonymous"),
  /** No gap of the address space is large enough. */
  NO_PLACE(Errno.ENOMEM, "mmap(2), ERRORS", "no gap of the address space is large enough"),
  /** Memory that can be written and executed, after prctl with PR_SET_MDWE. */
  EXEC_GAIN(
      Errno.EACCES,
      "PR_SET_MDWE(2const), DESCRIPTION",
      "memory that can be written and executed, after prctl with PR_SET_MDWE"),
  /** The fixed range holds memory that mseal has sealed. */
  SEALED(
      Errno.EPERM, "mseal(2), DESCRIPTION", "the fixed range holds memory that mseal has sealed"),
  /** Memory for the mapping could not be acquired. */
  OUT_OF_MEMORY(Errno.ENOMEM, "mmap(2), ERRORS", "memory for the mapping could not be acquired");

  private final Errno errno;
  private final String source;
  private final String sentence;

  MmapError(Errno errno, String source, String sentence) {
    this.errno = errno;
    this.source = source;
    this.sentence = sentence;
  }

  @Override
  public LinuxCall call() {
    return LinuxCall.MMAP;
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
