package dev.mapwright.windows.mdl;

import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARENT_MAPPED_SYSTEM_VA;

import dev.mapwright.core.Pages;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.mdl.MdlFields;
import dev.mapwright.windows.memory.pte.MdlUnmapping;

/** What is mapped of MDLs in system PTEs. */
final class SystemMappings {
  private SystemMappings() {}

  /** Whether an MDL says that it has a system mapping of its own. */
  static boolean owns(MdlFields mdl) {
    return mdl.any(MDL_MAPPED_TO_SYSTEM_VA) && !mdl.any(MDL_PARENT_MAPPED_SYSTEM_VA);
  }

  /**
   * Compares the MDL of the call with its mapping, and unmaps it if that is wanted and all is
   * right.
   *
   * @param address where it is said to be mapped
   * @param firstPfn the PFN that stands first in the MDL now
   * @param unmap whether to unmap
   * @return what the comparison says; NtContext.mdlUnmapping has the numbers
   */
  static MdlUnmapping.Found compare(NtContext c, long address, long firstPfn, boolean unmap) {
    MdlUnmapping decision = c.mdlUnmapping().begin(c.mdl(), address, firstPfn, unmap);
    decide(c, Pages.of(address), decision);
    if (decision.found() == MdlUnmapping.Found.NOT_MAPPED && owns(c.mdl())) {
      // Not there. Is it where the MDL says?
      decide(c, Pages.of(c.mdl().mappedSystemVa()), decision);
    }
    return decision.found();
  }

  /** Takes a mapping back that was made a moment ago. */
  static void takeBack(NtContext c, long mdl, long firstPage) {
    decide(c, firstPage, c.mdlUnmapping().beginTakingBack(mdl, firstPage));
  }

  private static void decide(NtContext c, long page, MdlUnmapping decision) {
    c.kernel().systemPtes().unmap(page, decision, c.kernel().cacheBook());
  }
}
