package dev.mapwright.linux.answer;

import dev.mapwright.linux.abi.Errno;

/** The errors of {@code mprotect} and {@code pkey_mprotect}, in order of checks. */
public enum MprotectError implements Refusal {
  /** PROT_GROWSUP and PROT_GROWSDOWN are given together. */
  BOTH_GROWTHS(
      Errno.EINVAL, "mprotect(2), ERRORS", "PROT_GROWSUP and PROT_GROWSDOWN are given together"),
  /** The address is not a multiple of the page size. */
  MISALIGNED(Errno.EINVAL, "mprotect(2), ERRORS", "the address is not a multiple of the page size"),
  /** Address plus length reach 2^64. */
  WRAPS(Errno.ENOMEM, "kernel, do_mprotect_pkey", "address plus length reach 2^64"),
  /** A protection bit is unknown. */
  UNKNOWN_PROTECTION(Errno.EINVAL, "mprotect(2), ERRORS", "a protection bit is unknown"),
  /** Pkey_mprotect: the key was not given out by pkey_alloc. */
  KEY_NOT_ALLOCATED(
      Errno.EINVAL,
      "pkey_mprotect(2), ERRORS",
      "pkey_mprotect: the key was not given out by pkey_alloc"),
  /** PROT_GROWSDOWN or PROT_GROWSUP is given, and nothing is mapped where the range begins. */
  NOTHING_TO_GROW(
      Errno.ENOMEM,
      "kernel, do_mprotect_pkey",
      "PROT_GROWSDOWN or PROT_GROWSUP is given, and nothing is mapped where the range begins"),
  /** PROT_GROWSDOWN or PROT_GROWSUP is given, and the area does not grow that way. */
  DOES_NOT_GROW(
      Errno.EINVAL,
      "kernel, do_mprotect_pkey",
      "PROT_GROWSDOWN or PROT_GROWSUP is given, and the area does not grow that way"),
  /** A page of the range is not mapped; what lies before it has been changed. */
  HOLE(
      Errno.ENOMEM,
      "mprotect(2), ERRORS",
      "a page of the range is not mapped; what lies before it has been changed"),
  /**
   * An area may never have these permissions, for instance because it was attached with SHM_RDONLY;
   * what lies before it has been changed.
   */
  EXCEEDS_OPENING(
      Errno.EACCES,
      "mprotect(2), ERRORS",
      "an area may never have these permissions, for instance because it was attached with "
          + "SHM_RDONLY; what lies before it has been changed"),
  /**
   * Memory that was not executable, or can be written, is to be executed, after prctl with
   * PR_SET_MDWE; what lies before it has been changed.
   */
  EXEC_GAIN(
      Errno.EACCES,
      "PR_SET_MDWE(2const), DESCRIPTION",
      "memory that was not executable, or can be written, is to be executed, after prctl with "
          + "PR_SET_MDWE; what lies before it has been changed"),
  /** An area of the range is sealed by mseal; what lies before it has been changed. */
  SEALED(
      Errno.EPERM,
      "mseal(2), DESCRIPTION",
      "an area of the range is sealed by mseal; what lies before it has been changed"),
  /** The range covers a part only of a mapping of the kernel's own, such as [vdso]. */
  KERNELS_OWN(
      Errno.EINVAL,
      "kernel, special_mapping_split",
      "the range covers a part only of a mapping of the kernel's own, such as [vdso]"),
  /** Splitting a mapping needs memory, and there is none. */
  OUT_OF_MEMORY(
      Errno.ENOMEM, "mprotect(2), ERRORS", "splitting a mapping needs memory, and there is none");

  private final Errno errno;
  private final String source;
  private final String sentence;

  MprotectError(Errno errno, String source, String sentence) {
    this.errno = errno;
    this.source = source;
    this.sentence = sentence;
  }

  @Override
  public LinuxCall call() {
    return LinuxCall.MPROTECT;
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
