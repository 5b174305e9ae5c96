package dev.mapwright.windows.memory.pool;

import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.memory.lock.PageLocks;

/** The nonpaged memory that MDLs are allocated in. Drivers may have MDLs in any other memory. */
public final class MdlMemory {
  /** The tag of MDLs. */
  public static final int TAG = PoolTag.of("Mdl ");

  /** The tag of MDLs that were allocated for I/O space: freeing one lets its pages go. */
  public static final int IO_SPACE_TAG = PoolTag.of("MdIo");

  private MdlMemory() {}

  /**
   * Allocates an MDL; what is in it is undefined.
   *
   * @param pools the pools
   * @param pages how many pages it can describe
   * @param tag {@link #TAG} or {@link #IO_SPACE_TAG}
   * @param maker who asks
   * @return its address; 0 when there is no pool left
   */
  public static long allocate(Pools pools, long pages, int tag, int maker) {
    return pools.nonPaged().allocate(MdlLayout.bytes(pages), tag, maker, false);
  }

  /**
   * Frees an MDL.
   *
   * @param pools the pools
   * @param locks what knows which frames are locked
   * @param mdl its address, any number
   * @param tag the tag that its memory has
   * @return what was done
   */
  public static Pool.Freed free(Pools pools, PageLocks locks, long mdl, int tag) {
    locks.lock().lock();
    try {
      return pools.nonPaged().free(mdl, tag, locks);
    } finally {
      locks.lock().unlock();
    }
  }
}
