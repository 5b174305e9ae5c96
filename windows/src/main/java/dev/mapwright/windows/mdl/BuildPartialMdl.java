package dev.mapwright.windows.mdl;

import static dev.mapwright.windows.abi.MdlFlags.MDL_ALLOCATED_FIXED_SIZE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_PAGE_READ;
import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_SPACE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGE_CONTENTS_INVARIANT;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARENT_MAPPED_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.IoBuildPartialMdl;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.mdl.MdlFields;
import dev.mapwright.windows.memory.pool.Pool;

/**
 * IoBuildPartialMdl. What the source has mapped is shared with it, and belongs to the source.
 *
 * <p>How large the target is, its pool says when it was allocated there, since Size has too few
 * bits to say it of a large one.
 */
final class BuildPartialMdl {
  private static final int READY = MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL;
  private static final int KEPT = MDL_ALLOCATED_FIXED_SIZE | MDL_PAGE_CONTENTS_INVARIANT;
  private static final int INHERITED =
      MDL_IO_PAGE_READ | MDL_SOURCE_IS_NONPAGED_POOL | MDL_MAPPED_TO_SYSTEM_VA | MDL_IO_SPACE;

  private BuildPartialMdl() {}

  static void run(NtContext c, long sourceAddress, long targetAddress, long va, int length) {
    if (sourceAddress == targetAddress) {
      misuse(c, IoBuildPartialMdl.SAME_MDL, sourceAddress, 0, 0);
      return;
    }
    MdlFields source = c.mdl();
    MdlFields target = c.otherMdl();
    if (!c.readMdl(sourceAddress, source) || !c.readMdl(targetAddress, target)) {
      return;
    }
    // Does the source have pages, and does the part lie in its buffer?
    if (!source.any(READY)) {
      misuse(c, IoBuildPartialMdl.SOURCE_NOT_LOCKED, sourceAddress, source.flags(), 0);
      return;
    }
    long offset = va - source.virtualAddress();
    if (Long.compareUnsigned(offset, source.byteCount()) >= 0) {
      long first = source.virtualAddress();
      misuse(c, IoBuildPartialMdl.BEFORE_SOURCE, va, first, source.byteCount());
      return;
    }
    long left = source.byteCount() - offset;
    long bytes = length == 0 ? left : length & 0xFFFF_FFFFL;
    if (bytes > left) {
      misuse(c, IoBuildPartialMdl.PAST_SOURCE, va, bytes, left);
      return;
    }
    // Does it fit into the target?
    long pages = MdlLayout.spanPages(va, bytes);
    long room = room(c, target);
    if (pages > room) {
      misuse(c, IoBuildPartialMdl.TARGET_TOO_SMALL, targetAddress, pages, room);
      return;
    }
    if (!c.frames().begin((int) pages)) {
      misuse(c, IoBuildPartialMdl.NO_MEMORY, sourceAddress, pages, 0);
      return;
    }
    build(c, va, bytes, offset);
  }

  /** How many pages an MDL can describe. */
  private static long room(NtContext c, MdlFields mdl) {
    Pool pool = c.kernel().pools().at(mdl.address());
    long bytes = pool == null ? 0 : pool.bytesOf(mdl.address());
    return ((bytes == 0 ? mdl.size() : bytes) - MdlLayout.PFNS) / MdlLayout.PFN_BYTES;
  }

  private static void build(NtContext c, long va, long bytes, long offset) {
    MdlFields source = c.mdl();
    MdlFields target = c.otherMdl();
    long mdl = target.address();
    int inherited = source.flags() & INHERITED;
    boolean mapped = source.any(MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL);
    int shared = source.any(MDL_MAPPED_TO_SYSTEM_VA) ? MDL_PARENT_MAPPED_SYSTEM_VA : 0;
    int flags = target.flags() & KEPT | MDL_PARTIAL | inherited | shared;
    long firstPfn = Pages.of(va) - Pages.of(source.virtualAddress());
    try {
      source.readPfns(c.cpu(), c.frames(), firstPfn);
      Headers.requireWritable(c.cpu(), mdl, MdlLayout.bytes(c.frames().count()));
      if (target.any(MDL_PARTIAL_HAS_BEEN_MAPPED)) {
        c.note(IoBuildPartialMdl.TARGET_MAPPED, mdl, target.mappedSystemVa(), 0);
      }
      MdlFields.writePfns(c.cpu(), mdl, c.frames());
      MdlFields.writeProcess(c.cpu(), mdl, source.process());
      if (mapped) {
        MdlFields.writeMappedSystemVa(c.cpu(), mdl, source.mappedSystemVa() + offset);
      }
      MdlFields.writeBuffer(c.cpu(), mdl, va, bytes);
      MdlFields.writeFlags(c.cpu(), mdl, flags);
    } catch (MemoryFault fault) {
      c.misuse(fault.fault());
      return;
    }
    c.done(IoBuildPartialMdl.DONE);
  }

  private static void misuse(
      NtContext c, Condition condition, long first, long second, long third) {
    c.about(c.mdl().virtualAddress(), c.mdl().pages(), c.mdl().address());
    c.misuse(condition, first, second, third);
  }
}
