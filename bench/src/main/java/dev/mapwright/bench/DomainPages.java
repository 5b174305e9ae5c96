package dev.mapwright.bench;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.BuddyAllocator;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainOptions;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;

/**
 * A domain with the buddy allocator, n live mappings of a page, and one of 4 MiB that a device and
 * a CPU read; a reservation in it; and a reservation of the engine on the same machine.
 */
final class DomainPages implements AutoCloseable {
  /** What is read: as many pages as a port remembers. */
  private static final int READ_PAGES = 1024;

  private static final int WORDS = READ_PAGES * 512;
  private static final int ADDRESS_BITS = 48;
  private static final int REQUESTER = 0x18;
  private static final long CPU_BASE = 0x7000_0000_0000L;
  private static final int RESERVED_PAGES = 512;
  private static final int LOADS = 24;

  final SimulatedMachine machine;
  private final Domain domain;
  private final DmaPort port;
  private final AddressSpace space;
  private final MemoryObject memory;
  private final Cpu cpu;
  private final DomainReservation reserved;
  private final Reservation engineReserved;
  private final PfnSource frames;
  private final long[] places;
  private final long readBase;
  private final DomainRequest request = new DomainRequest();
  private final IndexStream stream = new IndexStream(11);
  private final long[] word = new long[1];
  private final MemorySegment buffer = MemorySegment.ofArray(new long[1]);
  private int oldest;
  private long sum;
  private boolean wrong;

  DomainPages(int n, boolean singleThreaded) {
    this(n, singleThreaded, DomainOptions.USUAL);
  }

  DomainPages(int n, boolean singleThreaded, DomainOptions options) {
    var builder =
        SimulatedMachine.builder()
            .checked()
            .ram(0, 1 << 16)
            .iommu(IommuMode.SCALABLE, ADDRESS_BITS);
    machine = (singleThreaded ? builder.singleThreaded() : builder).build();
    Iommu iommu = Objects.requireNonNull(machine.iommu());
    domain =
        Domain.create(
                machine,
                "bench",
                Objects.requireNonNull(iommu.newTranslation(ADDRESS_BITS)),
                (1L << ADDRESS_BITS - Pages.SHIFT) - 1,
                new BuddyAllocator(ADDRESS_BITS, machine.failures()),
                options)
            .get();
    if (!iommu.attach(REQUESTER, domain.translation())) {
      throw new IllegalStateException("no table was left");
    }
    port = machine.newDmaPort(REQUESTER, DmaFault.NO_PASID);
    memory = MemoryObject.contiguous(machine, RunRequest.of(READ_PAGES, 10)).get();
    long first = memory.frameOf(0);
    // Neighbours show frames that are none, as those of a scatter list.
    frames = page -> first + (page * 7 & READ_PAGES - 1);
    request.clear().pages(READ_PAGES);
    domain.map(request, page -> first + page).orThrow();
    readBase = Pages.address(request.page());
    reserved = domain.reserve(request.clear().pages(RESERVED_PAGES)).get();
    places = new long[n];
    for (int i = 0; i < n; i++) {
      places[i] = map(1);
    }
    space = AddressSpace.create(machine, "bench", 0x1000, (1L << 35) - 2).get();
    MapRequest mapped = new MapRequest().object(memory, 0).pages(READ_PAGES);
    mapped.where().at(Pages.of(CPU_BASE));
    space.root().map(mapped).orThrow();
    RegionRequest region = new RegionRequest().pages(RESERVED_PAGES);
    region.where().at(0x10_0000);
    engineReserved = space.root().reserve(region, RESERVED_PAGES).get();
    cpu = machine.newCpu();
    cpu.attach(space);
    cpu.enter();
    for (int i = 0; i < WORDS; i++) {
      cpu.store(CPU_BASE + 8L * i, 8, i);
    }
    cpu.exit();
  }

  private long map(long pages) {
    request.clear().pages(pages);
    wrong |= domain.map(request, frames) != Outcome.OK;
    return request.page();
  }

  /** Unmaps a page and maps it again; the allocator chooses where. */
  private void again(int i) {
    wrong |= domain.unmap(places[i], 1) != Outcome.OK;
    places[i] = map(1);
  }

  /** Has the port remember something, so that what is unmapped has to be flushed there. */
  DomainPages used() {
    reads(READ_PAGES);
    return this;
  }

  /**
   * The longest of so many pairs at random pages. The same steps are made several times, each time
   * by a domain made anew, and of each the shortest time counts.
   */
  static long longestNanos(int n, int steps, int runs) {
    long[] shortest = new long[steps];
    Arrays.fill(shortest, Long.MAX_VALUE);
    for (int run = 0; run < runs; run++) {
      try (DomainPages domain = new DomainPages(n, false).used()) {
        for (int i = 0; i < steps; i++) {
          long start = Clock.nanos();
          domain.again(domain.next(n));
          shortest[i] = Math.min(shortest[i], Clock.nanos() - start);
        }
        domain.verify();
      }
    }
    return Arrays.stream(shortest).max().orElseThrow();
  }

  Contender newest() {
    return new Contender(
        "newest",
        operations -> {
          for (int k = 0; k < operations; k++) {
            again(places.length - 1);
          }
        });
  }

