package dev.mapwright.windows.mdl;

import static dev.mapwright.windows.abi.MdlFlags.MDL_FREE_EXTRA_PTES;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARENT_MAPPED_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmUnmapLockedPages;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.NtProcess;
import dev.mapwright.windows.memory.mdl.MdlFields;
import dev.mapwright.windows.memory.pte.MdlUnmapping;

/** MmUnmapLockedPages: from system space, or from the current process. */
final class UnmapLockedPages {
  static final int CLEARED =
      MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED | MDL_FREE_EXTRA_PTES;

  private UnmapLockedPages() {}

  static void run(NtContext c, long address, long mdlAddress) {
    if (c.user(address)) {
      fromProcess(c, address, mdlAddress);
    } else if (c.readMdl(mdlAddress)) {
      fromSystem(c, address);
    }
  }

  private static void fromProcess(NtContext c, long address, long mdl) {
    if (c.irql() > Irql.APC_LEVEL) {
      c.misuse(MmUnmapLockedPages.USER_IRQL_TOO_HIGH, c.irql(), address, mdl);
      return;
    }
    NtProcess process = c.process();
    if (process == null
        || !process
            .memory()
            .mappings()
            .unmap(Pages.of(address), mdl, c.kernel().cacheBook(), c.scratch())) {
      c.about(address, 1, mdl);
      c.misuse(MmUnmapLockedPages.NOT_IN_THIS_PROCESS, address, mdl, 0);
      return;
    }
    c.done(MmUnmapLockedPages.DONE);
  }

  private static void fromSystem(NtContext c, long address) {
    // Does the MDL say that it has a mapping of its own?
    MdlFields mdl = c.mdl();
    if (!SystemMappings.owns(mdl)) {
      notMapped(c, address);
      return;
    }
    long firstPfn = 0;
    if (c.frames().begin(Math.min(mdl.pages(), 1)) && mdl.byteCount() != 0) {
      if (!c.readPfns()) {
        return;
      }
      firstPfn = c.frames().words()[0];
    }
    // Is that the one, and is the MDL as it was then? That is decided and done in one step.
    MdlUnmapping.Found found = SystemMappings.compare(c, address, firstPfn, true);
    if (found != MdlUnmapping.Found.RIGHT) {
      differs(c, found, address);
      return;
    }
    try {
      MdlFields.writeFlags(c.cpu(), mdl.address(), mdl.flags() & ~CLEARED);
    } catch (MemoryFault fault) {
      c.misuse(fault.fault()); // the MDL was taken away since it was read; nothing is mapped
      return;
    }
    c.done(MmUnmapLockedPages.DONE);
  }

  private static void notMapped(NtContext c, long address) {
    MdlFields mdl = c.mdl();
    c.about(address, 1, mdl.address());
    if (!c.kernel().verifier().on()) {
      c.misuse(MmUnmapLockedPages.NOT_MAPPED, mdl.address(), address, mdl.pages());
    } else if (mdl.any(MDL_MAPPED_TO_SYSTEM_VA)) {
      c.misuse(
          MmUnmapLockedPages.SHARED_UNDER_VERIFIER,
          mdl.address(),
          mdl.flags(),
          MDL_PARENT_MAPPED_SYSTEM_VA);
    } else {
      c.misuse(
          MmUnmapLockedPages.NOT_MAPPED_UNDER_VERIFIER,
          mdl.address(),
          mdl.flags(),
          MDL_MAPPED_TO_SYSTEM_VA);
    }
  }

  private static void differs(NtContext c, MdlUnmapping.Found found, long address) {
    MdlFields mdl = c.mdl();
    MdlUnmapping comparison = c.mdlUnmapping();
    Condition condition =
        switch (found) {
          case WRONG_ADDRESS -> MmUnmapLockedPages.WRONG_ADDRESS;
          case WRONG_COUNT -> MmUnmapLockedPages.WRONG_COUNT;
          case WRONG_FIRST_PFN -> MmUnmapLockedPages.WRONG_FIRST_PFN;
          case WRONG_START -> MmUnmapLockedPages.WRONG_START;
          default -> MmUnmapLockedPages.NOT_MAPPED;
        };
    c.about(address, 1, mdl.address());
    if (condition == MmUnmapLockedPages.NOT_MAPPED) {
      c.misuse(condition, mdl.address(), address, mdl.pages());
    } else {
      c.misuse(condition, mdl.address(), comparison.expected(), comparison.given());
    }
  }
}
