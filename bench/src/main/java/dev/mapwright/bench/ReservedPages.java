package dev.mapwright.bench;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.tables.PageTables;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A reservation in which frames are mapped and unmapped, and, as what it is compared with, nothing
 * but the walks to the entries that this writes: one descent from the root of the same tables with
 * a store, one with an atomic exchange.
 */
final class ReservedPages implements AutoCloseable {
  /** Pages of the reservation: several lowest tables, and a page over for the bare walks. */
  private static final int PAGES = 4096;

  private static final long FIRST_PAGE = 0x1000;
  private static final int LEVELS = 4;
  private static final VarHandle WORD =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

  final SimulatedMachine machine;
  final AddressSpace space;
  private final MemoryObject frames;
  private final Reservation reservation;
  private final PfnSource source;
  private final long firstPage;
  private final long bareLeaf;
  private final IndexStream stream = new IndexStream(7);
  private boolean wrong;

  ReservedPages(boolean singleThreaded) {
    this(machine(singleThreaded), null);
  }

  /** A second reservation in the space of another one, or a space of its own. */
  ReservedPages(SimulatedMachine machine, @org.jspecify.annotations.Nullable ReservedPages beside) {
    this.machine = machine;
    space =
        beside != null
            ? beside.space
            : AddressSpace.create(machine, "bench", FIRST_PAGE, (1L << 47 - 12) - 2).get();
    frames = MemoryObject.contiguous(machine, RunRequest.of(512, 9)).get();
    RegionRequest request = new RegionRequest().pages(PAGES);
    request.where().at(FIRST_PAGE + (beside == null ? 0 : 2 * PAGES));
    reservation = space.root().reserve(request, PAGES).get();
    firstPage = reservation.region().firstPage();
    long first = frames.frameOf(0);
    source = page -> first + page;
    bareLeaf = first << 12 | 7;
  }

  static SimulatedMachine machine(boolean singleThreaded) {
    var builder = SimulatedMachine.builder().checked().ram(0, 1 << 14);
    return singleThreaded ? builder.singleThreaded().build() : builder.build();
  }

  /** Maps and unmaps some pages at random places. */
  void pairs(int operations, int pages) {
    long state = stream.state;
    boolean failed = false;
    for (int k = 0; k < operations; k++) {
      state += IndexStream.STEP;
      long page = firstPage + IndexStream.below(state, PAGES - 1 - pages);
      failed |=
          reservation.map(page, pages, source, Permissions.READ_WRITE, CachePolicy.CACHED)
              != Outcome.OK;
      failed |= reservation.unmap(page) != Outcome.OK;
    }
    stream.state = state;
    wrong |= failed;
  }

  Contender contender(String name, int pages) {
    return new Contender(name, operations -> pairs(operations, pages));
  }

  /** The walks alone, to entries at random places of the same tables. */
  Contender walks() {
    MemorySegment ram = ((Ram) machine.memory()).segment();
    long root = ((PageTables) space.translation()).rootPfn();
    return new Contender("walks", operations -> walks(ram, root, operations));
  }

  private void walks(MemorySegment ram, long root, int operations) {
    long state = stream.state;
    boolean failed = false;
    for (int k = 0; k < operations; k++) {
      state += IndexStream.STEP;
      long page = firstPage + IndexStream.below(state, PAGES - 1);
      long at = entry(ram, root, page);
      WORD.setRelease(ram, at, bareLeaf);
      at = entry(ram, root, page);
      failed |= (long) WORD.getAndSet(ram, at, 0L) != bareLeaf;
    }
    stream.state = state;
    wrong |= failed;
  }

  /** The physical address of a page's entry. */
  private static long entry(MemorySegment ram, long root, long page) {
    long table = root << 12;
    for (int level = LEVELS; level > 1; level--) {
      long at = table + ((page >>> 9 * (level - 1) & 511) << 3);
      table = (long) WORD.getAcquire(ram, at) & 0xF_FFFF_FFFF_F000L;
    }
    return table + ((page & 511) << 3);
  }

  /** Fails unless every operation did what it was to do. */
  void verify() {
    if (wrong || reservation.mappings() != 0) {
      throw new IllegalStateException("the reservation's answers were wrong");
    }
  }

  @Override
  public void close() {
    reservation.release();
    frames.release();
    if (space.mappings() == 0 && space.root().free(FIRST_PAGE, 4L * PAGES)) {
      space.close();
    }
  }
}
