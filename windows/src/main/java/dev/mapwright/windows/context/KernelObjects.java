package dev.mapwright.windows.context;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.RefusedException;
import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.memory.lock.PageLocks;
import dev.mapwright.windows.memory.pool.PoolRelease;
import dev.mapwright.windows.memory.pool.Pools;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Blocks of nonpaged pool that stand for the system's objects, of which drivers know nothing but
 * the addresses. Thread-safe.
 */
final class KernelObjects {
  /** What an object is. */
  enum Kind {
    /** DRIVER_OBJECT. */
    DRIVER("Driv", 4),
    /** DEVICE_OBJECT. */
    DEVICE("Devi", 3),
    /** EPROCESS, which is all zeros. */
    PROCESS("Proc", 0);

    private final int tag;

    /** The number in an object's first word; 0 where there is none. */
    private final int type;

    Kind(String tag, int type) {
      this.tag = PoolTag.of(tag);
      this.type = type;
    }
  }

  private static final int BYTES = 0x150;

  private final Pools pools;
  private final PageLocks locks;

  /** The addresses of all that stand for something. */
  private final Set<Long> standing = ConcurrentHashMap.newKeySet();

  KernelObjects(Pools pools, PageLocks locks) {
    this.pools = pools;
    this.locks = locks;
  }

  /**
   * A block for an object that stands for something, zeroed but for its type and size. Should it be
   * the block of one that a driver has freed while it still stands for what lives, it becomes that
   * one's again.
   *
   * @throws RefusedException when there is no pool
   */
  long make(Kind kind) {
    long address = pools.nonPaged().allocate(BYTES, kind.tag, 0, true);
    while (address != 0 && !standing.add(address)) {
      address = pools.nonPaged().allocate(BYTES, kind.tag, 0, true);
    }
    if (address == 0) {
      throw new RefusedException(Outcome.OUT_OF_FRAMES);
    }
    if (kind.type != 0) {
      pools.writeNonPaged(address, kind.type | (long) BYTES << 16);
    }
    return address;
  }

  /** Frees the block of an object that stands for nothing any more, unless it is another's now. */
  void free(long address, Kind kind) {
    standing.remove(address);
    new PoolRelease().free(pools, locks, address, kind.tag);
  }
}
