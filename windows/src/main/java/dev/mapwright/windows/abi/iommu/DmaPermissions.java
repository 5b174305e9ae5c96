package dev.mapwright.windows.abi.iommu;

/** What devices may do with a range: a ULONG of which the other bits are 0. */
public final class DmaPermissions {
  /** They read. */
  public static final int READ = 1;

  /** They write. */
  public static final int WRITE = 2;

  /** Both. */
  public static final int KNOWN = READ | WRITE;

  private DmaPermissions() {}
}
