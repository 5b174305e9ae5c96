package dev.mapwright.linux.abi;

/** The flags of shmat(2). */
public final class SharedMemoryFlag {

  /** Attach for reading only. */
  public static final int SHM_RDONLY = 010000;

  /** Round the address down to a multiple of the page size. */
  public static final int SHM_RND = 020000;

  /** Replace what is there. */
  public static final int SHM_REMAP = 040000;

  /** Allow execution. */
  public static final int SHM_EXEC = 0100000;

  private SharedMemoryFlag() {}
}
