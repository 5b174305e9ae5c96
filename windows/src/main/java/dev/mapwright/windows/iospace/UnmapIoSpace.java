package dev.mapwright.windows.iospace;

import dev.mapwright.core.Pages;
import dev.mapwright.windows.answer.MmUnmapIoSpace;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.contiguous.IoSpaceRelease;

/** MmUnmapIoSpace. Acquires nothing. */
final class UnmapIoSpace {
  private UnmapIoSpace() {}

  static void run(NtContext c, long address, long bytes) {
    // Does a mapping begin at this page, with as many pages? Decided and done in one step.
    long offset = Pages.offset(address);
    long pages = Pages.countFor(bytes) + (spills(offset, bytes) ? 1 : 0);
    IoSpaceRelease release = c.ioSpaceRelease();
    switch (release.unmap(
        c.kernel().systemPtes(), c.kernel().cacheBook(), Pages.of(address), pages)) {
      case DONE -> c.done(MmUnmapIoSpace.DONE);
      case NOT_MAPPED -> {
        c.about(address, 1, 0);
        c.misuse(MmUnmapIoSpace.NOT_MAPPED, address, pages, 0);
      }
      case WRONG_SIZE -> {
        c.about(address, release.mapped(), 0);
        c.misuse(MmUnmapIoSpace.WRONG_SIZE, address, pages, release.mapped());
      }
    }
  }

  /** Whether bytes at an offset touch one page more than at the beginning of one. */
  private static boolean spills(long offset, long bytes) {
    long inLastPage = Pages.offset(bytes);
    return bytes == 0
        ? offset != 0
        : offset + (inLastPage == 0 ? Pages.BYTES : inLastPage) > Pages.BYTES;
  }
}
