package dev.mapwright.bench;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.event.EventLevel;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.sim.SimulatedMachine;

/**
 * An address space of the engine with n mappings of one page, of which one at a random place is
 * unmapped and mapped back, through the region interface and with everything that belongs to it:
 * checks, hierarchy, records, index, reference counts, events.
 */
final class EnginePages implements AutoCloseable {
  /** Where the pages lie. */
  enum Shape {
    /** Every second page of 2n. */
    DENSE,
    /** Uniform over 47 bits of addresses. */
    SCATTERED
  }

  private static final long FIRST_PAGE = 0x1000;
  private static final long LAST_PAGE = (1L << 47 - 12) - 2;

  final SimulatedMachine machine;
  final AddressSpace space;
  private final MemoryObject object;
  private final Region root;
  private final MapRequest request = new MapRequest();
  final long[] places;
  private final IndexStream stream;
  private boolean wrong;

  /** Maps everything; {@code places} are first pages from {@link #places}, all different. */
  EnginePages(long[] places) {
    machine = SimulatedMachine.create(64L << 20);
    space = AddressSpace.create(machine, "bench", FIRST_PAGE, LAST_PAGE).get();
    object = MemoryObject.paged(machine, places.length).get();
    root = space.root();
    this.places = places;
    stream = new IndexStream(places.length);
    for (int i = 0; i < places.length; i++) {
      map(i).orThrow();
    }
  }

  /** The first pages of n mappings. */
  static long[] places(Shape shape, int n) {
    long[] places = new long[n];
    if (shape == Shape.DENSE) {
      for (int i = 0; i < n; i++) {
        places[i] = FIRST_PAGE + 2L * i;
      }
      return places;
    }
    java.util.Random random = new java.util.Random(n);
    java.util.HashSet<Long> taken = new java.util.HashSet<>(2 * n);
    for (int i = 0; i < n; i++) {
      long page;
      do {
        page = random.nextLong(FIRST_PAGE, LAST_PAGE + 1);
      } while (!taken.add(page));
      places[i] = page;
    }
    return places;
  }

  private Outcome map(int i) {
    request.object(object, i).pages(1).where().at(places[i]);
    return root.map(request);
  }

  /** Pairs at the level of events in force. */
  void pairs(int operations) {
    long state = stream.state;
    int n = places.length;
    boolean failed = false;
    for (int k = 0; k < operations; k++) {
      state += IndexStream.STEP;
      int i = IndexStream.below(state, n);
      failed |= root.unmap(places[i], 1) != Outcome.OK;
      failed |= map(i) != Outcome.OK || request.firstPage() != places[i];
    }
    stream.state = state;
    wrong |= failed;
  }

  Contender contender(String name) {
    return new Contender(name, this::pairs);
  }

  /** The same with recording off. */
  Contender withoutEvents(String name) {
    return new Contender(
        name,
        operations -> {
          machine.events().setLevel(EventLevel.OFF);
          pairs(operations);
          machine.events().setLevel(EventLevel.RING);
        });
  }

  /** Fails unless every operation did what it was to do. */
  void verify() {
    if (wrong || space.mappings() != places.length) {
      throw new IllegalStateException(
          "the engine's answers were wrong: " + space.mappings() + " mappings of " + places.length);
    }
  }

  @Override
  public void close() {
    space.close();
    object.release();
    machine.close();
  }
}
