package dev.mapwright.windows.mdl;

import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmFreePagesFromMdl;
import dev.mapwright.windows.context.DmaChecks;
import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.lock.MdlPages;
import dev.mapwright.windows.memory.mdl.FrameList;
import dev.mapwright.windows.memory.mdl.MdlFields;
import dev.mapwright.windows.memory.pte.MdlUnmapping;

/**
 * MmFreePagesFromMdl. What counts is which pages the MDL names now. A system mapping goes with
 * them; pages that a process still shows are kept until it does not.
 */
final class FreePagesFromMdl {
  private FreePagesFromMdl() {}

  static void run(NtContext c, long mdlAddress) {
    if (!c.readMdl(mdlAddress)) {
      return;
    }
    // Does the MDL name any pages?
    MdlFields mdl = c.mdl();
    if (mdl.byteCount() == 0) {
      misuse(c, MmFreePagesFromMdl.ZERO_BYTES, mdlAddress, 0, 0);
      return;
    }
    FrameList list = c.frames();
    if (!list.begin(mdl.pages())) {
      misuse(c, MmFreePagesFromMdl.NO_MEMORY, mdlAddress, mdl.pages(), 0);
      return;
    }
    if (!c.readPfns()) {
      return;
    }
    // Is it mapped where it says?
    long firstPfn = list.words()[0];
    boolean mapped = SystemMappings.owns(mdl);
    if (mapped
        && SystemMappings.compare(c, mdl.mappedSystemVa(), firstPfn, false)
            != MdlUnmapping.Found.RIGHT) {
      long va = mdl.mappedSystemVa();
      misuse(c, MmFreePagesFromMdl.MAPPING_CHANGED, mdlAddress, va, mdl.pages());
      return;
    }
    // Does DMA verification find a device that may reach one of them?
    if (DmaChecks.letsGo(c, list, false)) {
      return;
    }
    // Was each of the pages allocated for an MDL, and does nobody else lock it?
    Kernel kernel = c.kernel();
    Frames frames = kernel.machine().frames();
    long wrong = MdlPages.unlock(kernel.pageLocks(), kernel.cacheBook(), frames, list, mdlAddress);
    if (wrong >= 0) {
      notOne(c, (int) wrong, wrong >>> 32);
      return;
    }
    if (mapped) {
      SystemMappings.compare(c, mdl.mappedSystemVa(), firstPfn, true);
    }
    MdlPages.give(frames, list);
    kernel.journal().record(EventKind.UNLOCKED, 0, mdl.pages(), mdlAddress, firstPfn);
    finish(c);
  }

  private static void notOne(NtContext c, int index, long locks) {
    long pfn = c.frames().words()[index];
    if (locks > 1) {
      misuse(c, MmFreePagesFromMdl.STILL_LOCKED, pfn, 0, locks);
      return;
    }
    long slot = c.mdl().address() + MdlLayout.PFNS + (long) index * MdlLayout.PFN_BYTES;
    misuse(c, MmFreePagesFromMdl.NOT_ALLOCATED, c.mdl().address(), slot, pfn);
  }

  /** Tells the MDL that it has no pages any more. */
  private static void finish(NtContext c) {
    MdlFields mdl = c.mdl();
    FrameList list = c.frames();
    for (int i = 0; i < list.count(); i++) {
      list.words()[i] = MdlLayout.LIST_HEAD;
    }
    int flags = mdl.flags() & ~(MDL_PAGES_LOCKED | UnmapLockedPages.CLEARED);
    try {
      MdlFields.writePfns(c.cpu(), mdl.address(), list);
      MdlFields.writeFlags(c.cpu(), mdl.address(), flags);
    } catch (MemoryFault fault) {
      c.misuse(fault.fault()); // the MDL was taken away since it was read; its pages are free
      return;
    }
    c.done(MmFreePagesFromMdl.DONE);
  }

  private static void misuse(
      NtContext c, Condition condition, long first, long second, long third) {
    c.about(0, 0, c.mdl().address());
    c.misuse(condition, first, second, third);
  }
}
