package dev.mapwright.bench;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;

/**
 * What one thread of a {@link Load} does: it maps, stores to, or unmaps every second page of a
 * range, each by a call of its own and in no order of addresses. Another thread may have the pages
 * between. Each has an object and a CPU of its own.
 */
final class LoadPages {
  /** A power of two. */
  static final int PAGES = 1 << 13;

  /** Odd, so that multiplying by it goes through all pages. */
  private static final int SPREAD = 0x9E5;

  private final Region region;
  private final long firstPage;
  private final MemoryObject object;
  private final Cpu cpu;
  private boolean wrong;

  LoadPages(ThreadWorld world, Region region, long firstPage) {
    this.region = region;
    this.firstPage = firstPage;
    object = world.object(PAGES);
    cpu = world.machine.newCpu();
    cpu.attach(world.space);
  }

  private long page(int k) {
    return firstPage + 2L * (k * SPREAD & PAGES - 1);
  }

  /** What has to be there before the load; not timed. */
  void prepare(Load load) {
    if (load.mappedBefore()) {
      map(false);
    }
    if (load == Load.UNMAP_TOUCHED) {
      touch();
    }
  }

  /** The load. */
  void run(Load load) {
    switch (load) {
      case MAP -> map(false);
      case MAP_AND_FAULT -> map(true);
      case FAULT -> touch();
      case UNMAP_TOUCHED, UNMAP -> unmap();
    }
  }

  /** As it was at first; not timed. */
  void clear(Load load) {
    if (load != Load.UNMAP && load != Load.UNMAP_TOUCHED) {
      unmap();
    }
    object.decommit(0, PAGES).orThrow();
  }

  private void map(boolean touching) {
    // Of its thread's own memory: it is written for each page.
    MapRequest request = new MapRequest();
    boolean failed = false;
    for (int k = 0; k < PAGES; k++) {
      long page = page(k);
      request.object(object, k).pages(1).where().at(page);
      failed |= region.map(request) != Outcome.OK;
      if (touching) {
        cpu.store(Pages.address(page), 8, k);
      }
    }
    wrong |= failed;
  }

  private void touch() {
    for (int k = 0; k < PAGES; k++) {
      cpu.store(Pages.address(page(k)), 8, k);
    }
  }

  private void unmap() {
    boolean failed = false;
    for (int k = 0; k < PAGES; k++) {
      failed |= region.unmap(page(k), 1) != Outcome.OK;
    }
    wrong |= failed;
  }

  void verify() {
    if (wrong) {
      throw new IllegalStateException("the engine's answers were wrong");
    }
  }
}
