package dev.mapwright.bench;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.sim.SimulatedMachine;

/**
 * An object of which every second page is mapped by a mapping of its own that was loaded from, so
 * that its reverse index knows all of them. A page between two of them is committed and
 * decommitted, which nobody shows.
 */
final class CommitPages implements AutoCloseable {
  private static final long FIRST_PAGE = 0x1000;

  private final int mappings;
  private final SimulatedMachine machine = SimulatedMachine.create(64L << 20);
  private final AddressSpace space;
  private final MemoryObject object;
  private final IndexStream stream;
  private boolean wrong;

  CommitPages(int mappings) {
    this.mappings = mappings;
    long pages = 2L * mappings;
    space = AddressSpace.create(machine, "bench", FIRST_PAGE, FIRST_PAGE + pages - 1).get();
    object = MemoryObject.paged(machine, pages).get();
    stream = new IndexStream(mappings);
    Cpu cpu = machine.newCpu();
    cpu.attach(space);
    MapRequest request = new MapRequest();
    for (long page = 0; page < pages; page += 2) {
      request.clear().object(object, page).pages(1).where().at(FIRST_PAGE + page);
      space.root().map(request).orThrow();
      wrong |= cpu.load(Pages.address(FIRST_PAGE + page), 8) != 0;
    }
    cpu.attach(null);
  }

  private boolean pair(long page) {
    return object.commit(page, 1) == Outcome.OK && object.decommit(page, 1) == Outcome.OK;
  }

  private void onePage(int operations) {
    long page = mappings | 1;
    boolean failed = false;
    for (int k = 0; k < operations; k++) {
      failed |= !pair(page);
    }
    wrong |= failed;
  }

  private void randomPages(int operations) {
    long state = stream.state;
    boolean failed = false;
    for (int k = 0; k < operations; k++) {
      state += IndexStream.STEP;
      failed |= !pair(2L * IndexStream.below(state, mappings) + 1);
    }
    stream.state = state;
    wrong |= failed;
  }

  /** The same page in the middle again and again. */
  Contender onePage(String name) {
    return new Contender(name, this::onePage);
  }

  Contender randomPages(String name) {
    return new Contender(name, this::randomPages);
  }

  void verify() {
    if (wrong || object.committedPages() != 0 || space.mappings() != mappings) {
      throw new IllegalStateException("the engine's answers were wrong");
    }
  }

  @Override
  public void close() {
    space.close();
    object.release();
    machine.close();
  }
}
