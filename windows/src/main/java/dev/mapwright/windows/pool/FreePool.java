package dev.mapwright.windows.pool;

import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.PoolFlags;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.ExFreePool;
import dev.mapwright.windows.answer.ExFreePoolWithTag;
import dev.mapwright.windows.context.DmaChecks;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.pool.Pool;
import dev.mapwright.windows.memory.pool.PoolRelease;
import dev.mapwright.windows.memory.pool.Pools;

/** ExFreePool and ExFreePoolWithTag: the same questions, in two tables. */
final class FreePool {
  /** What a report of 0x4E says of a page that is in use. */
  private static final int ACTIVE = 6;

  private FreePool() {}

  /** The type of the pool that an address is in, for a report of an IRQL that is too high. */
  static long type(NtContext c, long address) {
    if (c.irql() <= Irql.DISPATCH_LEVEL) {
      return 0; // nobody asks
    }
    Pools pools = c.kernel().pools();
    Pool pool = pools.at(address);
    return pool == pools.paged()
        ? PoolFlags.PAGED_POOL
        : pool == pools.nonPaged() ? PoolFlags.NON_PAGED_POOL_NX : PoolFlags.NON_PAGED_POOL;
  }

  static void run(NtContext c, long address) {
    run(
        c,
        address,
        0,
        ExFreePool.DONE,
        ExFreePool.FOREIGN,
        ExFreePool.TWICE,
        ExFreePool.FOREIGN, // never: no tag is compared
        ExFreePool.PAGED_AT_HIGH_IRQL,
        ExFreePool.LOCKED);
  }

  static void runWithTag(NtContext c, long address, int tag) {
    run(
        c,
        address,
        tag,
        ExFreePoolWithTag.DONE,
        ExFreePoolWithTag.FOREIGN,
        ExFreePoolWithTag.TWICE,
        ExFreePoolWithTag.WRONG_TAG,
        ExFreePoolWithTag.PAGED_AT_HIGH_IRQL,
        ExFreePoolWithTag.LOCKED);
  }

  private static void run(
      NtContext c,
      long address,
      int tag,
      Condition done,
      Condition foreign,
      Condition twice,
      Condition wrongTag,
      Condition pagedAtHighIrql,
      Condition locked) {
    // May paged pool be touched at this IRQL? Asked of blocks that could be freed otherwise.
    Pools pools = c.kernel().pools();
    if (c.irql() > Irql.APC_LEVEL && pools.pagedAt(address)) {
      int owner = pools.paged().tagOf(address);
      if (owner != 0 && (tag == 0 || tag == owner)) {
        c.about(address, 1, 0);
        c.misuse(pagedAtHighIrql, c.irql(), PoolFlags.PAGED_POOL, address);
        return;
      }
    }
    // Does DMA verification find a device that may reach it?
    Pool of = pools.at(address);
    if (of != null && DmaChecks.frees(c, address, of.bytesOf(address))) {
      return;
    }
    // Is it a block, in use, of this tag, and not locked? That is decided and done in one step.
    PoolRelease release = c.poolRelease();
    Pool.Freed freed = release.free(pools, c.kernel().pageLocks(), address, tag);
    if (freed == Pool.Freed.DONE) {
      long bytes = release.bytes();
      long pages = Pages.of(address + bytes - 1) - Pages.of(address) + 1;
      long itsTag = release.tag() & 0xFFFF_FFFFL;
      c.kernel().journal().record(EventKind.FREED, address, pages, bytes, itsTag);
      c.done(done);
      return;
    }
    c.about(address, 1, 0);
    long owner = release.tag() & 0xFFFF_FFFFL;
    switch (freed) {
      case TWICE -> c.misuse(twice, 0, owner, address);
      case WRONG_TAG -> c.misuse(wrongTag, address, owner, tag & 0xFFFF_FFFFL);
      case LOCKED ->
          c.misuse(
              locked, release.pfn(), ACTIVE, c.kernel().machine().frames().locks(release.pfn()));
      default -> c.misuse(foreign, address, 0, 0);
    }
  }
}
