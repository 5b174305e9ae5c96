package dev.mapwright.bench;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.Lease;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.cpu.SimulatedCpu;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a CPU does besides hitting its TLB: walks, bulk copies, leases, flushes. An object of 8 MiB
 * whose frames are scattered is mapped sixteen times in a row, so that its pages are more than the
 * TLB holds and their contents are not.
 */
final class CpuPaths implements AutoCloseable {
  static final int BULK_BYTES = 1 << 20;

  private static final int ALIASES = 16;
  private static final long BASE = 0x7000_0000_0000L;
  private static final long OTHER_BASE = 0x7100_0000_0000L;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private final SimulatedMachine machine = SimulatedMachine.builder().ram(0, 1 << 14).build();
  private final AddressSpace space =
      AddressSpace.create(machine, "bench", 0x1000, (1L << 35) - 2).get();
  private final MemoryObject object;
  private final MemoryObject whole;
  private final Lease lease;
  private final MemorySegment leased;
  private final Cpu cpu;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment raw = arena.allocate(8L * ScalarMemory.WORDS, Pages.BYTES);
  private final MemorySegment from = arena.allocate(BULK_BYTES, Pages.BYTES);
  private final MemorySegment into = arena.allocate(BULK_BYTES, Pages.BYTES);
  private final IndexStream stream = new IndexStream(1);
  private long sum;
  private boolean wrong;

  CpuPaths() {
    long pages = Pages.countFor(8L * ScalarMemory.WORDS);
    object = MemoryObject.paged(machine, pages).get();
    for (int alias = 0; alias < ALIASES; alias++) {
      map(object, Pages.of(BASE) + alias * pages, pages);
    }
    cpu = machine.newCpu();
    cpu.attach(space);
    cpu.enter();
    for (long page = 0; page < pages; page++) { // 521 is odd, so all pages have their turn
      cpu.store(BASE + Pages.address(page * 521 % pages), 8, 1);
    }
    cpu.exit();
    whole = MemoryObject.contiguous(machine, RunRequest.of(pages, 0)).get();
    map(whole, Pages.of(OTHER_BASE), pages);
    for (long page = 0; page < pages; page++) {
      cpu.store(OTHER_BASE + Pages.address(page), 8, page);
      cpu.fetch(OTHER_BASE + Pages.address(page), 8);
    }
    lease = space.lease(Pages.of(OTHER_BASE), pages, false).get();
    leased = lease.segment(0, pages);
    raw.copyFrom(leased);
  }

  private void map(MemoryObject shown, long page, long pages) {
    MapRequest request = new MapRequest().object(shown, 0).pages(pages);
    request.permissions(Permissions.ALL).maximum(Permissions.ALL);
    request.where().at(page);
    space.root().map(request).orThrow();
  }

  long walks() {
    return ((SimulatedCpu) cpu).walks();
  }

  /** Loads at random from the first alias. */
  void hits(int operations) {
    Cpu cpu = this.cpu;
    long state = stream.state;
    long loaded = 0;
    cpu.enter();
    for (int k = 0; k < operations; k++) {
      state += IndexStream.STEP;
      loaded += cpu.load(BASE + ((long) IndexStream.below(state, ScalarMemory.WORDS) << 3), 8);
    }
    cpu.exit();
    stream.state = state;
    sum += loaded;
  }

  /** Loads at random from all of them: seven of eight walk. */
  void walks(int operations) {
    Cpu cpu = this.cpu;
    long state = stream.state;
    long loaded = 0;
    cpu.enter();
    for (int k = 0; k < operations; k++) {
      state += IndexStream.STEP;
      int word = IndexStream.below(state, ALIASES * ScalarMemory.WORDS);
      loaded += cpu.load(BASE + ((long) word << 3), 8);
    }
    cpu.exit();
    stream.state = state;
    sum += loaded;
  }

  void plainCopies(int operations) {
    for (int k = 0; k < operations; k++) {
      MemorySegment.copy(from, 0, into, 0, BULK_BYTES);
    }
  }

  void reads(int operations) {
    for (int k = 0; k < operations; k++) {
      wrong |= cpu.read(BASE, into, 0, BULK_BYTES) != null;
    }
  }

  void writes(int operations) {
    for (int k = 0; k < operations; k++) {
      wrong |= cpu.write(BASE, from, 0, BULK_BYTES) != null;
    }
  }

  void copies(int operations) {
    for (int k = 0; k < operations; k++) {
      wrong |= cpu.copy(BASE, BASE + BULK_BYTES, BULK_BYTES) != null;
    }
  }

  /** Sums words of plain memory, so many times a word. */
  void plainLoop(int operations) {
    MemorySegment memory = raw;
    long loaded = 0;
    for (int k = 0; k < operations; k++) {
      loaded += memory.get(LONG, (long) (k & ScalarMemory.WORDS - 1) << 3);
    }
    sum += loaded;
  }

  /** The same of leased memory. */
  void leaseLoop(int operations) {
    MemorySegment memory = leased;
    long loaded = 0;
    for (int k = 0; k < operations; k++) {
      loaded += memory.get(LONG, (long) (k & ScalarMemory.WORDS - 1) << 3);
    }
    sum += loaded;
  }

  void flushes(int operations) {
    for (int k = 0; k < operations; k++) {
      cpu.flush();
    }
  }

  /** One page is forgotten as removers have it forgotten, and the CPU acknowledges. */
  void pageFlushes(int operations) {
    SimulatedCpu told = (SimulatedCpu) cpu;
    long page = Pages.of(OTHER_BASE);
    for (int k = 0; k < operations; k++) {
      told.forget(page + (k & 7), page + (k & 7));
      cpu.poll();
    }
  }

  void verify() {
    if (wrong || sum == 0) {
      throw new IllegalStateException("a copy was refused, or nothing loaded");
    }
  }

  @Override
  public void close() {
    lease.close();
    cpu.attach(null);
    space.close();
    object.release();
    whole.release();
    machine.close();
    arena.close();
  }
}
