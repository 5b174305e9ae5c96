package dev.mapwright.linux.answer;

import dev.mapwright.linux.abi.Errno;

/** The errors of {@code mremap}, in order of checks. */
public enum MremapError implements Refusal {
  /** A flag other than MREMAP_MAYMOVE, MREMAP_FIXED and MREMAP_DONTUNMAP is given. */
  UNKNOWN_FLAG(
      Errno.EINVAL,
      "mremap(2), ERRORS",
      "a flag other than MREMAP_MAYMOVE, MREMAP_FIXED and MREMAP_DONTUNMAP is given"),
  /** The old address is not a multiple of the page size. */
  OLD_MISALIGNED(
      Errno.EINVAL, "mremap(2), ERRORS", "the old address is not a multiple of the page size"),
  /** The new size is 0, or larger than the address space. */
  BAD_NEW_SIZE(
      Errno.EINVAL, "mremap(2), ERRORS", "the new size is 0, or larger than the address space"),
  /** The new range does not lie inside the address space. */
  NEW_OUTSIDE(
      Errno.EINVAL,
      "kernel, check_mremap_params",
      "the new range does not lie inside the address space"),
  /** The new address is not a multiple of the page size. */
  NEW_MISALIGNED(
      Errno.EINVAL, "mremap(2), ERRORS", "the new address is not a multiple of the page size"),
  /** MREMAP_FIXED or MREMAP_DONTUNMAP is given without MREMAP_MAYMOVE. */
  MAY_NOT_MOVE(
      Errno.EINVAL,
      "mremap(2), ERRORS",
      "MREMAP_FIXED or MREMAP_DONTUNMAP is given without MREMAP_MAYMOVE"),
  /** MREMAP_DONTUNMAP is given, and the old and the new size differ. */
  KEEPS_AND_RESIZES(
      Errno.EINVAL,
      "mremap(2), ERRORS",
      "MREMAP_DONTUNMAP is given, and the old and the new size differ"),
  /** Old and new range overlap. */
  OVERLAP(Errno.EINVAL, "mremap(2), ERRORS", "old and new range overlap"),
  /** Nothing is mapped at the old address. */
  NOT_MAPPED(Errno.EFAULT, "mremap(2), ERRORS", "nothing is mapped at the old address"),
  /** The old range, or what would be replaced or cut off, holds memory that mseal has sealed. */
  SEALED(
      Errno.EPERM,
      "mseal(2), DESCRIPTION",
      "the old range, or what would be replaced or cut off, holds memory that mseal has sealed"),
  /** The old size is 0, which duplicates a mapping, and the mapping is private. */
  DUPLICATES_PRIVATE(
      Errno.EINVAL,
      "mremap(2), ERRORS",
      "the old size is 0, which duplicates a mapping, and the mapping is private"),
  /** MREMAP_DONTUNMAP is given for a mapping of the kernel's own, such as [vdso]. */
  KEEPS_KERNELS_OWN(
      Errno.EINVAL,
      "kernel, check_prep_vma",
      "MREMAP_DONTUNMAP is given for a mapping of the kernel's own, such as [vdso]"),
  /** The old range is not all of one area, and the size changes or MREMAP_FIXED is not given. */
  NOT_ONE_AREA(
      Errno.EFAULT,
      "mremap(2), ERRORS",
      "the old range is not all of one area, and the size changes or MREMAP_FIXED is not given"),
  /** Several areas are to be moved, and one shows a System V segment. */
  SEGMENT_AMONG_OTHERS(
      Errno.EFAULT,
      "kernel, remap_move",
      "several areas are to be moved, and one shows a System V segment"),
  /** The size of a mapping of the kernel's own, such as [vdso], is to change. */
  RESIZES_KERNELS_OWN(
      Errno.EFAULT,
      "kernel, check_prep_vma",
      "the size of a mapping of the kernel's own, such as [vdso], is to change"),
  /**
   * What would be replaced or cut off covers a part only of a mapping of the kernel's own, such as
   * [vdso].
   */
  CUTS_KERNELS_OWN(
      Errno.EINVAL,
      "kernel, special_mapping_split",
      "what would be replaced or cut off covers a part only of a mapping of the kernel's own, "
          + "such as [vdso]"),
  /** The pages behind the old range are not free, and MREMAP_MAYMOVE is not given. */
  CANNOT_GROW_IN_PLACE(
      Errno.ENOMEM,
      "mremap(2), ERRORS",
      "the pages behind the old range are not free, and MREMAP_MAYMOVE is not given"),
  /** No gap of the address space is large enough. */
  NO_PLACE(Errno.ENOMEM, "mremap(2), ERRORS", "no gap of the address space is large enough"),
  /** Memory for the change could not be acquired. */
  OUT_OF_MEMORY(Errno.ENOMEM, "mremap(2), ERRORS", "memory for the change could not be acquired");

  private final Errno errno;
  private final String source;
  private final String sentence;

  MremapError(Errno errno, String source, String sentence) {
    this.errno = errno;
    this.source = source;
    this.sentence = sentence;
  }

  @Override
  public LinuxCall call() {
    return LinuxCall.MREMAP;
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
