package dev.mapwright.windows.mdl;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmGetMdlByteCount;
import dev.mapwright.windows.answer.MmGetMdlByteOffset;
import dev.mapwright.windows.answer.MmGetMdlPfnArray;
import dev.mapwright.windows.answer.MmGetMdlVirtualAddress;
import dev.mapwright.windows.answer.MmInitializeMdl;
import dev.mapwright.windows.answer.MmSizeOfMdl;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.context.NtProcess;

/**
 * The routines that make MDLs and lock the pages of buffers.
 *
 * <p>An MDL may lie in any memory: none of them asks whether it was allocated here, but the one
 * that frees it. What it says is read once a call, and may be anything. Addresses are {@code long},
 * 0 is NULL; an access mode of 0 is KernelMode, any other UserMode; an operation of 0 is
 * IoReadAccess, any other writes. The documented answers of each routine, in the order of its
 * checks, are the constants of the enum of its name in {@link dev.mapwright.windows.answer}. After
 * NULL, {@link NtContext#lastRefusal} says why. Every routine throws {@link
 * dev.mapwright.windows.bugcheck.BugCheck} for misuse, unless misuse is recorded.
 *
 * <p><b>Threads.</b> Each context is used by one thread at a time. An MDL belongs to one thread at
 * a time, too; when several use one, each call works on what it has read, and counts stay right.
 */
public final class MdlCalls {
  private MdlCalls() {}

  /**
   * IoAllocateMdl: allocates an MDL for a buffer, with all fields set but Process, MappedSystemVa
   * and the PFNs.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param virtualAddress the first byte of the buffer; any address, 0 included
   * @param length its length in bytes, a ULONG, at most 4 GiB less a page. An MDL of zero bytes is
   *     allocated, and good for nothing
   * @param secondaryBuffer whether it goes to the end of the IRP's chain instead of replacing the
   *     chain
   * @param chargeQuota FALSE; ignored
   * @param irp the IRP that is told of the MDL; 0 for none
   * @return the MDL; 0 as {@link dev.mapwright.windows.answer.IoAllocateMdl} says (wdm.h,
   *     nf-wdm-ioallocatemdl, Return value)
   */
  public static long ioAllocateMdl(
      NtContext c,
      long virtualAddress,
      int length,
      boolean secondaryBuffer,
      boolean chargeQuota,
      long irp) {
    return c.enter(Routine.IO_ALLOCATE_MDL)
        ? AllocateMdl.run(c, virtualAddress, length, secondaryBuffer, irp)
        : 0;
  }

  /**
   * IoFreeMdl: frees an MDL, and not the others of its chain. A mapping of a partial MDL of its own
   * is removed before. Pages that the MDL has locked stay locked.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param mdl what {@link #ioAllocateMdl} or MmAllocateMdlForIoSpace returned (wdm.h,
   *     nf-wdm-iofreemdl, Parameters and Remarks)
   */
  public static void ioFreeMdl(NtContext c, long mdl) {
    if (c.enter(Routine.IO_FREE_MDL)) {
      FreeMdl.run(c, mdl);
    }
  }

  /**
   * MmInitializeMdl: writes the header of an MDL into memory of the caller's. Process,
   * MappedSystemVa and the PFNs keep what was there.
   *
   * @param c who calls, at any IRQL
   * @param memory where, MmSizeOfMdl bytes
   * @param baseVa the first byte of the buffer
   * @param length its length in bytes, at most MAXULONG (wdm.h, nf-wdm-mminitializemdl, Parameters
   *     and Remarks)
   */
  public static void mmInitializeMdl(NtContext c, long memory, long baseVa, long length) {
    if (!c.enter(Routine.MM_INITIALIZE_MDL)) {
      return;
    }
    if (length >>> 32 != 0) {
      c.misuse(MmInitializeMdl.TOO_LONG, memory, length, 0);
      return;
    }
    try {
      Headers.requireWritable(c.cpu(), memory, MdlLayout.PFNS);
      Headers.write(c.cpu(), memory, 0, baseVa, length);
    } catch (MemoryFault fault) {
      c.misuse(fault.fault());
      return;
    }
    c.done(MmInitializeMdl.DONE);
  }

