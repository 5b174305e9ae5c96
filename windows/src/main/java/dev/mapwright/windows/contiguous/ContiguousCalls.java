package dev.mapwright.windows.contiguous;

import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;

/**
 * The routines that allocate memory for devices: adjacent frames within limits, and pages that are
 * not cached.
 *
 * <p>Physical and virtual addresses are {@code long}, 0 is NULL for virtual ones; sizes and
 * physical addresses are unsigned. A block begins at a page and has whole pages; only the bytes
 * that were asked for may be used. Its contents are what they happen to be; under the verifier they
 * are a pattern. The documented answers of each routine, in the order of its checks, are the
 * constants of the enum of its name in {@link dev.mapwright.windows.answer}; after NULL, {@link
 * NtContext#lastRefusal} says why. Every routine throws {@link
 * dev.mapwright.windows.bugcheck.BugCheck} for misuse, unless misuse is recorded.
 *
 * <p><b>Limits.</b> The lowest address is rounded up to a page. The highest address is the last
 * that may be used: all pages of a block end at it or below. A block does not cross a multiple of
 * the boundary, so it is not larger; the boundary is a power of two of at least a page, or 0 for
 * none. A node is one of the machine's, or MM_ANY_NODE_OK; one that does not exist is refused. PFN
 * 0 is never handed out.
 *
 * <p><b>IRQL.</b> Above APC_LEVEL only pool is searched, so there a block of more than one page is
 * refused: that bound is this library's.
 *
 * <p><b>Threads.</b> Each context is used by one thread at a time; of two that free the same block
 * at the same time, one has freed it twice.
 */
public final class ContiguousCalls {
  private ContiguousCalls() {}

  /**
   * MmAllocateContiguousMemory: allocates a block that is cached and can be executed.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param numberOfBytes how many bytes, at least 1
   * @param highestAcceptableAddress the highest physical address of a byte
   * @return its address; 0 as {@link dev.mapwright.windows.answer.MmAllocateContiguousMemory} says
   *     (wdm.h, nf-wdm-mmallocatecontiguousmemory, Return value)
   */
  public static long mmAllocateContiguousMemory(
      NtContext c, long numberOfBytes, long highestAcceptableAddress) {
    return c.enter(Routine.MM_ALLOCATE_CONTIGUOUS_MEMORY)
        ? AllocateSpecifyCache.run(c, numberOfBytes, highestAcceptableAddress)
        : 0;
  }

  /**
   * MmAllocateContiguousMemorySpecifyCache: allocates a block that can be executed.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param numberOfBytes how many bytes, at least 1
   * @param lowestAcceptableAddress the lowest physical address of a byte
   * @param highestAcceptableAddress the highest physical address of a byte
   * @param boundaryAddressMultiple a multiple of this is not crossed; 0 for no boundary
   * @param cacheType MmNonCached, MmCached or MmWriteCombined
   * @return its address; 0 as {@link
   *     dev.mapwright.windows.answer.MmAllocateContiguousMemorySpecifyCache} says (wdm.h,
   *     nf-wdm-mmallocatecontiguousmemoryspecifycache, Return value)
   */
  public static long mmAllocateContiguousMemorySpecifyCache(
      NtContext c,
      long numberOfBytes,
      long lowestAcceptableAddress,
      long highestAcceptableAddress,
      long boundaryAddressMultiple,
      int cacheType) {
    return c.enter(Routine.MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE)
        ? AllocateSpecifyCache.runCache(
            c,
            numberOfBytes,
            lowestAcceptableAddress,
            highestAcceptableAddress,
            boundaryAddressMultiple,
            cacheType)
        : 0;
  }

