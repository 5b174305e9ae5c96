package dev.mapwright.bench;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;

/**
 * Pages of a region that a thread unmaps and maps back at random places; it may store to each, so
 * that the next unmap of it removes a translation.
 */
final class TouchedPages {
  static final long REGION_PAGES = 1 << 13;
  private static final int MAPPINGS = 4096;

  private final Region region;
  private final MemoryObject object;
  private final Cpu cpu;
  private final MapRequest request = new MapRequest();
  private final IndexStream stream = new IndexStream(3);
  private boolean wrong;

  TouchedPages(ThreadWorld world, int number) {
    region = RegionPages.region(world.space, number, REGION_PAGES);
    object = world.object(MAPPINGS);
    cpu = world.machine.newCpu();
    cpu.attach(world.space);
    for (int i = 0; i < MAPPINGS; i++) {
      map(i).orThrow();
    }
  }

  private Outcome map(int i) {
    request.object(object, i).pages(1).where().at(page(i));
    return region.map(request);
  }

  private long page(int i) {
    return region.firstPage() + 2L * i;
  }

  void pairs(int operations, boolean touching) {
    long state = stream.state;
    boolean failed = false;
    for (int k = 0; k < operations; k++) {
      state += IndexStream.STEP;
      int i = IndexStream.below(state, MAPPINGS);
      failed |= region.unmap(page(i), 1) != Outcome.OK;
      failed |= map(i) != Outcome.OK;
      if (touching) {
        cpu.store(Pages.address(page(i)), 8, i);
      }
    }
    stream.state = state;
    wrong |= failed;
  }

  void verify() {
    if (wrong) {
      throw new IllegalStateException("the engine's answers were wrong");
    }
  }
}
