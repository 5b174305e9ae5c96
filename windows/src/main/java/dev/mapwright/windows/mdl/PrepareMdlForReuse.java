package dev.mapwright.windows.mdl;

import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.windows.answer.MmPrepareMdlForReuse;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.mdl.MdlFields;
import dev.mapwright.windows.memory.pte.MdlUnmapping;

/** MmPrepareMdlForReuse: only a partial MDL with a mapping of its own has something to release. */
final class PrepareMdlForReuse {
  private PrepareMdlForReuse() {}

  static void run(NtContext c, long mdlAddress) {
    if (!c.readMdl(mdlAddress)) {
      return;
    }
    MdlFields mdl = c.mdl();
    if (mdl.any(MDL_PARTIAL_HAS_BEEN_MAPPED) && !unmap(c)) {
      return;
    }
    c.done(MmPrepareMdlForReuse.DONE);
  }

  private static boolean unmap(NtContext c) {
    MdlFields mdl = c.mdl();
    long firstPfn = 0;
    if (c.frames().begin(1) && mdl.byteCount() != 0) {
      if (!c.readPfns()) {
        return false;
      }
      firstPfn = c.frames().words()[0];
    }
    if (SystemMappings.compare(c, mdl.mappedSystemVa(), firstPfn, true)
        != MdlUnmapping.Found.RIGHT) {
      c.about(mdl.mappedSystemVa(), 1, mdl.address());
      c.misuse(
          MmPrepareMdlForReuse.MAPPING_CHANGED, mdl.address(), mdl.mappedSystemVa(), mdl.pages());
      return false;
    }
    try {
      MdlFields.writeFlags(c.cpu(), mdl.address(), mdl.flags() & ~UnmapLockedPages.CLEARED);
    } catch (MemoryFault fault) {
      c.misuse(fault.fault()); // the MDL was taken away since it was read; nothing is mapped
      return false;
    }
    return true;
  }
}