  /**
   * MmAllocateContiguousMemorySpecifyCacheNode: the same from one node.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param numberOfBytes how many bytes, at least 1
   * @param lowestAcceptableAddress the lowest physical address of a byte
   * @param highestAcceptableAddress the highest physical address of a byte
   * @param boundaryAddressMultiple a multiple of this is not crossed; 0 for no boundary
   * @param cacheType MmNonCached, MmCached or MmWriteCombined
   * @param preferredNode the node, or {@link
   *     dev.mapwright.windows.abi.NodeRequirement#MM_ANY_NODE_OK}
   * @return its address; 0 as {@link
   *     dev.mapwright.windows.answer.MmAllocateContiguousMemorySpecifyCacheNode} says (wdm.h,
   *     nf-wdm-mmallocatecontiguousmemoryspecifycachenode, Return value)
   */
  public static long mmAllocateContiguousMemorySpecifyCacheNode(
      NtContext c,
      long numberOfBytes,
      long lowestAcceptableAddress,
      long highestAcceptableAddress,
      long boundaryAddressMultiple,
      int cacheType,
      int preferredNode) {
    return c.enter(Routine.MM_ALLOCATE_CONTIGUOUS_MEMORY_SPECIFY_CACHE_NODE)
        ? AllocateSpecifyCache.runCacheNode(
            c,
            numberOfBytes,
            lowestAcceptableAddress,
            highestAcceptableAddress,
            boundaryAddressMultiple,
            cacheType,
            preferredNode)
        : 0;
  }

  /**
   * MmAllocateContiguousNodeMemory: allocates a block with a protection.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param numberOfBytes how many bytes, at least 1
   * @param lowestAcceptableAddress the lowest physical address of a byte
   * @param highestAcceptableAddress the highest physical address of a byte
   * @param boundaryAddressMultiple a multiple of this is not crossed; 0 for no boundary
   * @param protect PAGE_READWRITE or PAGE_EXECUTE_READWRITE, with at most one of PAGE_NOCACHE and
   *     PAGE_WRITECOMBINE
   * @param preferredNode the node, or {@link
   *     dev.mapwright.windows.abi.NodeRequirement#MM_ANY_NODE_OK}
   * @return its address; 0 as {@link dev.mapwright.windows.answer.MmAllocateContiguousNodeMemory}
   *     says (wdm.h, nf-wdm-mmallocatecontiguousnodememory, Return value)
   */
  public static long mmAllocateContiguousNodeMemory(
      NtContext c,
      long numberOfBytes,
      long lowestAcceptableAddress,
      long highestAcceptableAddress,
      long boundaryAddressMultiple,
      int protect,
      int preferredNode) {
    return c.enter(Routine.MM_ALLOCATE_CONTIGUOUS_NODE_MEMORY)
        ? AllocateProtected.runNode(
            c,
            numberOfBytes,
            lowestAcceptableAddress,
            highestAcceptableAddress,
            boundaryAddressMultiple,
            protect,
            preferredNode)
        : 0;
  }

  /**
   * MmAllocateContiguousMemoryEx: allocates a block with a protection, and tells its size in bytes.
   *
   * <p>Where the documentation is silent: the protection is as for MmAllocateContiguousNodeMemory,
   * a wrong argument is answered by the status with its position, and any tag is taken.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param numberOfBytes where it is said how many bytes, at least 1; the size that was allocated
   *     is written there
   * @param lowestAcceptableAddress the lowest physical address of a byte
   * @param highestAcceptableAddress the highest physical address of a byte
   * @param boundaryAddressMultiple a multiple of this is not crossed; 0 for no boundary
   * @param preferredNode the node, or {@link
   *     dev.mapwright.windows.abi.NodeRequirement#MM_ANY_NODE_OK}
   * @param protect as for MmAllocateContiguousNodeMemory
   * @param partitionObject the memory partition: NULL, since there is only the system's
   * @param tag a pool tag, for whoever looks at allocations
   * @param flags see {@link dev.mapwright.windows.abi.ContiguousMemoryFlags}
   * @param baseAddress where the block's address is written
   * @return STATUS_SUCCESS, or a status as {@link
   *     dev.mapwright.windows.answer.MmAllocateContiguousMemoryEx} says; STATUS_UNSUCCESSFUL for
   *     misuse that is recorded (wdm.h, nf-wdm-mmallocatecontiguousmemoryex, Return value)
   */
  @SuppressWarnings("UnusedVariable") // the tag: nobody looks at it
  public static int mmAllocateContiguousMemoryEx(
      NtContext c,
      long numberOfBytes,
      long lowestAcceptableAddress,
      long highestAcceptableAddress,
      long boundaryAddressMultiple,
      int preferredNode,
      int protect,
      long partitionObject,
      int tag,
      int flags,
      long baseAddress) {
    return c.enter(Routine.MM_ALLOCATE_CONTIGUOUS_MEMORY_EX)
        ? AllocateProtected.runEx(
            c,
            numberOfBytes,
            lowestAcceptableAddress,
            highestAcceptableAddress,
            boundaryAddressMultiple,
            preferredNode,
            protect,
            partitionObject,
            flags,
            baseAddress)
        : c.failureStatus();
  }

