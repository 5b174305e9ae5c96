package dev.mapwright.bench;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.windows.abi.MdlFlags;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.MemoryCachingType;
import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.mdl.MdlCalls;
import dev.mapwright.windows.reserved.ReservedCalls;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A driver that maps locked pages with a reservation, and beside it the engine's reservation on the
 * same machine with the same frames.
 */
final class MdlPages implements AutoCloseable {
  private static final int PAGES = 4096;
  private static final int TAG = PoolTag.of("Bnch");

  final SimulatedMachine machine = ReservedPages.machine(false);
  private final Kernel kernel = Kernel.boot(machine, KernelOptions.DEFAULT);
  final NtContext c = kernel.newContext(kernel.loadDriver("bench"));
  private final long firstPfn;
  private final PfnSource source;
  private final Reservation reservation;
  private final IndexStream stream = new IndexStream(9);
  private long sum;
  private boolean wrong;

  MdlPages() {
    firstPfn = machine.frames().allocateRun(RunRequest.of(512, 9), FrameOwner.POOL, 5);
    for (long pfn = firstPfn; pfn < firstPfn + 512; pfn++) {
      machine.frames().addLocks(pfn, 1);
    }
    source = page -> firstPfn + page;
    RegionRequest request = new RegionRequest().pages(PAGES);
    request.where().at(kernel.systemSpace().contiguous().firstPage());
    reservation = kernel.systemSpace().contiguous().reserve(request, PAGES).get();
  }

  /** An MDL of so many of the frames, as a driver fills it. */
  private long mdl(int pages) {
    long mdl = kernel.pools().nonPaged().allocate(MdlLayout.PFNS + 8L * pages, TAG, 0, true);
    c.store(mdl + MdlLayout.MDL_FLAGS, 2, MdlFlags.MDL_PAGES_LOCKED);
    c.store(mdl + MdlLayout.BYTE_COUNT, 4, 4096L * pages);
    for (int i = 0; i < pages; i++) {
      c.store(mdl + MdlLayout.PFNS + 8L * i, 8, firstPfn + i);
    }
    return mdl;
  }

  /** Maps and unmaps an MDL of so many pages. */
  Contender mapping(String name, int pages) {
    long mdl = mdl(pages);
    long base = ReservedCalls.mmAllocateMappingAddress(c, 4096L * pages, TAG);
    return new Contender(name, operations -> pairs(operations, base, mdl));
  }

  private void pairs(int operations, long base, long mdl) {
    boolean failed = false;
    c.cpu().enter();
    for (int k = 0; k < operations; k++) {
      failed |=
          ReservedCalls.mmMapLockedPagesWithReservedMapping(
                  c, base, TAG, mdl, MemoryCachingType.MM_CACHED)
              != base;
      ReservedCalls.mmUnmapReservedMapping(c, base, TAG, mdl);
    }
    c.cpu().exit();
    wrong |= failed;
  }

  /** The engine's reserved pair, and 24 loads of 8 bytes by the CPU. */
  Contender pairAndLoads() {
    long memory = mdl(32);
    long page = reservation.region().firstPage();
    return new Contender("pair and loads", operations -> pairsAndLoads(operations, page, memory));
  }

  private void pairsAndLoads(int operations, long page, long memory) {
    boolean failed = false;
    long all = 0;
    c.cpu().enter();
    for (int k = 0; k < operations; k++) {
      failed |=
          reservation.map(page, 1, source, Permissions.READ_WRITE, CachePolicy.CACHED)
              != Outcome.OK;
      failed |= reservation.unmap(page) != Outcome.OK;
      for (int i = 0; i < 24; i++) {
        all += c.cpu().load(memory + 8L * i, 8);
      }
    }
    c.cpu().exit();
    sum += all;
    wrong |= failed;
  }

  /** Probes, locks and unlocks 256 pages of nonpaged pool that are there, a page an operation. */
  Contender locking() {
    int pages = 256;
    long buffer = kernel.pools().nonPaged().allocate(4096L * pages, TAG, 0, true);
    long mdl = MdlCalls.ioAllocateMdl(c, buffer, 4096 * pages, false, false, 0);
    return new Contender("lock and unlock", operations -> locks(operations / pages + 1, mdl));
  }

  private void locks(int rounds, long mdl) {
    c.cpu().enter();
    for (int k = 0; k < rounds; k++) {
      MdlCalls.mmProbeAndLockPages(c, mdl, 0, 1);
      MdlCalls.mmUnlockPages(c, mdl);
    }
    c.cpu().exit();
  }

  /** Two atomic additions to one of 256 counters that no other thread uses, one after the other. */
  static Contender additions() {
    AtomicLongArray counters = new AtomicLongArray(256);
    return new Contender(
        "two atomic adds",
        operations -> {
          for (int k = 0; k < operations; k++) {
            counters.getAndAdd(k & 255, 1);
            counters.getAndAdd(k & 255, -1);
          }
        });
  }

  /** What every routine begins with: is the system running, and is the IRQL low enough? */
  Contender entering() {
    return new Contender("enter", this::enter);
  }

  private void enter(int operations) {
    boolean all = true;
    for (int k = 0; k < operations; k++) {
      all &= c.enter(Routine.MM_UNMAP_RESERVED_MAPPING);
    }
    wrong |= !all;
  }

  /** What maps and unmaps so often allocates on the heap. */
  long heapOf(Contender contender, int operations) {
    contender.batch().run(100_000);
    long before = HeapUse.allocated();
    contender.batch().run(operations);
    return HeapUse.allocated() - before;
  }

  void verify() {
    if (wrong || reservation.mappings() != 0 || sum == 0 || kernel.stopped() != null) {
      throw new IllegalStateException("the driver's answers were wrong");
    }
  }

  @Override
  public void close() {
    kernel.close();
    machine.close();
  }
}
