package dev.mapwright.windows.mdl;

import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_SPACE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmUnlockPages;
import dev.mapwright.windows.context.DmaChecks;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.lock.MdlPages;
import dev.mapwright.windows.memory.lock.PageLocks;
import dev.mapwright.windows.memory.mdl.FrameList;
import dev.mapwright.windows.memory.mdl.MdlFields;
import dev.mapwright.windows.memory.pool.MdlMemory;
import dev.mapwright.windows.memory.pte.MdlUnmapping;

/**
 * MmUnlockPages. A system mapping goes with the locks: it is looked at before the locks are taken
 * away, and removed afterwards, when nothing can be wrong with it any more.
 */
final class UnlockPages {
  private static final int CLEARED = MDL_PAGES_LOCKED | MDL_IO_SPACE | UnmapLockedPages.CLEARED;

  private UnlockPages() {}

  static void run(NtContext c, long mdlAddress) {
    if (!c.readMdl(mdlAddress)) {
      return;
    }
    // Does the MDL say that it has locked its pages itself?
    MdlFields mdl = c.mdl();
    boolean others = mdl.any(MDL_PARTIAL | MDL_SOURCE_IS_NONPAGED_POOL);
    if (others || !mdl.any(MDL_PAGES_LOCKED)) {
      neverLocked(c);
      return;
    }
    if (mdl.any(MDL_IO_SPACE)
        && c.kernel().pools().nonPaged().tagOf(mdlAddress) == MdlMemory.IO_SPACE_TAG) {
      misuse(c, MmUnlockPages.IO_SPACE_MDL, mdlAddress, mdl.flags());
      return;
    }
    if (mdl.byteCount() == 0) {
      misuse(c, MmUnlockPages.ZERO_BYTES, mdlAddress, 0);
      return;
    }
    FrameList list = c.frames();
    if (!list.begin(mdl.pages())) {
      misuse(c, MmUnlockPages.NO_MEMORY, mdlAddress, mdl.pages());
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
      c.about(mdl.mappedSystemVa(), mdl.pages(), mdlAddress);
      c.misuse(MmUnlockPages.MAPPING_CHANGED, mdlAddress, mdl.mappedSystemVa(), mdl.pages());
      return;
    }
    // Does DMA verification find a device that may reach one of them?
    if (DmaChecks.letsGo(c, list, true)) {
      return;
    }
    // Are its pages locked? That is decided and done in one step.
    int wrong = unlock(c);
    if (wrong >= 0) {
      refuse(c, list.words()[wrong]);
      return;
    }
    if (mapped) {
      SystemMappings.compare(c, mdl.mappedSystemVa(), firstPfn, true);
    }
    finish(c, firstPfn);
  }

  private static int unlock(NtContext c) {
    PageLocks locks = c.kernel().pageLocks();
    locks.lock().lock();
    try {
      int wrong = locks.unlockAll(c.frames(), c.kernel().cacheBook());
      if (wrong < 0) {
        locks.register().remove(c.mdl().address(), c.mdl().virtualAddress());
      }
      return wrong;
    } finally {
      locks.lock().unlock();
    }
  }

  private static void finish(NtContext c, long firstPfn) {
    MdlFields mdl = c.mdl();
    c.kernel()
        .journal()
        .record(
            EventKind.UNLOCKED,
            mdl.virtualAddress() & -Pages.BYTES,
            mdl.pages(),
            mdl.address(),
            firstPfn);
    try {
      MdlFields.writeFlags(c.cpu(), mdl.address(), mdl.flags() & ~CLEARED);
    } catch (MemoryFault fault) {
      c.misuse(fault.fault()); // the MDL was taken away since it was read; nothing is locked
      return;
    }
    c.done(MmUnlockPages.DONE);
  }

  private static void neverLocked(NtContext c) {
    MdlFields mdl = c.mdl();
    if (!c.kernel().verifier().on()) {
      long pfn = Frames.NONE;
      if (mdl.byteCount() != 0 && c.frames().begin(1)) {
        if (!c.readPfns()) {
          return;
        }
        pfn = c.frames().words()[0];
      }
      notLocked(c, pfn);
    } else if (mdl.any(MDL_PARTIAL)) {
      c.about(mdl.virtualAddress(), mdl.pages(), mdl.address());
      c.misuse(MmUnlockPages.PARTIAL_UNDER_VERIFIER, mdl.address(), mdl.flags(), MDL_PARTIAL);
    } else if (mdl.any(MDL_SOURCE_IS_NONPAGED_POOL)) {
      misuse(c, MmUnlockPages.NONPAGED_UNDER_VERIFIER, mdl.address(), mdl.flags());
    } else {
      misuse(c, MmUnlockPages.NEVER_LOCKED_UNDER_VERIFIER, mdl.address(), mdl.flags());
    }
  }

  /** Says why a page was not unlocked; nobody but the report depends on what it is by now. */
  private static void refuse(NtContext c, long pfn) {
    Frames frames = c.kernel().machine().frames();
    if (MdlPages.isInUse(frames, pfn)) {
      misuse(c, MmUnlockPages.ALLOCATED_PAGES, c.mdl().address(), pfn);
    } else {
      notLocked(c, pfn);
    }
  }

  private static void notLocked(NtContext c, long pfn) {
    MdlFields mdl = c.mdl();
    if (!mdl.any(MDL_SOURCE_IS_NONPAGED_POOL) && c.kernel().process(mdl.process()) != null) {
      long count;
      PageLocks locks = c.kernel().pageLocks();
      locks.lock().lock();
      try {
        count = locks.register().pagesOf(mdl.process());
      } finally {
        locks.lock().unlock();
      }
      misuse(c, MmUnlockPages.PROCESS_NOT_LOCKED, mdl.address(), count);
      return;
    }
    Frames frames = c.kernel().machine().frames();
    boolean ram = pfn >= 0 && pfn <= Frames.LAST_PFN && frames.isRam(pfn);
    misuse(c, MmUnlockPages.NOT_LOCKED, pfn, ram ? frames.locks(pfn) : 0);
  }

  private static void misuse(NtContext c, Condition condition, long first, long second) {
    c.about(c.mdl().virtualAddress(), c.mdl().pages(), c.mdl().address());
    c.misuse(condition, first, second, 0);
  }
}
