package dev.mapwright.windows.mdl;

import static dev.mapwright.windows.abi.MdlFlags.MDL_FREE_EXTRA_PTES;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmAdvanceMdl;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.lock.MdlPages;
import dev.mapwright.windows.memory.lock.PageLocks;
import dev.mapwright.windows.memory.mdl.FrameList;
import dev.mapwright.windows.memory.mdl.MdlFields;
import dev.mapwright.windows.memory.pte.MdlUnmapping;

/**
 * MmAdvanceMdl. The PFNs move to the front; behind the last one stands how many pages of the
 * mapping the MDL has left behind, as long as it is mapped. The mapping itself stays whole until it
 * is removed.
 */
final class AdvanceMdl {
  private AdvanceMdl() {}

  static int run(NtContext c, long mdlAddress, int numberOfBytes) {
    if (!c.readMdl(mdlAddress)) {
      return NtStatus.STATUS_UNSUCCESSFUL;
    }
    // Is anything left of the buffer then?
    MdlFields mdl = c.mdl();
    long bytes = numberOfBytes & 0xFFFF_FFFFL;
    if (bytes >= mdl.byteCount()) {
      return c.refuse(MmAdvanceMdl.PAST_END, bytes, mdl.byteCount());
    }
    FrameList list = c.frames();
    if (!list.begin(mdl.pages())) {
      return c.refuse(MmAdvanceMdl.NO_MEMORY, mdlAddress, mdl.pages());
    }
    try {
      mdl.readPfns(c.cpu(), list);
      Headers.requireWritable(c.cpu(), mdlAddress, MdlLayout.bytes(list.count()));
      long va = mdl.virtualAddress();
      int passed = (int) (Pages.of(va + bytes) - Pages.of(va));
      if (!leave(c, passed, va + bytes)) {
        return NtStatus.STATUS_UNSUCCESSFUL;
      }
      write(c, passed, bytes);
    } catch (MemoryFault fault) {
      c.misuse(fault.fault());
      return NtStatus.STATUS_UNSUCCESSFUL;
    }
    c.done(MmAdvanceMdl.DONE);
    return NtStatus.STATUS_SUCCESS;
  }

  /** Unlocks the pages that are passed; false when that is not possible, which is answered. */
  private static boolean leave(NtContext c, int passed, long newVa) {
    MdlFields mdl = c.mdl();
    FrameList list = c.frames();
    boolean locked =
        mdl.any(MDL_PAGES_LOCKED) && !mdl.any(MDL_PARTIAL | MDL_SOURCE_IS_NONPAGED_POOL);
    Frames frames = c.kernel().machine().frames();
    for (int i = 0; i < passed && locked; i++) {
      long pfn = list.words()[i];
      if (MdlPages.isOne(frames, pfn) && frames.locks(pfn) == 1) {
        return wrong(c, MmAdvanceMdl.ALLOCATED_PAGES, mdl.address(), pfn, 0);
      }
    }
    // Is it mapped where it says? One that is mapped in a reservation can't be advanced.
    if (SystemMappings.owns(mdl)
        && SystemMappings.compare(c, mdl.mappedSystemVa(), list.words()[0], false)
            != MdlUnmapping.Found.RIGHT) {
      long va = mdl.mappedSystemVa();
      return wrong(c, MmAdvanceMdl.MAPPING_CHANGED, mdl.address(), va, mdl.pages());
    }
    if (!locked || passed == 0) {
      return true;
    }
    // Are the pages locked? That is decided and done in one step.
    FrameList first = c.scratch();
    if (!first.begin(passed)) {
      c.refuse(MmAdvanceMdl.NO_MEMORY, mdl.address(), passed);
      return false;
    }
    System.arraycopy(list.words(), 0, first.words(), 0, passed);
    PageLocks locks = c.kernel().pageLocks();
    int wrong;
    locks.lock().lock();
    try {
      wrong = locks.unlockAll(first, c.kernel().cacheBook());
      if (wrong < 0) {
        locks.register().advance(mdl.address(), mdl.virtualAddress(), newVa, passed);
      }
    } finally {
      locks.lock().unlock();
    }
    if (wrong >= 0) {
      long pfn = list.words()[wrong];
      if (MdlPages.isInUse(frames, pfn)) {
        return wrong(c, MmAdvanceMdl.ALLOCATED_PAGES, mdl.address(), pfn, 0);
      }
      int count = list.possible(wrong) && frames.isRam(pfn) ? frames.locks(pfn) : 0;
      return wrong(c, MmAdvanceMdl.NOT_LOCKED, pfn, count, 0);
    }
    return true;
  }

  private static void write(NtContext c, int passed, long bytes) {
    MdlFields mdl = c.mdl();
    FrameList list = c.frames();
    long newVa = mdl.virtualAddress() + bytes;
    long extra = -1;
    if (SystemMappings.owns(mdl)) {
      long page = Pages.of(mdl.mappedSystemVa());
      extra =
          c.kernel()
              .systemPtes()
              .advance(page, mdl.address(), passed, newVa & -Pages.BYTES, list.words()[passed]);
    }
    int left = list.count() - passed;
    if (passed != 0) {
      System.arraycopy(list.words(), passed, list.words(), 0, left);
      list.words()[left] = extra > 0 ? extra : MdlLayout.LIST_HEAD;
      list.shorten(left + 1);
      MdlFields.writePfns(c.cpu(), mdl.address(), list);
    }
    MdlFields.writeBuffer(c.cpu(), mdl.address(), newVa, mdl.byteCount() - bytes);
    if (mdl.any(MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) {
      MdlFields.writeMappedSystemVa(c.cpu(), mdl.address(), mdl.mappedSystemVa() + bytes);
    }
    if (extra > 0) {
      MdlFields.writeFlags(c.cpu(), mdl.address(), mdl.flags() | MDL_FREE_EXTRA_PTES);
    }
  }

  private static boolean wrong(
      NtContext c, Condition condition, long first, long second, long third) {
    c.about(c.mdl().virtualAddress(), c.mdl().pages(), c.mdl().address());
    c.misuse(condition, first, second, third);
    return false;
  }
}
