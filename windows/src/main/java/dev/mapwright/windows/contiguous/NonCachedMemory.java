package dev.mapwright.windows.contiguous;

import dev.mapwright.core.Pages;
import dev.mapwright.windows.answer.MmAllocateNonCachedMemory;
import dev.mapwright.windows.answer.MmFreeNonCachedMemory;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.contiguous.ContiguousRelease;

/** MmAllocateNonCachedMemory and MmFreeNonCachedMemory. */
final class NonCachedMemory {
  private NonCachedMemory() {}

  static long allocate(NtContext c, long bytes) {
    // Is anything asked for?
    if (bytes == 0) {
      c.misuse(MmAllocateNonCachedMemory.ZERO_BYTES, 0, 0, 0);
      return 0;
    }
    // Are there frames, addresses, and records?
    long address =
        c.kernel()
            .contiguousMemory()
            .allocateNonCached(
                bytes, c.driver().driverObject(), c.maker(), c.kernel().verifier().on());
    if (address == 0) {
      c.refuse(MmAllocateNonCachedMemory.NO_MEMORY, Pages.countFor(bytes), 0);
      return 0;
    }
    c.done(MmAllocateNonCachedMemory.DONE);
    return address;
  }

  static void free(NtContext c, long base, long bytes) {
    if (FreeContiguous.reached(c, base)) {
      return;
    }
    // Does such memory begin there, with as many pages, and is it not locked?
    ContiguousRelease release = c.contiguousRelease();
    ContiguousRelease.Released released =
        release.freeNonCached(c.kernel().contiguousMemory(), c.kernel().pageLocks(), base, bytes);
    if (released == ContiguousRelease.Released.DONE) {
      c.done(MmFreeNonCachedMemory.DONE);
      return;
    }
    c.about(base, Math.max(1, release.pages()), 0);
    long pages = Pages.countFor(bytes);
    switch (released) {
      case INSIDE -> c.misuse(MmFreeNonCachedMemory.INSIDE, base, pages, 0);
      case FREED ->
          c.misuse(MmFreeNonCachedMemory.FREED_TWICE, base, Pages.address(Pages.of(base)), pages);
      case WRONG_SIZE -> c.misuse(MmFreeNonCachedMemory.WRONG_SIZE, base, pages, release.pages());
      case LOCKED ->
          c.misuse(
              MmFreeNonCachedMemory.LOCKED, release.pfn(), FreeContiguous.ACTIVE, release.locks());
      default -> c.misuse(MmFreeNonCachedMemory.NOT_A_BASE, base, pages, 0);
    }
  }
}
