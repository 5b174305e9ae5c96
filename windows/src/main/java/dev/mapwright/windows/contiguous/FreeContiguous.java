package dev.mapwright.windows.contiguous;

import dev.mapwright.core.Pages;
import dev.mapwright.windows.abi.MemoryCachingType;
import dev.mapwright.windows.answer.MmFreeContiguousMemory;
import dev.mapwright.windows.answer.MmFreeContiguousMemorySpecifyCache;
import dev.mapwright.windows.context.DmaChecks;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.contiguous.ContiguousBlock;
import dev.mapwright.windows.memory.contiguous.ContiguousRelease;
import dev.mapwright.windows.memory.contiguous.ContiguousRelease.Released;

/** MmFreeContiguousMemory and MmFreeContiguousMemorySpecifyCache. */
final class FreeContiguous {
  /** What a report of 0x4E says of a page that is in use. */
  static final int ACTIVE = 6;

  private FreeContiguous() {}

  /** Does a block begin there, and is it not locked? That is decided and done in one step. */
  private static Released free(NtContext c, long base) {
    Released released =
        c.contiguousRelease().free(c.kernel().contiguousMemory(), c.kernel().pageLocks(), base);
    if (released != Released.DONE) {
      c.about(base, Math.max(1, c.contiguousRelease().pages()), 0);
    }
    return released;
  }

  /** Does DMA verification find a device that may reach it? */
  static boolean reached(NtContext c, long base) {
    ContiguousBlock block = c.kernel().contiguousMemory().at(Pages.of(base));
    return block != null && DmaChecks.frees(c, base, Pages.address(block.pages()));
  }

  static void run(NtContext c, long base) {
    if (reached(c, base)) {
      return;
    }
    ContiguousRelease release = c.contiguousRelease();
    switch (free(c, base)) {
      case DONE -> c.done(MmFreeContiguousMemory.DONE);
      case LOCKED ->
          c.misuse(MmFreeContiguousMemory.LOCKED, release.pfn(), ACTIVE, release.locks());
      default -> c.misuse(MmFreeContiguousMemory.NOT_A_BASE, base, 0, 0);
    }
  }

  static void runSpecifyCache(NtContext c, long base, long bytes, int cacheType) {
    if (reached(c, base)) {
      return;
    }
    ContiguousRelease release = c.contiguousRelease();
    switch (free(c, base)) {
      case DONE -> {
        int type = MemoryCachingType.of(release.policy());
        if (bytes != release.bytes() || cacheType != type) {
          c.note(MmFreeContiguousMemorySpecifyCache.MISMATCH, base, release.bytes(), type);
        }
        c.done(MmFreeContiguousMemorySpecifyCache.DONE);
      }
      case LOCKED ->
          c.misuse(
              MmFreeContiguousMemorySpecifyCache.LOCKED, release.pfn(), ACTIVE, release.locks());
      default -> c.misuse(MmFreeContiguousMemorySpecifyCache.NOT_A_BASE, base, 0, 0);
    }
  }
}
