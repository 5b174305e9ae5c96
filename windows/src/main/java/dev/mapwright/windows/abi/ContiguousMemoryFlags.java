package dev.mapwright.windows.abi;

/** The flags of MmAllocateContiguousMemoryEx. */
public final class ContiguousMemoryFlags {
  /**
   * Only memory is taken that is found at once; nothing is moved to make room. Nothing ever is
   * here, so it changes nothing.
   */
  public static final int MM_ALLOCATE_CONTIGUOUS_MEMORY_FAST_ONLY = 0x1;

  private ContiguousMemoryFlags() {}
}
