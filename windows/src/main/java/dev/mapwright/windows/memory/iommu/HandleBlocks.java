package dev.mapwright.windows.memory.iommu;

import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.memory.lock.PageLocks;
import dev.mapwright.windows.memory.pool.PoolRelease;
import dev.mapwright.windows.memory.pool.Pools;

/**
 * Memory whose addresses are handles: small blocks of nonpaged pool with a tag of their own.
 *
 * <p>A driver that frees such a block takes nothing away but the memory. Should pool give the block
 * to us again while what it was the handle of still lives, it becomes the block of that one again,
 * and another is taken: no two things have one handle. Should it be somebody else's block by now,
 * its tag tells, and it is not freed. Thread-safe: the pool's lock guards it.
 */
final class HandleBlocks {
  private static final int TAG = PoolTag.of("Iomu");

  private final Pools pools;
  private final PageLocks locks;
  private final IommuState state;

  HandleBlocks(Pools pools, PageLocks locks, IommuState state) {
    this.pools = pools;
    this.locks = locks;
    this.state = state;
  }

  /** A block of zeros; 0 when there is none. */
  long take(int bytes) {
    long address = pools.nonPaged().allocate(bytes, TAG, 0, true);
    while (address != 0 && state.names(address)) {
      address = pools.nonPaged().allocate(bytes, TAG, 0, true);
    }
    return address;
  }

  /** Writes 8 bytes of a block that was just taken. */
  void write(long address, long value) {
    pools.writeNonPaged(address, value);
  }

  /** Gives a block back. */
  void give(long address) {
    new PoolRelease().free(pools, locks, address, TAG);
  }
}
