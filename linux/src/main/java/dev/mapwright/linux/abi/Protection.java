package dev.mapwright.linux.abi;

/** The protection bits of mmap(2) and mprotect(2). */
public final class Protection {

  /** No access. */
  public static final int PROT_NONE = 0x0;

  /** Loads. */
  public static final int PROT_READ = 0x1;

  /** Stores. */
  public static final int PROT_WRITE = 0x2;

  /** Instruction fetches. */
  public static final int PROT_EXEC = 0x4;

  /** May be used for atomic operations; without meaning on x86-64. */
  public static final int PROT_SEM = 0x8;

  /** mprotect only: extend the change down to the start of a mapping that grows down. */
  public static final int PROT_GROWSDOWN = 0x01000000;

  /**
   * mprotect only: extend the change up to the end of a mapping that grows up; no x86-64 mapping
   * does.
   */
  public static final int PROT_GROWSUP = 0x02000000;

  private Protection() {}
}
