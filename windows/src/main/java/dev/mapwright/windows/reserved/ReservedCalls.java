package dev.mapwright.windows.reserved;

import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;

/**
 * The routines that reserve system addresses and map MDLs there, so that a driver makes progress
 * when memory is short: once a range is reserved, mapping and unmapping in it allocate nothing and
 * fail for no other reason than wrong arguments.
 *
 * <p>Addresses are {@code long}, 0 is NULL; tags are ULONGs ({@link
 * dev.mapwright.windows.abi.PoolTag}). The documented answers of each routine, in the order of its
 * checks, are the constants of the enum of its name in {@link dev.mapwright.windows.answer}. After
 * NULL, {@link NtContext#lastRefusal} says why. Every routine throws {@link
 * dev.mapwright.windows.bugcheck.BugCheck} for misuse, unless misuse is recorded.
 *
 * <p><b>Threads.</b> Each context is used by one thread at a time. Of a map and an unmap, or a
 * free, of the same reservation at the same time, each finds the reservation as it was before or
 * after the other.
 */
public final class ReservedCalls {
  private ReservedCalls() {}

  /**
   * MmAllocateMappingAddress: reserves system addresses, rounded up to pages. No physical memory is
   * used, and accesses fault until something is mapped there.
   *
   * @param c who calls, at most at APC_LEVEL
   * @param numberOfBytes how many bytes, at least 1
   * @param poolTag names the reservation's owner; not 0
   * @return the base address; 0 as {@link dev.mapwright.windows.answer.MmAllocateMappingAddress}
   *     says (wdm.h, nf-wdm-mmallocatemappingaddress, Return value)
   */
  public static long mmAllocateMappingAddress(NtContext c, long numberOfBytes, int poolTag) {
    return c.enter(Routine.MM_ALLOCATE_MAPPING_ADDRESS)
        ? AllocateMappingAddress.run(c, numberOfBytes, poolTag)
        : 0;
  }

  /**
   * MmAllocateMappingAddressEx: the same with flags. With MM_MAPPING_ADDRESS_DIVISIBLE parts of the
   * reservation are mapped and unmapped independently of each other.
   *
   * @param c who calls, at most at APC_LEVEL
   * @param numberOfBytes how many bytes, at least 1
   * @param poolTag names the reservation's owner; not 0
   * @param flags see {@link dev.mapwright.windows.abi.MappingAddressFlags}
   * @return the base address; 0 as {@link dev.mapwright.windows.answer.MmAllocateMappingAddressEx}
   *     says (wdm.h, nf-wdm-mmallocatemappingaddressex, Return value)
   */
  public static long mmAllocateMappingAddressEx(
      NtContext c, long numberOfBytes, int poolTag, int flags) {
    return c.enter(Routine.MM_ALLOCATE_MAPPING_ADDRESS_EX)
        ? AllocateMappingAddress.runEx(c, numberOfBytes, poolTag, flags)
        : 0;
  }

  /**
   * MmFreeMappingAddress: ends a reservation in which nothing is mapped.
   *
   * @param c who calls, at most at APC_LEVEL
   * @param baseAddress an address in the reservation's first page
   * @param poolTag the tag that it was reserved with (wdm.h, nf-wdm-mmfreemappingaddress,
   *     Parameters and Remarks)
   */
  public static void mmFreeMappingAddress(NtContext c, long baseAddress, int poolTag) {
    if (c.enter(Routine.MM_FREE_MAPPING_ADDRESS)) {
      FreeMappingAddress.run(c, baseAddress, poolTag);
    }
  }

  /**
   * MmMapLockedPagesWithReservedMapping: maps the pages of an MDL from an address on that was
   * reserved. Allocates nothing.
   *
   * <p>The MDL's MappedSystemVa becomes the mapping address, without the byte offset that the
   * result includes. So MmGetSystemAddressForMdlSafe of such an MDL gives the start of the page.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param mappingAddress what reserving has returned; an address in its first page is taken as it.
   *     In a divisible reservation: an address in the page where the mapping is to begin
   * @param poolTag the tag that it was reserved with
   * @param memoryDescriptorList the MDL, whose pages are locked
   * @param cacheType see {@link dev.mapwright.windows.abi.MemoryCachingType}; it counts only for
   *     pages that have no cache attribute yet
   * @return the address of the MDL's first byte; 0 for a parameter error, as {@link
   *     dev.mapwright.windows.answer.MmMapLockedPagesWithReservedMapping} says (wdm.h,
   *     nf-wdm-mmmaplockedpageswithreservedmapping, Return value)
   */
  public static long mmMapLockedPagesWithReservedMapping(
      NtContext c, long mappingAddress, int poolTag, long memoryDescriptorList, int cacheType) {
    return c.enter(Routine.MM_MAP_LOCKED_PAGES_WITH_RESERVED_MAPPING)
        ? MapWithReservedMapping.run(c, mappingAddress, poolTag, memoryDescriptorList, cacheType)
        : 0;
  }

  /**
   * MmUnmapReservedMapping: unmaps what was mapped by {@link #mmMapLockedPagesWithReservedMapping};
   * the reservation stays. Allocates nothing.
   *
   * @param c who calls, at most at DISPATCH_LEVEL
   * @param baseAddress the mapping address, or the address that mapping has returned
   * @param poolTag the tag that the range was reserved with
   * @param memoryDescriptorList an MDL of as many pages as were mapped (wdm.h,
   *     nf-wdm-mmunmapreservedmapping, Parameters)
   */
  public static void mmUnmapReservedMapping(
      NtContext c, long baseAddress, int poolTag, long memoryDescriptorList) {
    if (c.enter(Routine.MM_UNMAP_RESERVED_MAPPING)) {
      UnmapReservedMapping.run(c, baseAddress, poolTag, memoryDescriptorList);
    }
  }
}