  Contender ring() {
    return new Contender(
        "ring",
        operations -> {
          for (int k = 0; k < operations; k++) {
            again(oldest);
            oldest = oldest + 1 == places.length ? 0 : oldest + 1;
          }
        });
  }

  Contender random() {
    return new Contender(
        "random",
        operations -> {
          for (int k = 0; k < operations; k++) {
            again(next(places.length));
          }
        });
  }

  private int next(int bound) {
    stream.state += IndexStream.STEP;
    return IndexStream.below(stream.state, bound);
  }

  /** Maps and unmaps so many pages. */
  Contender pairs(int pages) {
    return new Contender(
        pages + " pages",
        operations -> {
          for (int k = 0; k < operations; k++) {
            long page = map(pages);
            wrong |= domain.unmap(page, pages) != Outcome.OK;
          }
        });
  }

  // ---- reading

  /** A CPU reads 8 bytes at random, in a bracket. */
  Contender loads() {
    return new Contender("loads", this::loads);
  }

  private void loads(int operations) {
    long state = stream.state;
    long difference = 0;
    cpu.enter();
    for (int k = 0; k < operations; k++) {
      state += IndexStream.STEP;
      int i = IndexStream.below(state, WORDS);
      difference += cpu.load(CPU_BASE + 8L * i, 8) - i;
    }
    cpu.exit();
    stream.state = state;
    wrong |= difference != 0;
  }

  /** A device reads 8 bytes at random, of pages that its port remembers, in a bracket. */
  Contender reads() {
    return new Contender("reads", this::reads);
  }

  private void reads(int operations) {
    long state = stream.state;
    long difference = 0;
    boolean failed = false;
    port.enter();
    for (int k = 0; k < operations; k++) {
      state += IndexStream.STEP;
      int i = IndexStream.below(state, WORDS);
      failed |= port.load(readBase + 8L * i, 8, word) != null;
      difference += word[0] - i;
    }
    port.exit();
    stream.state = state;
    wrong |= failed || difference != 0;
  }

  /** The same reads, each by itself, into a buffer. */
  Contender singleReads() {
    return new Contender("single reads", this::singleReads);
  }

  private void singleReads(int operations) {
    long state = stream.state;
    boolean failed = false;
    for (int k = 0; k < operations; k++) {
      state += IndexStream.STEP;
      int i = IndexStream.below(state, WORDS);
      failed |= port.read(readBase + 8L * i, buffer, 0, 8) != null;
      failed |= buffer.get(ValueLayout.JAVA_LONG, 0) != i;
    }
    stream.state = state;
    wrong |= failed;
  }

  /**
   * A device reads 8 bytes anywhere in the mapped pages, so many that its port remembers hardly
   * any, in a bracket. The allocator has given out places side by side, so they are computed: an
   * array of them would be one more miss in what is measured.
   */
  Contender walks() {
    for (int i = 0; i < places.length; i++) {
      wrong |= places[i] != places[0] + i;
    }
    return new Contender("walks", this::walks);
  }

  private void walks(int operations) {
    long state = stream.state;
    boolean failed = false;
    long first = places[0];
    int n = places.length;
    port.enter();
    for (int k = 0; k < operations; k++) {
      state += IndexStream.STEP;
      int i = IndexStream.below(state, n);
      failed |= port.load(Pages.address(first + i) + (state >>> 40 & 0xFF8), 8, word) != null;
      sum += word[0];
    }
    port.exit();
    stream.state = state;
    wrong |= failed;
  }

  // ---- reservations

  /** Maps and unmaps a page of the domain's reservation. */
  void reservedPairs(int operations) {
    for (int k = 0; k < operations; k++) {
      int page = next(RESERVED_PAGES);
      wrong |= reserved.map(page, 1, frames, Permissions.READ_WRITE) != Outcome.OK;
      wrong |= reserved.unmap(page, 1) != Outcome.OK;
    }
  }

  Contender reserved() {
    return new Contender("reserved", this::reservedPairs);
  }

  /** The engine's pair on the same machine, and 24 loads by a CPU. */
  Contender engineReserved() {
    long first = engineReserved.region().firstPage();
    return new Contender(
        "engine",
        operations -> {
          cpu.enter();
          for (int k = 0; k < operations; k++) {
            long page = first + next(RESERVED_PAGES);
            wrong |=
                engineReserved.map(page, 1, frames, Permissions.READ_WRITE, CachePolicy.CACHED)
                    != Outcome.OK;
            wrong |= engineReserved.unmap(page) != Outcome.OK;
            for (int load = 0; load < LOADS; load++) {
              sum += cpu.load(CPU_BASE + 8L * load, 8);
            }
          }
          cpu.exit();
        });
  }

  /** Whatever was read, so that nobody leaves the reading out. */
  long sum() {
    return sum;
  }

  /** Fails unless every operation did what it was to do. */
  void verify() {
    if (wrong || reserved.mappedPages() != 0) {
      throw new IllegalStateException("the domain's answers were wrong");
    }
  }

  @Override
  public void close() {
    cpu.attach(null);
    engineReserved.release();
    space.close();
    domain.close();
    memory.release();
    machine.close();
  }
}
