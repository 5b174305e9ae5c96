package dev.mapwright.windows.abi;

/** Flags of MmAllocatePagesForMdlEx (wdm.h). */
public final class MdlAllocationFlags {
  /** The contents of the pages do not matter. */
  public static final int MM_DONT_ZERO_ALLOCATION = 0x1;

  /** Only pages of the ideal node. */
  public static final int MM_ALLOCATE_FROM_LOCAL_NODE_ONLY = 0x2;

  /** All pages that were asked for, or none. */
  public static final int MM_ALLOCATE_FULLY_REQUIRED = 0x4;

  /** Does not wait for pages. */
  public static final int MM_ALLOCATE_NO_WAIT = 0x8;

  /** Adjacent pages if there are some. */
  public static final int MM_ALLOCATE_PREFER_CONTIGUOUS = 0x10;

  /** Chunks of adjacent pages. */
  public static final int MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS = 0x20;

  /** Chunks that can be mapped by large pages. */
  public static final int MM_ALLOCATE_FAST_LARGE_PAGES = 0x40;

  /** The pages will be removed from the machine. */
  public static final int MM_ALLOCATE_AND_HOT_REMOVE = 0x100;

  /** All of them. */
  public static final int ALL =
      MM_DONT_ZERO_ALLOCATION
          | MM_ALLOCATE_FROM_LOCAL_NODE_ONLY
          | MM_ALLOCATE_FULLY_REQUIRED
          | MM_ALLOCATE_NO_WAIT
          | MM_ALLOCATE_PREFER_CONTIGUOUS
          | MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS
          | MM_ALLOCATE_FAST_LARGE_PAGES
          | MM_ALLOCATE_AND_HOT_REMOVE;

  private MdlAllocationFlags() {}
}
