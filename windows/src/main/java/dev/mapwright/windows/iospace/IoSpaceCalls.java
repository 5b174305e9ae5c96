package dev.mapwright.windows.iospace;

import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;

/**
 * The routines that map physical addresses, usually a device's registers and memory, to system
 * space.
 *
 * <p>Physical and virtual addresses are {@code long}, 0 is NULL for virtual ones. A physical
 * address has at most 52 bits, as the page tables of x64 have them: a range that does not end below
 * 2^52 is misuse and gives NULL, also where it wraps. The documented answers of each routine, in
 * the order of its checks, are the constants of the enum of its name in {@link
 * dev.mapwright.windows.answer}; after NULL, {@link NtContext#lastRefusal} says why. Every routine
 * throws {@link dev.mapwright.windows.bugcheck.BugCheck} for misuse, unless misuse is recorded.
 *
 * <p><b>Caching.</b> All mappings of a page access it in the same way. A page outside RAM gets its
 * caching type from its first mapping and loses it with its last; a request for another one is
 * refused. RAM has one from its allocation on: another request is overridden, with an event.
 *
 * <p><b>RAM.</b> Device memory is what the routines are for. RAM that an MDL has locked, or that is
 * a contiguous block of the calling driver, may be mapped, too. Other RAM is mapped with a misuse
 * event, and under the verifier is bug check 0xC4/0x83; as long as it is mapped, it is not used
 * again when its owner frees it. Page tables are not mapped (NULL), that of the system process
 * first of all, but for the top table of the current process; a range with that one in it can't be
 * written through, nor one with the page of zeros that memory is read from to which nothing was
 * ever written.
 *
 * <p><b>Threads.</b> Each context is used by one thread at a time; of two that unmap the same
 * mapping at the same time, one has unmapped it twice.
 */
public final class IoSpaceCalls {
  private IoSpaceCalls() {}

  /**
   * MmMapIoSpace: maps physical addresses, readable, writable and executable.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param physicalAddress the first byte, at any alignment
   * @param numberOfBytes how many, at least 1; the pages that they touch are mapped
   * @param cacheType a {@link dev.mapwright.windows.abi.MemoryCachingType}, of which the low byte
   *     counts
   * @return the virtual address of the first byte; 0 as {@link
   *     dev.mapwright.windows.answer.MmMapIoSpace} says (wdm.h, nf-wdm-mmmapiospace, Return value)
   */
  public static long mmMapIoSpace(
      NtContext c, long physicalAddress, long numberOfBytes, int cacheType) {
    return c.enter(Routine.MM_MAP_IO_SPACE, physicalAddress, numberOfBytes)
        ? MapIoSpace.run(c, physicalAddress, numberOfBytes, cacheType)
        : 0;
  }

  /**
   * MmMapIoSpaceEx: maps physical addresses with a protection. PAGE_EXECUTE allows execution
   * without reading. Without PAGE_NOCACHE and PAGE_WRITECOMBINE the memory is fully cached.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param physicalAddress the first byte, at any alignment
   * @param numberOfBytes how many, at least 1; the pages that they touch are mapped
   * @param protect one of PAGE_READONLY, PAGE_READWRITE, PAGE_EXECUTE, PAGE_EXECUTE_READ and
   *     PAGE_EXECUTE_READWRITE, with at most one of PAGE_NOCACHE and PAGE_WRITECOMBINE; see {@link
   *     dev.mapwright.windows.abi.PageProtection}
   * @return the virtual address of the first byte; 0 as {@link
   *     dev.mapwright.windows.answer.MmMapIoSpaceEx} says (wdm.h, nf-wdm-mmmapiospaceex, Return
   *     value)
   */
  public static long mmMapIoSpaceEx(
      NtContext c, long physicalAddress, long numberOfBytes, int protect) {
    return c.enter(Routine.MM_MAP_IO_SPACE_EX, physicalAddress, numberOfBytes)
        ? MapIoSpace.runEx(c, physicalAddress, numberOfBytes, protect)
        : 0;
  }

  /**
   * MmUnmapIoSpace: unmaps what either of the two has mapped. Allocates nothing.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param baseAddress an address in the mapping's first page
   * @param numberOfBytes as many as were mapped: the pages that they touch from {@code baseAddress}
   *     on are counted (wdm.h, nf-wdm-mmunmapiospace, Parameters and Remarks); misuse as {@link
   *     dev.mapwright.windows.answer.MmUnmapIoSpace} says
   */
  public static void mmUnmapIoSpace(NtContext c, long baseAddress, long numberOfBytes) {
    if (c.enter(Routine.MM_UNMAP_IO_SPACE, baseAddress, numberOfBytes)) {
      UnmapIoSpace.run(c, baseAddress, numberOfBytes);
    }
  }

  /**
   * MmAllocateMdlForIoSpace: allocates an MDL that describes ranges outside RAM, in the order of
   * the list; a range may be listed several times. The MDL counts as locked (MDL_IO_SPACE and
   * MDL_PAGES_LOCKED) until IoFreeMdl, and is not mapped.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param physicalAddressList the address of the first MM_PHYSICAL_ADDRESS_LIST, see {@link
   *     dev.mapwright.windows.abi.PhysicalAddressListLayout}
   * @param numberOfEntries how many there are
   * @param newMdl where the MDL's address is written
   * @return STATUS_SUCCESS, or a status as {@link
   *     dev.mapwright.windows.answer.MmAllocateMdlForIoSpace} says; STATUS_UNSUCCESSFUL for misuse
   *     that is recorded (wdm.h, nf-wdm-mmallocatemdlforiospace, Return value)
   */
  public static int mmAllocateMdlForIoSpace(
      NtContext c, long physicalAddressList, long numberOfEntries, long newMdl) {
    return c.enter(Routine.MM_ALLOCATE_MDL_FOR_IO_SPACE)
        ? AllocateMdlForIoSpace.run(c, physicalAddressList, numberOfEntries, newMdl)
        : c.failureStatus();
  }
}