  /**
   * MmSizeOfMdl: how large an MDL for a buffer is.
   *
   * @param c who calls, at any IRQL
   * @param base the first byte of the buffer
   * @param length its length in bytes, any unsigned number
   * @return the size in bytes (wdm.h, nf-wdm-mmsizeofmdl, Return value)
   */
  public static long mmSizeOfMdl(NtContext c, long base, long length) {
    if (!c.enter(Routine.MM_SIZE_OF_MDL)) {
      return 0;
    }
    c.done(MmSizeOfMdl.DONE);
    return MdlLayout.bytes(MdlLayout.spanPages(base, length));
  }

  /**
   * MmGetMdlByteCount: the length of an MDL's buffer.
   *
   * @param c who calls, at any IRQL
   * @param mdl the MDL
   * @return bytes, a ULONG; 0 when the MDL can't be read (wdm.h, nf-wdm-mmgetmdlbytecount, Return
   *     value)
   */
  public static int mmGetMdlByteCount(NtContext c, long mdl) {
    return c.enter(Routine.MM_GET_MDL_BYTE_COUNT)
        ? (int) get(c, mdl + MdlLayout.BYTE_COUNT, 4, MmGetMdlByteCount.DONE)
        : 0;
  }

  /**
   * MmGetMdlByteOffset: where an MDL's buffer begins in its first page.
   *
   * @param c who calls, at any IRQL
   * @param mdl the MDL
   * @return bytes, a ULONG; 0 when the MDL can't be read (wdm.h, nf-wdm-mmgetmdlbyteoffset, Return
   *     value)
   */
  public static int mmGetMdlByteOffset(NtContext c, long mdl) {
    return c.enter(Routine.MM_GET_MDL_BYTE_OFFSET)
        ? (int) get(c, mdl + MdlLayout.BYTE_OFFSET, 4, MmGetMdlByteOffset.DONE)
        : 0;
  }

  /**
   * MmGetMdlVirtualAddress: the address of an MDL's buffer, valid in the process that it was made
   * for, if at all.
   *
   * @param c who calls, at any IRQL
   * @param mdl the MDL
   * @return the address; 0 when the MDL can't be read (wdm.h, nf-wdm-mmgetmdlvirtualaddress, Return
   *     value)
   */
  public static long mmGetMdlVirtualAddress(NtContext c, long mdl) {
    if (!c.enter(Routine.MM_GET_MDL_VIRTUAL_ADDRESS) || !c.readMdlBuffer(mdl)) {
      return 0;
    }
    c.done(MmGetMdlVirtualAddress.DONE);
    return c.mdl().virtualAddress();
  }

  /**
   * MmGetMdlPfnArray: where the PFNs of an MDL begin. Nothing is read.
   *
   * @param c who calls, at any IRQL
   * @param mdl the MDL
   * @return the address (wdm.h, nf-wdm-mmgetmdlpfnarray, Return value)
   */
  public static long mmGetMdlPfnArray(NtContext c, long mdl) {
    if (!c.enter(Routine.MM_GET_MDL_PFN_ARRAY)) {
      return 0;
    }
    c.done(MmGetMdlPfnArray.DONE);
    return mdl + MdlLayout.PFNS;
  }

  private static long get(NtContext c, long address, int bytes, Condition done) {
    try {
      long value = c.cpu().load(address, bytes);
      c.done(done);
      return value;
    } catch (MemoryFault fault) {
      c.misuse(fault.fault());
      return 0;
    }
  }

  /**
   * MmProbeAndLockPages: makes the pages of an MDL's buffer resident, and locks them. Each page
   * counts one lock more, and stays where it is until the last one is taken away. It is raised, and
   * not returned, why that is not possible; nothing is locked then, and the MDL's first PFN is -1,
   * but pages that were brought in until then stay resident. In a process that is ending no page is
   * accessible.
   *
   * @param c who calls, at most at APC_LEVEL for pageable addresses, else at DISPATCH_LEVEL
   * @param mdl an MDL that is neither locked nor mapped
   * @param accessMode UserMode (1) when the buffer's address comes from a user
   * @param operation IoReadAccess (0), or IoWriteAccess and IoModifyAccess, which both let the
   *     pages be written
   * @throws dev.mapwright.windows.bugcheck.NtStatusException as {@link
   *     dev.mapwright.windows.answer.MmProbeAndLockPages} says (wdm.h, nf-wdm-mmprobeandlockpages,
   *     Remarks)
   */
  public static void mmProbeAndLockPages(NtContext c, long mdl, int accessMode, int operation) {
    if (!c.enter(Routine.MM_PROBE_AND_LOCK_PAGES, mdl, accessMode)) {
      throw c.afterMisuse();
    }
    ProbeAndLock.run(c, ProbeAndLock.PAGES, mdl, c.process(), accessMode != 0, operation != 0);
  }

