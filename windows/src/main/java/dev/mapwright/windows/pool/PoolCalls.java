package dev.mapwright.windows.pool;

import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;

/**
 * The routines that allocate and free pool: blocks of system memory that belong to a tag.
 *
 * <p>Addresses are {@code long}, 0 is NULL; tags are ULONGs ({@link
 * dev.mapwright.windows.abi.PoolTag}). A block of at least a page begins at a page, a smaller one
 * at a multiple of 16. The documented answers of each routine, in the order of its checks, are the
 * constants of the enum of its name in {@link dev.mapwright.windows.answer}; after NULL, {@link
 * NtContext#lastRefusal} says why. Every routine throws {@link
 * dev.mapwright.windows.bugcheck.BugCheck} for misuse, unless misuse is recorded.
 *
 * <p><b>Threads.</b> Each context is used by one thread at a time; of two that free the same block
 * at the same time, one has freed it twice.
 */
public final class PoolCalls {
  private PoolCalls() {}

  /**
   * ExAllocatePool2: allocates a block, zeroed unless its contents are declared uninteresting.
   *
   * <p>Where the documentation is silent: exactly one pool has to be named, and flags that are none
   * of {@link dev.mapwright.windows.abi.PoolFlags} are refused, also those that other systems take
   * (quota, session, cache alignment). Wrong arguments give NULL also to a caller that wants
   * failure to be raised; raised is that there is no memory.
   *
   * @param c who calls, at most at DISPATCH_LEVEL, for paged pool at most at APC_LEVEL
   * @param flags which pool, and how; see {@link dev.mapwright.windows.abi.PoolFlags}
   * @param numberOfBytes how many bytes, at least 1
   * @param tag whose the block is; not 0
   * @return its address; 0 as {@link dev.mapwright.windows.answer.ExAllocatePool2} says (wdm.h,
   *     nf-wdm-exallocatepool2, Return value)
   * @throws dev.mapwright.windows.bugcheck.NtStatusException STATUS_INSUFFICIENT_RESOURCES, when
   *     there is no memory and the caller wants that raised
   */
  public static long exAllocatePool2(NtContext c, long flags, long numberOfBytes, int tag) {
    return c.enter(Routine.EX_ALLOCATE_POOL2, flags, numberOfBytes)
        ? AllocatePool.run(c, flags, numberOfBytes, tag)
        : AllocatePool.refused(c, flags, numberOfBytes, tag);
  }

  /**
   * ExAllocatePoolWithTag: allocates a block of which the contents are what they happen to be.
   *
   * <p>Where the documentation is silent: other pool types than the three of {@link
   * dev.mapwright.windows.abi.PoolFlags} are refused; tag 0 and zero bytes as by ExAllocatePool2.
   *
   * @param c who calls, at most at DISPATCH_LEVEL, for paged pool at most at APC_LEVEL
   * @param poolType which pool: NonPagedPool 0 (it can be executed), PagedPool 1, NonPagedPoolNx
   *     0x200
   * @param numberOfBytes how many bytes, at least 1
   * @param tag whose the block is; not 0
   * @return its address; 0 as {@link dev.mapwright.windows.answer.ExAllocatePoolWithTag} says
   *     (wdm.h, nf-wdm-exallocatepoolwithtag, Return value)
   */
  public static long exAllocatePoolWithTag(NtContext c, int poolType, long numberOfBytes, int tag) {
    return c.enter(Routine.EX_ALLOCATE_POOL_WITH_TAG, poolType, numberOfBytes)
        ? AllocatePool.runWithTag(c, poolType, numberOfBytes, tag)
        : 0;
  }

  /**
   * ExFreePool: frees a block, whatever its tag is.
   *
   * <p>A block that was freed before can be told from what never was one until its page is used
   * again. A page that is locked by an MDL can't be given back; a locked block that shares its page
   * with others goes unnoticed, since pages are locked and not blocks.
   *
   * @param c who calls, at most at DISPATCH_LEVEL, for paged pool at most at APC_LEVEL
   * @param p the block's address (ntddk.h, nf-ntddk-exfreepool, Parameters and Remarks); misuse as
   *     {@link dev.mapwright.windows.answer.ExFreePool} says
   */
  public static void exFreePool(NtContext c, long p) {
    if (c.enter(Routine.EX_FREE_POOL, FreePool.type(c, p), p)) {
      FreePool.run(c, p);
    }
  }

  /**
   * ExFreePoolWithTag: frees a block that belongs to a tag.
   *
   * @param c who calls, at most at DISPATCH_LEVEL, for paged pool at most at APC_LEVEL
   * @param p the block's address
   * @param tag the tag that it was allocated with; 0 compares nothing (wdm.h,
   *     nf-wdm-exfreepoolwithtag, Parameters and Remarks); misuse as {@link
   *     dev.mapwright.windows.answer.ExFreePoolWithTag} says
   */
  public static void exFreePoolWithTag(NtContext c, long p, int tag) {
    if (c.enter(Routine.EX_FREE_POOL_WITH_TAG, FreePool.type(c, p), p)) {
      FreePool.runWithTag(c, p, tag);
    }
  }
}