  /**
   * MmFreeContiguousMemory: frees a block of any of the routines for contiguous memory.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param baseAddress the block's address (wdm.h, nf-wdm-mmfreecontiguousmemory, Parameters and
   *     Remarks); misuse as {@link dev.mapwright.windows.answer.MmFreeContiguousMemory} says
   */
  public static void mmFreeContiguousMemory(NtContext c, long baseAddress) {
    if (c.enter(Routine.MM_FREE_CONTIGUOUS_MEMORY)) {
      FreeContiguous.run(c, baseAddress);
    }
  }

  /**
   * MmFreeContiguousMemorySpecifyCache: the same; a size or caching type that is not the block's is
   * noted as misuse, and the block is freed all the same.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param baseAddress the block's address
   * @param numberOfBytes as many as were asked for
   * @param cacheType the caching type that was asked for (wdm.h,
   *     nf-wdm-mmfreecontiguousmemoryspecifycache, Parameters and Remarks); misuse as {@link
   *     dev.mapwright.windows.answer.MmFreeContiguousMemorySpecifyCache} says
   */
  public static void mmFreeContiguousMemorySpecifyCache(
      NtContext c, long baseAddress, long numberOfBytes, int cacheType) {
    if (c.enter(Routine.MM_FREE_CONTIGUOUS_MEMORY_SPECIFY_CACHE)) {
      FreeContiguous.runSpecifyCache(c, baseAddress, numberOfBytes, cacheType);
    }
  }

  /**
   * MmAllocateNonCachedMemory: allocates whole pages that are not cached, wherever their frames
   * lie. They can be read and written.
   *
   * @param c who calls, at most at APC_LEVEL
   * @param numberOfBytes how many bytes, at least 1
   * @return the address; 0 as {@link dev.mapwright.windows.answer.MmAllocateNonCachedMemory} says
   *     (ntddk.h, nf-ntddk-mmallocatenoncachedmemory, Return value)
   */
  public static long mmAllocateNonCachedMemory(NtContext c, long numberOfBytes) {
    return c.enter(Routine.MM_ALLOCATE_NON_CACHED_MEMORY)
        ? NonCachedMemory.allocate(c, numberOfBytes)
        : 0;
  }

  /**
   * MmFreeNonCachedMemory.
   *
   * @param c who calls, at most at APC_LEVEL
   * @param baseAddress the memory's address
   * @param numberOfBytes as many as were asked for; compared in pages (ntddk.h,
   *     nf-ntddk-mmfreenoncachedmemory, Parameters and Remarks); misuse as {@link
   *     dev.mapwright.windows.answer.MmFreeNonCachedMemory} says
   */
  public static void mmFreeNonCachedMemory(NtContext c, long baseAddress, long numberOfBytes) {
    if (c.enter(Routine.MM_FREE_NON_CACHED_MEMORY)) {
      NonCachedMemory.free(c, baseAddress, numberOfBytes);
    }
  }
}
