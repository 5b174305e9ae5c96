package dev.mapwright.bench;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;

/** 256 KiB of a space that a CPU loads again and again, word by word, 4,096 words in a bracket. */
final class ReadPages {
  private static final int PAGES = 64;
  private static final int WORDS = PAGES * 512;
  private static final int BRACKET = 4096;

  private final Cpu cpu;
  private final long base;
  private boolean wrong;

  ReadPages(ThreadWorld world, int number) {
    Region region = RegionPages.region(world.space, number, TouchedPages.REGION_PAGES);
    MapRequest request = new MapRequest().object(world.object(PAGES), 0).pages(PAGES);
    request.where().at(region.firstPage());
    region.map(request).orThrow();
    base = Pages.address(region.firstPage());
    cpu = world.machine.newCpu();
    cpu.attach(world.space);
    for (int i = 0; i < WORDS; i++) {
      cpu.store(base + 8L * i, 8, i);
    }
  }

  /** One pass. */
  void passes() {
    long sum = 0;
    for (int from = 0; from < WORDS; from += BRACKET) {
      cpu.enter();
      for (int i = from; i < from + BRACKET; i++) {
        sum += cpu.load(base + 8L * i, 8);
      }
      cpu.exit();
    }
    wrong |= sum != (long) WORDS * (WORDS - 1) / 2;
  }

  void verify() {
    if (wrong) {
      throw new IllegalStateException("wrong values were loaded");
    }
  }
}
