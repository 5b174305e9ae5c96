package dev.mapwright.windows.mdl;

import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;

/**
 * The routines that map and unmap the pages of MDLs, and make partial MDLs. What {@link MdlCalls}
 * says of arguments, answers and threads holds here, too.
 *
 * <p>An MDL has at most one mapping to system space, which it knows of (MappedSystemVa and its
 * flag), and any number of mappings to processes, of which it knows nothing. One thread at a time
 * maps an MDL.
 */
public final class MdlMappingCalls {
  private MdlMappingCalls() {}

  /**
   * IoBuildPartialMdl: makes an MDL describe a part of what another describes. Where the other is
   * mapped to system space, the mapping is shared with it.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param sourceMdl an MDL that is locked, partial, or built over nonpaged memory
   * @param targetMdl the MDL to write, with room for the pages of the part
   * @param virtualAddress the first byte of the part
   * @param length its length in bytes, a ULONG; 0 for all that is left (wdm.h,
   *     nf-wdm-iobuildpartialmdl, Parameters and Remarks)
   */
  public static void ioBuildPartialMdl(
      NtContext c, long sourceMdl, long targetMdl, long virtualAddress, int length) {
    if (c.enter(Routine.IO_BUILD_PARTIAL_MDL)) {
      BuildPartialMdl.run(c, sourceMdl, targetMdl, virtualAddress, length);
    }
  }

  /**
   * MmPrepareMdlForReuse: removes the system mapping of a partial MDL, if it has one of its own. Of
   * other MDLs nothing is released.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param mdl the MDL (wdm.h, nf-wdm-mmpreparemdlforreuse, Parameters and Remarks)
   */
  public static void mmPrepareMdlForReuse(NtContext c, long mdl) {
    if (c.enter(Routine.MM_PREPARE_MDL_FOR_REUSE)) {
      PrepareMdlForReuse.run(c, mdl);
    }
  }

  /**
   * MmMapLockedPagesSpecifyCache: maps the pages of an MDL to system space, or into the current
   * process.
   *
   * <p>To system space the mapping allows everything that the priority does not exclude; NULL says
   * that it could not be made. Below a quarter of all system PTEs LowPagePriority fails, below a
   * tenth NormalPagePriority. Into a process it can never be executed, its own code can't make it
   * allow more, and failures are raised; it is placed at a multiple of 64 KiB.
   *
   * @param c who calls, at most at DISPATCH_LEVEL; for user mode at most at APC_LEVEL
   * @param mdl an MDL whose pages are locked; for user mode also one built over nonpaged memory
   * @param accessMode KernelMode (0) or UserMode
   * @param cacheType see {@link dev.mapwright.windows.abi.MemoryCachingType}; it counts only for
   *     pages that have no cache attribute yet
   * @param requestedAddress for user mode the first page of the mapping; 0 for any. It has to be a
   *     multiple of the page size, and not in the last 64 KiB of user addresses
   * @param bugCheckOnFailure for kernel mode whether a shortage of system PTEs ends in a bug check,
   *     unless the MDL has MDL_MAPPING_CAN_FAIL; a ULONG, used as TRUE or FALSE
   * @param priority see {@link dev.mapwright.windows.abi.PagePriority}
   * @return the address of the MDL's first byte; 0 as {@link
   *     dev.mapwright.windows.answer.MmMapLockedPagesSpecifyCache} says
   * @throws dev.mapwright.windows.bugcheck.NtStatusException for user mode, likewise (wdm.h,
   *     nf-wdm-mmmaplockedpagesspecifycache, Return value and Remarks)
   */
  public static long mmMapLockedPagesSpecifyCache(
      NtContext c,
      long mdl,
      int accessMode,
      int cacheType,
      long requestedAddress,
      int bugCheckOnFailure,
      int priority) {
    boolean user = accessMode != 0;
    return c.enter(Routine.MM_MAP_LOCKED_PAGES_SPECIFY_CACHE, mdl, accessMode)
        ? MapLockedPages.specifyCache(
            c, mdl, user, cacheType, requestedAddress, bugCheckOnFailure != 0, priority)
        : MapLockedPages.refused(c, user);
  }

  /**
   * MmMapLockedPages: obsolete. It is {@link #mmMapLockedPagesSpecifyCache} with MmCached, any
   * address, BugCheckOnFailure and HighPagePriority.
   *
   * @param c who calls, at most at DISPATCH_LEVEL; for user mode at most at APC_LEVEL
   * @param mdl an MDL whose pages are locked
   * @param accessMode KernelMode (0) or UserMode
   * @return the address of the MDL's first byte; 0 as {@link
   *     dev.mapwright.windows.answer.MmMapLockedPages} says
   * @throws dev.mapwright.windows.bugcheck.NtStatusException for user mode, likewise (wdm.h,
   *     nf-wdm-mmmaplockedpages, Return value and Remarks)
   */
  public static long mmMapLockedPages(NtContext c, long mdl, int accessMode) {
    return c.enter(Routine.MM_MAP_LOCKED_PAGES, mdl, accessMode)
        ? MapLockedPages.obsolete(c, mdl, accessMode != 0)
        : 0;
  }

