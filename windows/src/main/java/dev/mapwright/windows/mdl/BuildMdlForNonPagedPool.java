package dev.mapwright.windows.mdl;

import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_SPACE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmBuildMdlForNonPagedPool;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.mdl.FrameList;
import dev.mapwright.windows.memory.mdl.MdlFields;

/** MmBuildMdlForNonPagedPool: the PFNs come from the page tables, and nothing is locked. */
final class BuildMdlForNonPagedPool {
  private static final int IN_USE =
      MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL;

  private BuildMdlForNonPagedPool() {}

  static void run(NtContext c, long mdlAddress) {
    if (!c.readMdl(mdlAddress)) {
      return;
    }
    // Is the MDL blank, and does it describe anything?
    MdlFields mdl = c.mdl();
    long va = mdl.virtualAddress();
    if (mdl.any(IN_USE)) {
      misuse(
          c, MmBuildMdlForNonPagedPool.WRONG_FLAGS, mdlAddress, mdl.flags(), mdl.flags() & IN_USE);
      return;
    }
    if (mdl.byteCount() == 0) {
      misuse(c, MmBuildMdlForNonPagedPool.ZERO_BYTES, mdlAddress, 0, 0);
      return;
    }
    // Does the buffer lie in memory that can't go?
    if (c.kernel().pools().paged().covers(va)) {
      misuse(c, MmBuildMdlForNonPagedPool.PAGED_POOL, c.irql(), mdlAddress, mdl.flags());
      return;
    }
    if (c.user(va)) {
      misuse(c, MmBuildMdlForNonPagedPool.PAGEABLE, c.irql(), mdlAddress, va);
      return;
    }
    if (!c.frames().begin(mdl.pages())) {
      misuse(c, MmBuildMdlForNonPagedPool.NO_MEMORY, mdlAddress, mdl.pages(), 0);
      return;
    }
    // Is each of its pages there?
    int missing = look(c, Pages.of(va));
    if (missing >= 0) {
      long pte = c.pte(va + Pages.address(missing));
      misuse(c, MmBuildMdlForNonPagedPool.NOT_RESIDENT, mdlAddress, pte, 0);
      return;
    }
    finish(c);
  }

  /** Reads the PFNs from the tables: the position of a page that is not there, or -1. */
  private static int look(NtContext c, long first) {
    Translation translation = c.kernel().systemSpace().space().translation();
    FrameList list = c.frames();
    for (int i = 0; i < list.count(); i++) {
      long entry = translation.entry(first + i);
      if (!TranslationEntry.present(entry)
          || c.kernel().pools().paged().covers(Pages.address(first + i))) {
        return i;
      }
      list.words()[i] = TranslationEntry.pfn(entry);
    }
    return -1;
  }

  private static void finish(NtContext c) {
    MdlFields mdl = c.mdl();
    FrameList list = c.frames();
    boolean outside = false;
    for (int i = 0; i < list.count() && !outside; i++) {
      outside = !c.kernel().machine().frames().isRam(list.words()[i]);
    }
    int flags = mdl.flags() | MDL_SOURCE_IS_NONPAGED_POOL | (outside ? MDL_IO_SPACE : 0);
    try {
      MdlFields.writePfns(c.cpu(), mdl.address(), list);
      MdlFields.writeProcess(c.cpu(), mdl.address(), 0);
      MdlFields.writeMappedSystemVa(c.cpu(), mdl.address(), mdl.virtualAddress());
      MdlFields.writeFlags(c.cpu(), mdl.address(), flags);
    } catch (MemoryFault fault) {
      c.misuse(fault.fault());
      return;
    }
    c.done(MmBuildMdlForNonPagedPool.DONE);
  }

  private static void misuse(
      NtContext c, Condition condition, long first, long second, long third) {
    c.about(c.mdl().virtualAddress(), c.mdl().pages(), c.mdl().address());
    c.misuse(condition, first, second, third);
  }
}
