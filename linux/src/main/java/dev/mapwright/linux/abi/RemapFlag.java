package dev.mapwright.linux.abi;

/** The flags of mremap(2). */
public final class RemapFlag {

  /** The mapping may move. */
  public static final int MREMAP_MAYMOVE = 1;

  /** It moves to the given address; what is there is replaced. */
  public static final int MREMAP_FIXED = 2;

  /** The old range stays mapped, empty. */
  public static final int MREMAP_DONTUNMAP = 4;

  private RemapFlag() {}
}
