package dev.mapwright.windows.abi;

/** The flags of MmCopyMemory (ntddk.h): what kind of address the source is. */
public final class MmCopyFlags {
  /** The source is a physical address. */
  public static final int MM_COPY_MEMORY_PHYSICAL = 0x1;

  /** The source is a virtual address. */
  public static final int MM_COPY_MEMORY_VIRTUAL = 0x2;

  private MmCopyFlags() {}
}
