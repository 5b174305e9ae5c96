package dev.mapwright.windows.iospace;

import dev.mapwright.core.Fault;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.windows.abi.MdlFlags;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.PhysicalAddressListLayout;
import dev.mapwright.windows.answer.MmAllocateMdlForIoSpace;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.mdl.FrameList;
import dev.mapwright.windows.memory.pool.MdlMemory;
import dev.mapwright.windows.memory.pool.Pools;

/** MmAllocateMdlForIoSpace. */
final class AllocateMdlForIoSpace {
  /** The most pages: 2^32 - 1 bytes have no more whole ones. */
  private static final int MOST_PAGES = (1 << 20) - 1;

  private static final int FLAGS = MdlFlags.MDL_IO_SPACE | MdlFlags.MDL_PAGES_LOCKED;

  private AllocateMdlForIoSpace() {}

  static int run(NtContext c, long list, long entries, long newMdl) {
    try {
      // Is every range one of I/O space, and all of them together not too much?
      int status = readRanges(c, list, entries);
      if (status != NtStatus.STATUS_SUCCESS) {
        return status;
      }
      if (entries == 0) {
        return c.refuse(MmAllocateMdlForIoSpace.NO_ENTRIES, list, 0);
      }
      // Is there somewhere to write the answer?
      if (newMdl == 0) {
        return c.refuse(MmAllocateMdlForIoSpace.NO_RESULT, list, 0);
      }
      return allocate(c, newMdl);
    } catch (MemoryFault fault) {
      c.misuse(fault.fault());
      return NtStatus.STATUS_UNSUCCESSFUL;
    }
  }

  /**
   * Reads the ranges, each once, and puts their pages into the frames of the context. Each range
   * has a page at least, so that a list that is too long is not read to its end.
   */
  private static int readRanges(NtContext c, long list, long entries) {
    // First the ranges: a PFN and a count of pages each, side by side.
    boolean tooMany = entries < 0 || entries > MOST_PAGES;
    int count = tooMany ? MOST_PAGES + 1 : (int) entries;
    FrameList ranges = c.scratch();
    int room = 0;
    long total = 0;
    for (int i = 0; i < count; i++) {
      if (i == room) {
        room = Math.min(count, Math.max(64, 2 * room));
        if (!grow(ranges, i, room)) {
          return c.refuse(MmAllocateMdlForIoSpace.NO_MEMORY, total, 0);
        }
      }
      long element = list + (long) i * PhysicalAddressListLayout.BYTES;
      long address = c.cpu().load(element + PhysicalAddressListLayout.PHYSICAL_ADDRESS, 8);
      long bytes = c.cpu().load(element + PhysicalAddressListLayout.NUMBER_OF_BYTES, 8);
      int status = judge(c, i, address, bytes);
      if (status != NtStatus.STATUS_SUCCESS) {
        return status;
      }
      total += Pages.of(bytes);
      if (total > MOST_PAGES) {
        return c.refuse(MmAllocateMdlForIoSpace.TOO_LARGE, i, 0);
      }
      ranges.words()[2 * i] = Pages.of(address);
      ranges.words()[2 * i + 1] = Pages.of(bytes);
    }
    // Then their pages.
    FrameList frames = c.frames();
    if (!frames.begin((int) total)) {
      return c.refuse(MmAllocateMdlForIoSpace.NO_MEMORY, total, 0);
    }
    int at = 0;
    for (int i = 0; i < count; i++) {
      for (long k = 0; k < ranges.words()[2 * i + 1]; k++) {
        frames.words()[at++] = ranges.words()[2 * i] + k;
      }
    }
    return NtStatus.STATUS_SUCCESS;
  }

  /** Makes room for more ranges, and keeps those that are there. */
  private static boolean grow(FrameList ranges, int used, int room) {
    long[] old = ranges.words();
    if (!ranges.begin(2 * room)) {
      return false;
    }
    if (ranges.words() != old) {
      System.arraycopy(old, 0, ranges.words(), 0, 2 * used);
    }
    return true;
  }

  private static int judge(NtContext c, int index, long address, long bytes) {
    if (!Pages.aligned(address)) {
      return c.refuse(MmAllocateMdlForIoSpace.MISALIGNED, index, address);
    }
    if (bytes == 0 || !Pages.aligned(bytes)) {
      return c.refuse(MmAllocateMdlForIoSpace.BAD_SIZE, index, bytes);
    }
    long pfn = Pages.of(address);
    long pages = Pages.of(bytes);
    if (pfn > Frames.LAST_PFN || pages > Frames.LAST_PFN + 1 - pfn) {
      return c.refuse(MmAllocateMdlForIoSpace.BEYOND_MEMORY, index, address, bytes);
    }
    if (pages > MOST_PAGES) {
      return c.refuse(MmAllocateMdlForIoSpace.TOO_LARGE, index, 0);
    }
    Frames frames = c.kernel().machine().frames();
    long end = pfn + pages;
    while (pfn < end) {
      long distance = frames.pagesToRam(pfn);
      if (distance == 0) {
        return c.refuse(MmAllocateMdlForIoSpace.IS_RAM, index, pfn);
      }
      pfn += distance;
    }
    return NtStatus.STATUS_SUCCESS;
  }

  private static int allocate(NtContext c, long newMdl) {
    // Is there pool, and memory to remember the pages?
    FrameList frames = c.frames();
    int pages = frames.count();
    Pools pools = c.kernel().pools();
    long mdl = MdlMemory.allocate(pools, pages, MdlMemory.IO_SPACE_TAG, c.maker());
    if (mdl == 0) {
      return c.refuse(MmAllocateMdlForIoSpace.NO_MEMORY, pages, 0);
    }
    if (!c.kernel().cacheBook().referTo(frames)) {
      MdlMemory.free(pools, c.kernel().pageLocks(), mdl, MdlMemory.IO_SPACE_TAG);
      return c.refuse(MmAllocateMdlForIoSpace.NO_MEMORY, pages, 0);
    }
    try {
      fill(c, mdl);
      c.cpu().store(newMdl, 8, mdl);
    } catch (MemoryFault fault) {
      c.kernel().cacheBook().letGo(frames);
      MdlMemory.free(pools, c.kernel().pageLocks(), mdl, MdlMemory.IO_SPACE_TAG);
      throw fault;
    }
    c.done(MmAllocateMdlForIoSpace.DONE);
    return NtStatus.STATUS_SUCCESS;
  }

  private static void fill(NtContext c, long mdl) {
    long size = MdlLayout.bytes(c.frames().count());
    for (int field = 0; field < MdlLayout.PFNS; field += Long.BYTES) {
      c.cpu().store(mdl + field, 8, 0);
    }
    c.cpu().store(mdl + MdlLayout.SIZE, 2, size);
    c.cpu().store(mdl + MdlLayout.MDL_FLAGS, 2, FLAGS);
    c.cpu().store(mdl + MdlLayout.BYTE_COUNT, 4, Pages.address(c.frames().count()));
    Fault fault =
        c.cpu().write(mdl + MdlLayout.PFNS, c.frames().segment(), 0, size - MdlLayout.PFNS);
    if (fault != null) {
      throw new MemoryFault(fault);
    }
  }
}