  /**
   * MmProbeAndLockProcessPages: {@link #mmProbeAndLockPages} in a process that need not be the
   * current one.
   *
   * @param c who calls, at most at APC_LEVEL for pageable addresses, else at DISPATCH_LEVEL
   * @param mdl an MDL that is neither locked nor mapped
   * @param process the address of the process
   * @param accessMode UserMode (1) when the buffer's address comes from a user
   * @param operation IoReadAccess (0), IoWriteAccess or IoModifyAccess
   * @throws dev.mapwright.windows.bugcheck.NtStatusException as {@link
   *     dev.mapwright.windows.answer.MmProbeAndLockProcessPages} says (wdm.h; Bug Check 0xC4, 0xB1)
   */
  public static void mmProbeAndLockProcessPages(
      NtContext c, long mdl, long process, int accessMode, int operation) {
    if (!c.enter(Routine.MM_PROBE_AND_LOCK_PROCESS_PAGES, mdl, process)) {
      throw c.afterMisuse();
    }
    ProbeAndLock.runIn(c, mdl, process, accessMode != 0, operation != 0);
  }

  /**
   * MmProbeAndLockSelectedPages: {@link #mmProbeAndLockPages} for pages that need not be adjacent.
   * All are of the current process, or all of system space.
   *
   * @param c who calls, at most at APC_LEVEL
   * @param mdl an MDL that is neither locked nor mapped, of as many pages as there are segments
   * @param segmentArray the address of an array of 8-byte pointers, each to the beginning of a page
   * @param accessMode UserMode (1) when the segments come from a user
   * @param operation IoReadAccess (0), IoWriteAccess or IoModifyAccess
   * @throws dev.mapwright.windows.bugcheck.NtStatusException as {@link
   *     dev.mapwright.windows.answer.MmProbeAndLockSelectedPages} says (wdm.h,
   *     nf-wdm-mmprobeandlockselectedpages, Remarks)
   */
  public static void mmProbeAndLockSelectedPages(
      NtContext c, long mdl, long segmentArray, int accessMode, int operation) {
    NtProcess process = c.process();
    long eprocess = process == null ? 0 : process.eprocess();
    if (!c.enter(Routine.MM_PROBE_AND_LOCK_SELECTED_PAGES, mdl, eprocess)) {
      throw c.afterMisuse();
    }
    ProbeAndLock.runSelected(c, mdl, segmentArray, accessMode != 0, operation != 0);
  }

  /**
   * MmUnlockPages: takes the locks away that an MDL has put on its pages. A system mapping of it is
   * removed before.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param mdl an MDL whose pages are locked (wdm.h, nf-wdm-mmunlockpages, Parameters and Remarks)
   */
  public static void mmUnlockPages(NtContext c, long mdl) {
    if (c.enter(Routine.MM_UNLOCK_PAGES, mdl, 0)) {
      UnlockPages.run(c, mdl);
    }
  }

  /**
   * MmBuildMdlForNonPagedPool: fills in the pages of a buffer in nonpaged memory. They are not
   * locked, since they can't go; the buffer's address is the MDL's system address.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param mdl an MDL that is neither locked nor mapped (wdm.h, nf-wdm-mmbuildmdlfornonpagedpool,
   *     Parameters and Remarks)
   */
  public static void mmBuildMdlForNonPagedPool(NtContext c, long mdl) {
    if (c.enter(Routine.MM_BUILD_MDL_FOR_NON_PAGED_POOL)) {
      BuildMdlForNonPagedPool.run(c, mdl);
    }
  }
}
