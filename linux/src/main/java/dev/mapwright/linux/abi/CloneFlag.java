package dev.mapwright.linux.abi;

/** The flags of clone(2) that decide about memory. */
public final class CloneFlag {

  /** Parent and child share one address space. */
  public static final int CLONE_VM = 0x00000100;

  /** The parent waits until the child has released the address space. */
  public static final int CLONE_VFORK = 0x00004000;

  /** The child is a thread of the same process. */
  public static final int CLONE_THREAD = 0x00010000;

  private CloneFlag() {}
}
