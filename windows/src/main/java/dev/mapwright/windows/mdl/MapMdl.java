package dev.mapwright.windows.mdl;

import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;
import static dev.mapwright.windows.abi.PagePriority.HIGH_PAGE_PRIORITY;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.PageProtection;
import dev.mapwright.windows.answer.MmMapMdl;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.Function;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.mdl.MdlFields;

/**
 * MmMapMdl. The routine may make calls with the same context, so nothing that the context keeps is
 * used after it.
 */
final class MapMdl {
  private static final int HAS_SYSTEM_ADDRESS =
      MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL;

  private MapMdl() {}

  static int run(NtContext c, long mdlAddress, int protection, long routine, long driverContext) {
    // Is it a protection that mapped pages can have, and is there anything to call?
    if (!PageProtection.modified(protection, PageProtection.MDL_BASES)) {
      return c.refuse(MmMapMdl.BAD_PROTECTION, protection & 0xFFFF_FFFFL, 0);
    }
    Function function = c.kernel().functions().at(routine);
    if (function == null) {
      return c.refuse(MmMapMdl.NO_ROUTINE, routine, 0);
    }
    if (!c.readMdl(mdlAddress)) {
      return NtStatus.STATUS_UNSUCCESSFUL;
    }
    // Has it an address already?
    if (c.mdl().any(HAS_SYSTEM_ADDRESS)) {
      function.call(c, driverContext, c.mdl().mappedSystemVa());
    } else {
      if (!MapToSystem.ready(c, MappingAnswers.MAP_MDL)) {
        return NtStatus.STATUS_UNSUCCESSFUL;
      }
      long va =
          MapToSystem.run(
              c,
              MappingAnswers.MAP_MDL,
              PageProtection.cachePolicy(protection),
              PageProtection.permissions(protection),
              HIGH_PAGE_PRIORITY,
              false);
      if (va == 0) {
        return c.failureStatus();
      }
      callAndUnmap(c, function, mdlAddress, va, driverContext);
    }
    c.resume(Routine.MM_MAP_MDL);
    c.done(MmMapMdl.DONE);
    return NtStatus.STATUS_SUCCESS;
  }

  private static void callAndUnmap(
      NtContext c, Function function, long mdl, long va, long driverContext) {
    try {
      function.call(c, driverContext, va);
    } finally {
      SystemMappings.takeBack(c, mdl, Pages.of(va));
      try {
        c.mdl().read(c.cpu(), mdl);
        if (c.mdl().mappedSystemVa() == va) {
          MdlFields.writeFlags(c.cpu(), mdl, c.mdl().flags() & ~UnmapLockedPages.CLEARED);
        }
      } catch (MemoryFault gone) {
        // The routine has freed the MDL, or somebody else; nothing is mapped any more.
      }
    }
  }
}
