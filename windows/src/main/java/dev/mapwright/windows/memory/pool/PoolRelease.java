package dev.mapwright.windows.memory.pool;

import dev.mapwright.windows.memory.lock.PageLocks;

/**
 * How a block of pool was freed, or why it was not. A context keeps one and uses it again. Not
 * thread-safe.
 */
public final class PoolRelease {
  private int tag;
  private long bytes;
  private long pfn;

  /** Makes one that says nothing. */
  public PoolRelease() {}

  /**
   * Frees a block, in whichever pool it lies.
   *
   * @param pools the pools
   * @param locks what knows which pages are locked
   * @param address any address
   * @param callersTag whose the caller says it is; 0 for nobody's in particular
   * @return what was done; nothing has changed unless DONE
   */
  public Pool.Freed free(Pools pools, PageLocks locks, long address, int callersTag) {
    tag = 0;
    bytes = 0;
    pfn = 0;
    Pool pool = pools.at(address);
    if (pool == null) {
      return Pool.Freed.FOREIGN;
    }
    locks.lock().lock();
    try {
      return pool.free(address, callersTag, locks, this);
    } finally {
      locks.lock().unlock();
    }
  }

  void found(int itsTag, long itsBytes) {
    tag = itsTag;
    bytes = itsBytes;
  }

  void foundLocked(long itsPfn) {
    pfn = itsPfn;
  }

  /** {@return the tag of the block; of one that was freed before, the tag that it had} */
  public int tag() {
    return tag;
  }

  /** {@return the size of the block that was freed, as it was asked for} */
  public long bytes() {
    return bytes;
  }

  /** {@return the PFN of the page that is locked} */
  public long pfn() {
    return pfn;
  }
}
