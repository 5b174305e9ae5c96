package dev.mapwright.bench;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.windows.abi.MdlFlags;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.abi.iommu.DmaDomainType;
import dev.mapwright.windows.abi.iommu.DmaPermissions;
import dev.mapwright.windows.abi.iommu.MapPhysicalAddressLayout;
import dev.mapwright.windows.abi.iommu.MapPhysicalAddressType;
import dev.mapwright.windows.abi.iommu.MappedSegmentLayout;
import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.iommu.DomainCalls;
import dev.mapwright.windows.iommu.logical.ReservedLogicalCalls;
import java.util.Objects;

/**
 * A driver that maps locked pages with a token of reserved logical addresses; and beside it, with
 * the same frames, the reservation that the token stands for, and one of the engine's in system
 * space.
 */
final class TokenPages implements AutoCloseable {
  private static final int PAGES = 512;
  private static final long ADDRESS = 0x7000_0000L;
  private static final int TAG = PoolTag.of("Bnch");
  private static final int LOADS = 24;

  private final SimulatedMachine machine =
      SimulatedMachine.builder().checked().ram(0, 1 << 14).iommu(IommuMode.SCALABLE, 48).build();
  private final Kernel kernel = Kernel.boot(machine, KernelOptions.DEFAULT);
  private final NtContext c = kernel.newContext(kernel.loadDriver("bench"));
  private final long token;
  private final DomainReservation reserved;
  private final Reservation engineReserved;
  private final long segment;
  private final long physical;
  private final long words;
  private final PfnSource frames;
  private final IndexStream stream = new IndexStream(13);
  private long sum;
  private boolean wrong;

  TokenPages() {
    long pfn = machine.frames().allocateRun(RunRequest.of(1, 0), FrameOwner.POOL, 5);
    machine.frames().addLocks(pfn, 1);
    frames = page -> pfn;
    words = memory(8 * LOADS);
    long mdl = memory(MdlLayout.PFNS + 8);
    c.store(mdl + MdlLayout.MDL_FLAGS, 2, MdlFlags.MDL_PAGES_LOCKED);
    c.store(mdl + MdlLayout.BYTE_COUNT, 4, 4096);
    c.store(mdl + MdlLayout.PFNS, 8, pfn);
    physical = memory(MapPhysicalAddressLayout.BYTES);
    c.store(physical + MapPhysicalAddressLayout.MAP_TYPE, 4, MapPhysicalAddressType.MDL);
    c.store(physical + MapPhysicalAddressLayout.FIRST, 8, mdl);
    segment = memory(MappedSegmentLayout.BYTES);
    long out = memory(8);
    long at = memory(8);
    c.store(at, 8, ADDRESS);
    wrong |= DomainCalls.createDomainEx(c, DmaDomainType.TRANSLATE, 0, 0, 0, out) != 0;
    long domain = c.load(out, 8);
    wrong |=
        ReservedLogicalCalls.reserveLogicalAddressRange(c, domain, 4096L * PAGES, at, 0, 0, out)
            != 0;
    token = c.load(out, 8);
    reserved = Objects.requireNonNull(kernel.iommu().token(token)).reservation();
    RegionRequest request = new RegionRequest().pages(PAGES);
    request.where().at(kernel.systemSpace().contiguous().firstPage());
    engineReserved = kernel.systemSpace().contiguous().reserve(request, PAGES).get();
  }

  private long memory(long bytes) {
    return kernel.pools().nonPaged().allocate(bytes, TAG, 0, true);
  }

  private int next() {
    stream.state += IndexStream.STEP;
    return IndexStream.below(stream.state, PAGES);
  }

  /** Maps an MDL of one page with the token, and unmaps it. */
  Contender windows() {
    return new Contender("Windows", this::windowsPairs);
  }

  private void windowsPairs(int operations) {
    boolean failed = false;
    c.cpu().enter();
    for (int k = 0; k < operations; k++) {
      failed |=
          ReservedLogicalCalls.mapReservedLogicalRange(
                  c, token, 4096L * next(), DmaPermissions.KNOWN, physical, segment)
              != 0;
      failed |= ReservedLogicalCalls.unmapReservedLogicalRange(c, segment) != 0;
    }
    c.cpu().exit();
    wrong |= failed;
  }

  /** The pair of the domain's reservation, and 24 loads by a CPU. */
  Contender domain() {
    return new Contender("domain", this::domainPairs);
  }

  private void domainPairs(int operations) {
    boolean failed = false;
    c.cpu().enter();
    for (int k = 0; k < operations; k++) {
      int page = next();
      failed |= reserved.map(page, 1, frames, Permissions.READ_WRITE) != Outcome.OK;
      failed |= reserved.unmap(page, 1) != Outcome.OK;
      load();
    }
    c.cpu().exit();
    wrong |= failed;
  }

  /** The pair of the engine's reservation in system space, and 24 loads by a CPU. */
  Contender engine() {
    return new Contender("engine", this::enginePairs);
  }

  private void enginePairs(int operations) {
    boolean failed = false;
    long first = engineReserved.region().firstPage();
    c.cpu().enter();
    for (int k = 0; k < operations; k++) {
      long page = first + next();
      failed |=
          engineReserved.map(page, 1, frames, Permissions.READ_WRITE, CachePolicy.CACHED)
              != Outcome.OK;
      failed |= engineReserved.unmap(page) != Outcome.OK;
      load();
    }
    c.cpu().exit();
    wrong |= failed;
  }

  private void load() {
    long all = 0;
    for (int i = 0; i < LOADS; i++) {
      all += c.cpu().load(words + 8L * i, 8);
    }
    sum += all + 1;
  }

  /** What so many pairs of Windows' allocate on the heap, after as many to warm up. */
  long heapOf(int pairs) {
    windowsPairs(pairs);
    long before = HeapUse.allocated();
    windowsPairs(pairs);
    return HeapUse.allocated() - before;
  }

  void verify() {
    boolean left = reserved.mappedPages() != 0 || engineReserved.mappings() != 0;
    if (wrong || left || sum == 0 || kernel.stopped() != null) {
      throw new IllegalStateException("the driver's answers were wrong");
    }
  }

  @Override
  public void close() {
    kernel.close();
    machine.close();
  }
}
