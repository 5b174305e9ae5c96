package dev.mapwright.bench;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.sim.SimulatedMachine;

/**
 * A space with as many slots of address space as were asked for, each with one page mapped at its
 * beginning; behind it ranges of any size are mapped and unmapped, or a page is protected and
 * protected back.
 */
final class RangePages implements AutoCloseable {
  private static final long FIRST_PAGE = 0x1000;
  private static final long LAST_PAGE = (1L << 47 - 12) - 2;

  final SimulatedMachine machine;
  final AddressSpace space;
  private final MemoryObject object;
  private final Region root;
  private final int slots;
  private final long slotPages;
  private final MapRequest request = new MapRequest();
  private final IndexStream stream = new IndexStream(5);
  private boolean wrong;

  RangePages(int slots, long slotPages) {
    this.slots = slots;
    this.slotPages = slotPages;
    machine = SimulatedMachine.create(64L << 20);
    space = AddressSpace.create(machine, "bench", FIRST_PAGE, LAST_PAGE).get();
    object = MemoryObject.paged(machine, slotPages).get();
    root = space.root();
    for (int slot = 0; slot < slots; slot++) {
      map(slot(slot) - 1, 1).orThrow();
    }
  }

  private long slot(int number) {
    return FIRST_PAGE + 1 + number * slotPages;
  }

  private Outcome map(long page, long pages) {
    request.object(object, 0).pages(pages).where().at(page);
    return root.map(request);
  }

  /** Maps so many pages in the first slot, and leaves them. */
  void mapOnce(long pages) {
    map(slot(0), pages).orThrow();
  }

  /** Maps and unmaps so many pages by one call each. */
  Contender whole(String name, long pages) {
    return new Contender(
        name,
        operations -> {
          long state = stream.state;
          boolean failed = false;
          for (int k = 0; k < operations; k++) {
            state += IndexStream.STEP;
            long page = slot(IndexStream.below(state, slots));
            failed |= map(page, pages) != Outcome.OK;
            failed |= root.unmap(page, pages) != Outcome.OK;
          }
          stream.state = state;
          wrong |= failed;
        });
  }

  /** Maps so many pages by a call each, and unmaps them likewise. */
  Contender single(String name, int pages) {
    return new Contender(
        name,
        operations -> {
          long state = stream.state;
          boolean failed = false;
          for (int k = 0; k < operations; k++) {
            state += IndexStream.STEP;
            long page = slot(IndexStream.below(state, slots));
            for (int i = 0; i < pages; i++) {
              failed |= map(page + i, 1) != Outcome.OK;
            }
            for (int i = 0; i < pages; i++) {
              failed |= root.unmap(page + i, 1) != Outcome.OK;
            }
          }
          stream.state = state;
          wrong |= failed;
        });
  }

  /** Takes writing away from a page inside the mapping of the first slot, and gives it back. */
  Contender protect(String name, int pages) {
    return new Contender(
        name,
        operations -> {
          long state = stream.state;
          boolean failed = false;
          for (int k = 0; k < operations; k++) {
            state += IndexStream.STEP;
            // Never the first or the last page: the mapping is cut in three.
            long page = slot(0) + 1 + IndexStream.below(state, pages - 2);
            failed |= root.protect(page, 1, Permissions.READ) != Outcome.OK;
            failed |= root.protect(page, 1, Permissions.READ_WRITE) != Outcome.OK;
          }
          stream.state = state;
          wrong |= failed;
        });
  }

  /** Fails unless every operation did what it was to do, and so many mappings are left. */
  void verify(int mappings) {
    if (wrong || space.mappings() != mappings) {
      throw new IllegalStateException(
          "the engine's answers were wrong: " + space.mappings() + " mappings of " + mappings);
    }
  }

  @Override
  public void close() {
    space.close();
    object.release();
    machine.close();
  }
}
