package dev.mapwright.windows.pool;

import static dev.mapwright.windows.abi.PoolFlags.KNOWN;
import static dev.mapwright.windows.abi.PoolFlags.NON_PAGED_POOL;
import static dev.mapwright.windows.abi.PoolFlags.NON_PAGED_POOL_NX;
import static dev.mapwright.windows.abi.PoolFlags.PAGED_POOL;
import static dev.mapwright.windows.abi.PoolFlags.POOLS;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_NON_PAGED;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_PAGED;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_RAISE_ON_FAILURE;
import static dev.mapwright.windows.abi.PoolFlags.POOL_FLAG_UNINITIALIZED;

import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.ExAllocatePool2;
import dev.mapwright.windows.answer.ExAllocatePoolWithTag;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.Refusal;
import dev.mapwright.windows.memory.pool.Pool;
import dev.mapwright.windows.memory.pool.Pools;

/** ExAllocatePool2 and ExAllocatePoolWithTag. */
final class AllocatePool {
  private AllocatePool() {}

  static long run(NtContext c, long flags, long bytes, int tag) {
    // Do the flags name one pool, and nothing unknown?
    if ((flags & ~KNOWN) != 0 || Long.bitCount(flags & POOLS) != 1) {
      c.refuse(ExAllocatePool2.BAD_FLAGS, flags, 0);
      return 0;
    }
    // Is anything asked for, by somebody?
    if (bytes == 0) {
      c.refuse(ExAllocatePool2.ZERO_BYTES, tag & 0xFFFF_FFFFL, 0);
      return 0;
    }
    if (tag == 0) {
      c.refuse(ExAllocatePool2.ZERO_TAG, bytes, 0);
      return 0;
    }
    // May paged pool be touched at this IRQL?
    boolean paged = (flags & POOL_FLAG_PAGED) != 0;
    if (paged && c.irql() > Irql.APC_LEVEL) {
      c.misuse(ExAllocatePool2.PAGED_AT_HIGH_IRQL, c.irql(), flags, bytes);
      return 0;
    }
    Pools pools = c.kernel().pools();
    Pool pool =
        paged
            ? pools.paged()
            : (flags & POOL_FLAG_NON_PAGED) != 0 ? pools.nonPaged() : pools.executable();
    boolean zeroed = (flags & POOL_FLAG_UNINITIALIZED) == 0;
    long address = pool.allocate(bytes, tag, c.maker(), zeroed);
    if (address != 0) {
      return allocated(c, ExAllocatePool2.DONE, address, bytes, tag);
    }
    if ((flags & POOL_FLAG_RAISE_ON_FAILURE) != 0) {
      throw c.raise(ExAllocatePool2.NO_MEMORY_RAISED, bytes, tag & 0xFFFF_FFFFL);
    }
    c.refuse(ExAllocatePool2.NO_MEMORY, bytes, tag & 0xFFFF_FFFFL);
    return 0;
  }

  /** A call that was refused when it began: what failed on purpose is raised like a shortage. */
  static long refused(NtContext c, long flags, long bytes, int tag) {
    Refusal why = c.lastRefusal();
    boolean injected = why != null && why.condition() == ExAllocatePool2.INJECTED;
    if (injected && (flags & POOL_FLAG_RAISE_ON_FAILURE) != 0) {
      throw c.raise(ExAllocatePool2.NO_MEMORY_RAISED, bytes, tag & 0xFFFF_FFFFL);
    }
    return 0;
  }

  static long runWithTag(NtContext c, int poolType, long bytes, int tag) {
    // Is it one of the pools?
    boolean paged = poolType == PAGED_POOL;
    if (!paged && poolType != NON_PAGED_POOL && poolType != NON_PAGED_POOL_NX) {
      c.refuse(ExAllocatePoolWithTag.BAD_POOL_TYPE, poolType & 0xFFFF_FFFFL, 0);
      return 0;
    }
    // Is anything asked for, by somebody?
    if (bytes == 0) {
      c.refuse(ExAllocatePoolWithTag.ZERO_BYTES, tag & 0xFFFF_FFFFL, 0);
      return 0;
    }
    if (tag == 0) {
      c.refuse(ExAllocatePoolWithTag.ZERO_TAG, bytes, 0);
      return 0;
    }
    // May paged pool be touched at this IRQL?
    if (paged && c.irql() > Irql.APC_LEVEL) {
      c.misuse(ExAllocatePoolWithTag.PAGED_AT_HIGH_IRQL, c.irql(), poolType, bytes);
      return 0;
    }
    Pools pools = c.kernel().pools();
    Pool pool =
        paged
            ? pools.paged()
            : poolType == NON_PAGED_POOL_NX ? pools.nonPaged() : pools.executable();
    long address = pool.allocate(bytes, tag, c.maker(), false);
    if (address != 0) {
      return allocated(c, ExAllocatePoolWithTag.DONE, address, bytes, tag);
    }
    c.refuse(ExAllocatePoolWithTag.NO_MEMORY, bytes, tag & 0xFFFF_FFFFL);
    return 0;
  }

  private static long allocated(NtContext c, Condition done, long address, long bytes, int tag) {
    long pages = Pages.of(address + bytes - 1) - Pages.of(address) + 1;
    c.kernel().journal().record(EventKind.ALLOCATED, address, pages, bytes, tag & 0xFFFF_FFFFL);
    c.done(done);
    return address;
  }
}