  /**
   * MmGetSystemAddressForMdl: obsolete. It is {@link #mmGetSystemAddressForMdlSafe} with a bug
   * check instead of NULL.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param mdl an MDL that is locked, partial, or built over nonpaged memory
   * @return its system address (wdm.h, nf-wdm-mmgetsystemaddressformdl, Return value)
   */
  public static long mmGetSystemAddressForMdl(NtContext c, long mdl) {
    return c.enter(Routine.MM_GET_SYSTEM_ADDRESS_FOR_MDL, mdl, 0)
        ? MapLockedPages.systemAddress(c, mdl)
        : 0;
  }

  /**
   * MmGetSystemAddressForMdlSafe: the system address of an MDL that has one; another is mapped.
   * Whoever lets go of the MDL removes that mapping: MmUnlockPages for pages that were probed,
   * MmPrepareMdlForReuse or IoFreeMdl for a partial MDL, MmFreePagesFromMdl for allocated pages.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param mdl an MDL that is locked, partial, or built over nonpaged memory
   * @param priority see {@link dev.mapwright.windows.abi.PagePriority}; a mapping that is there
   *     stays as it is
   * @return MappedSystemVa, whatever it says, of an MDL that says it is mapped; of others the
   *     address of the first byte, or 0 as {@link
   *     dev.mapwright.windows.answer.MmGetSystemAddressForMdlSafe} says (wdm.h,
   *     nf-wdm-mmgetsystemaddressformdlsafe, Return value)
   */
  public static long mmGetSystemAddressForMdlSafe(NtContext c, long mdl, int priority) {
    return c.begin(Routine.MM_GET_SYSTEM_ADDRESS_FOR_MDL_SAFE, mdl, 0)
        ? MapLockedPages.systemAddressSafe(c, mdl, priority)
        : 0;
  }

  /**
   * MmUnmapLockedPages: removes a mapping that mapping an MDL has made. From a process only in that
   * process.
   *
   * @param c who calls, at most at DISPATCH_LEVEL; for a user address at most at APC_LEVEL
   * @param baseAddress the address that mapping has returned, or its page
   * @param mdl the MDL, as it was then (wdm.h, nf-wdm-mmunmaplockedpages, Parameters and Remarks)
   */
  public static void mmUnmapLockedPages(NtContext c, long baseAddress, long mdl) {
    if (c.enter(Routine.MM_UNMAP_LOCKED_PAGES, baseAddress, mdl)) {
      UnmapLockedPages.run(c, baseAddress, mdl);
    }
  }

  /**
   * MmProtectMdlSystemAddress: changes what the system mapping of an MDL allows. How it is cached
   * stays. A partial MDL changes its part of a mapping that it shares.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param mdl an MDL that is mapped to system space; one that was built over nonpaged memory
   *     counts as not mapped
   * @param newProtect exactly one of the PAGE_ constants, see {@link
   *     dev.mapwright.windows.abi.PageProtection}; with PAGE_NOACCESS the pages stay mapped, and
   *     every access faults
   * @return a status, as {@link dev.mapwright.windows.answer.MmProtectMdlSystemAddress} says
   *     (wdm.h, nf-wdm-mmprotectmdlsystemaddress, Return value)
   */
  public static int mmProtectMdlSystemAddress(NtContext c, long mdl, int newProtect) {
    return c.enter(Routine.MM_PROTECT_MDL_SYSTEM_ADDRESS)
        ? ProtectMdlSystemAddress.run(c, mdl, newProtect)
        : c.failureStatus();
  }

  /**
   * MmAdvanceMdl: lets the buffer of an MDL begin later; its end stays. Pages that are passed are
   * unlocked at once. The addresses that the MDL knows move along; the mapping keeps all its pages
   * until it is removed.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param mdl the MDL
   * @param numberOfBytes how many bytes, a ULONG, less than the buffer has
   * @return a status, as {@link dev.mapwright.windows.answer.MmAdvanceMdl} says (wdm.h,
   *     nf-wdm-mmadvancemdl, Return value)
   */
  public static int mmAdvanceMdl(NtContext c, long mdl, int numberOfBytes) {
    return c.enter(Routine.MM_ADVANCE_MDL)
        ? AdvanceMdl.run(c, mdl, numberOfBytes)
        : c.failureStatus();
  }

  /**
   * MmMapMdl: maps an MDL, unless it has a system address already, calls a routine with the
   * address, and removes the mapping. The routine may make calls with the same context.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param mdl an MDL that is locked, partial, or built over nonpaged memory
   * @param protection what the mapping is to allow: one of the PAGE_ constants, and PAGE_NOCACHE or
   *     PAGE_WRITECOMBINE or neither; a mapping that is there stays as it is
   * @param driverRoutine the address of the routine, see {@link
   *     dev.mapwright.windows.context.FunctionTable}: VOID routine(PVOID context, PVOID mappedVa)
   * @param driverContext its first argument
   * @return a status, as {@link dev.mapwright.windows.answer.MmMapMdl} says (wdm.h,
   *     nf-wdm-mmmapmdl, Return value)
   */
  public static int mmMapMdl(
      NtContext c, long mdl, int protection, long driverRoutine, long driverContext) {
    return c.enter(Routine.MM_MAP_MDL)
        ? MapMdl.run(c, mdl, protection, driverRoutine, driverContext)
        : c.failureStatus();
  }
}
