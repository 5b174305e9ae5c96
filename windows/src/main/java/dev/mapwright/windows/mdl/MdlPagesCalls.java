package dev.mapwright.windows.mdl;

import static dev.mapwright.windows.abi.MdlAllocationFlags.MM_ALLOCATE_FROM_LOCAL_NODE_ONLY;
import static dev.mapwright.windows.abi.NodeRequirement.MM_ANY_NODE_OK;

import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;

/**
 * The routines that allocate physical pages, and MDLs that describe them. What {@link MdlCalls}
 * says of arguments, answers and threads holds here, too.
 *
 * <p>The pages have no address until the MDL is mapped. They are filled with zeros. A range of
 * physical addresses ends with its highest byte: a page is taken only if it lies in the range
 * whole. There may be fewer pages than were asked for, so a driver looks at MmGetMdlByteCount. The
 * MDL is freed by ExFreePool, after its pages.
 */
public final class MdlPagesCalls {
  /** The node that every processor belongs to. */
  private static final int LOCAL_NODE = 0;

  private MdlPagesCalls() {}

  /**
   * MmAllocatePagesForMdl: allocates pages without a cache attribute; their first mapping decides.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param lowAddress the lowest physical address
   * @param highAddress the highest physical address of a byte
   * @param skipBytes how far up the range is moved when it has too few pages, again and again; 0
   *     for never; a multiple of the page size
   * @param totalBytes how many bytes, at least 1 and at most 4 GiB less a page
   * @return the MDL; 0 as {@link dev.mapwright.windows.answer.MmAllocatePagesForMdl} says (wdm.h,
   *     nf-wdm-mmallocatepagesformdl, Return value)
   */
  public static long mmAllocatePagesForMdl(
      NtContext c, long lowAddress, long highAddress, long skipBytes, long totalBytes) {
    return c.enter(Routine.MM_ALLOCATE_PAGES_FOR_MDL, 2, 0)
        ? AllocatePagesForMdl.run(
            c,
            AllocatePagesForMdl.PLAIN,
            lowAddress,
            highAddress,
            skipBytes,
            totalBytes,
            null,
            MM_ANY_NODE_OK,
            0)
        : 0;
  }

  /**
   * MmAllocatePagesForMdlEx: allocates pages with a cache attribute, as flags say.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param lowAddress the lowest physical address
   * @param highAddress the highest physical address of a byte
   * @param skipBytes how far up the range is moved when it has too few pages; of chunks their size
   * @param totalBytes how many bytes, at least 1 and at most 4 GiB less a page
   * @param cacheType see {@link dev.mapwright.windows.abi.MemoryCachingType}; with one that is not
   *     for drivers the pages have no cache attribute, and their first mapping decides
   * @param flags see {@link dev.mapwright.windows.abi.MdlAllocationFlags}
   * @return the MDL; 0 as {@link dev.mapwright.windows.answer.MmAllocatePagesForMdlEx} says (wdm.h,
   *     nf-wdm-mmallocatepagesformdlex, Return value)
   */
  public static long mmAllocatePagesForMdlEx(
      NtContext c,
      long lowAddress,
      long highAddress,
      long skipBytes,
      long totalBytes,
      int cacheType,
      int flags) {
    return c.enter(Routine.MM_ALLOCATE_PAGES_FOR_MDL_EX, 2, 0)
        ? AllocatePagesForMdl.run(
            c,
            AllocatePagesForMdl.EX,
            lowAddress,
            highAddress,
            skipBytes,
            totalBytes,
            AllocatePagesForMdl.policy(cacheType),
            (flags & MM_ALLOCATE_FROM_LOCAL_NODE_ONLY) != 0 ? LOCAL_NODE : MM_ANY_NODE_OK,
            flags)
        : 0;
  }

  /**
   * MmAllocateNodePagesForMdlEx: the same with a node whose pages are taken first.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param lowAddress the lowest physical address
   * @param highAddress the highest physical address of a byte
   * @param skipBytes how far up the range is moved when it has too few pages; of chunks their size
   * @param totalBytes how many bytes, at least 1 and at most 4 GiB less a page
   * @param cacheType see {@link #mmAllocatePagesForMdlEx}
   * @param idealNode the number of a node, a ULONG, or MM_ANY_NODE_OK
   * @param flags see {@link dev.mapwright.windows.abi.MdlAllocationFlags}
   * @return the MDL; 0 as {@link dev.mapwright.windows.answer.MmAllocateNodePagesForMdlEx} says
   *     (wdm.h, nf-wdm-mmallocatenodepagesformdlex, Return value)
   */
  public static long mmAllocateNodePagesForMdlEx(
      NtContext c,
      long lowAddress,
      long highAddress,
      long skipBytes,
      long totalBytes,
      int cacheType,
      int idealNode,
      int flags) {
    return c.enter(Routine.MM_ALLOCATE_NODE_PAGES_FOR_MDL_EX, 2, 0)
        ? AllocatePagesForMdl.run(
            c,
            AllocatePagesForMdl.OF_NODE,
            lowAddress,
            highAddress,
            skipBytes,
            totalBytes,
            AllocatePagesForMdl.policy(cacheType),
            idealNode,
            flags)
        : 0;
  }

  /**
   * MmFreePagesFromMdl: frees the pages that an MDL names, and not the MDL. A system mapping of it
   * is removed before.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param mdl what one of the routines above returned (wdm.h, nf-wdm-mmfreepagesfrommdl,
   *     Parameters and Remarks)
   */
  public static void mmFreePagesFromMdl(NtContext c, long mdl) {
    if (c.enter(Routine.MM_FREE_PAGES_FROM_MDL, 2, 0)) {
      FreePagesFromMdl.run(c, mdl);
    }
  }
}
