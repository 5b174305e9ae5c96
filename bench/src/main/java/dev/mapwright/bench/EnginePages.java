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
  final SimulatedMachine machine;
  final AddressSpace space;
  private final MemoryObject object;
  private final Region root;
  private final MapRequest request = new MapRequest();
  final Places places;
  private final IndexStream stream;
  private boolean wrong;

  /** Maps a page at each of the places. */
  EnginePages(Places places) {
    machine = SimulatedMachine.create(64L << 20);
    space = AddressSpace.create(machine, "bench", Places.FIRST_PAGE, Places.LAST_PAGE).get();
    object = MemoryObject.paged(machine, places.count()).get();
    root = space.root();
    this.places = places;
    stream = new IndexStream(places.count());
    for (int i = 0; i < places.count(); i++) {
      map(i, places.page(i)).orThrow();
    }
  }

  private Outcome map(int i, long page) {
    request.object(object, i).pages(1).where().at(page);
    return root.map(request);
  }

  /** Pairs at the level of events in force. */
  void pairs(int operations) {
    long state = stream.state;
    int n = places.count();
    boolean failed = false;
    for (int k = 0; k < operations; k++) {
      state += IndexStream.STEP;
      int i = IndexStream.below(state, n);
      long page = places.page(i);
      failed |= root.unmap(page, 1) != Outcome.OK;
      failed |= map(i, page) != Outcome.OK || request.firstPage() != page;
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
    if (wrong || space.mappings() != places.count()) {
      throw new IllegalStateException(
          "the engine's answers were wrong: "
              + space.mappings()
              + " mappings of "
              + places.count());
    }
  }

  @Override
  public void close() {
    space.close();
    object.release();
    machine.close();
  }
}
