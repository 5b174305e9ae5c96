package dev.mapwright.windows.iommu.logical;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;

/**
 * Reserves logical addresses, and maps pages there without acquiring anything: once a range is
 * reserved, mapping and unmapping in it fail for no other reason than wrong arguments.
 *
 * <p>Handles and pointers are {@code long}, 0 is NULL; a BOOLEAN is a {@code boolean}. The
 * documented answers of each routine, in the order of its checks, are the constants of the enum of
 * its name in {@link dev.mapwright.windows.answer}. An argument that leads to memory which can't be
 * accessed is the bug check that this is. Thread-safe; each context is used by one thread at a
 * time.
 */
public final class ReservedLogicalCalls {
  private ReservedLogicalCalls() {}

  /**
   * ReserveLogicalAddressRange: a token of a range whose tables all exist when this returns.
   *
   * @param c who calls, at DISPATCH_LEVEL or below
   * @param domain the handle of the domain
   * @param size how many bytes, whole pages
   * @param explicit where the logical address stands that is wanted; 0 for one that the allocator
   *     chooses
   * @param lowest where the lowest address stands that is acceptable; 0 for any; not read without
   *     an allocator
   * @param highest where the highest one stands, inclusive; likewise
   * @param out where the address of the token is put
   * @return STATUS_SUCCESS, or a status as {@link
   *     dev.mapwright.windows.answer.ReserveLogicalAddressRange} says (wdm.h,
   *     nc-wdm-iommu_reserve_logical_address_range, Return value)
   */
  public static int reserveLogicalAddressRange(
      NtContext c, long domain, long size, long explicit, long lowest, long highest, long out) {
    if (!c.enterDma(Routine.RESERVE_LOGICAL_ADDRESS_RANGE)) {
      return c.failureStatus();
    }
    try {
      return RangeReservation.run(c, domain, size, explicit, lowest, highest, out);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * FreeReservedLogicalAddressRange: frees a range in which nothing is mapped.
   *
   * @param c who calls, at DISPATCH_LEVEL or below
   * @param token the token
   * @return STATUS_SUCCESS, or a status as {@link
   *     dev.mapwright.windows.answer.FreeReservedLogicalAddressRange} says (wdm.h,
   *     nc-wdm-iommu_free_reserved_logical_address_range, Return value)
   */
  public static int freeReservedLogicalAddressRange(NtContext c, long token) {
    if (!c.enterDma(Routine.FREE_RESERVED_LOGICAL_ADDRESS_RANGE)) {
      return c.failureStatus();
    }
    try {
      return RangeRelease.run(c, token);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * MapReservedLogicalRange: maps pages in a part of a range. Acquires nothing.
   *
   * @param c who calls, at DISPATCH_LEVEL or below
   * @param token the token
   * @param offset where in the range, in bytes
   * @param permissions see {@link dev.mapwright.windows.abi.iommu.DmaPermissions}
   * @param physical IOMMU_MAP_PHYSICAL_ADDRESS: which pages
   * @param segment where the segment is put that unmapping takes
   * @return STATUS_SUCCESS, or a status as {@link
   *     dev.mapwright.windows.answer.MapReservedLogicalRange} says (wdm.h,
   *     nc-wdm-iommu_map_reserved_logical_range, Return value)
   */
  public static int mapReservedLogicalRange(
      NtContext c, long token, long offset, int permissions, long physical, long segment) {
    if (!c.enterDma(Routine.MAP_RESERVED_LOGICAL_RANGE)) {
      return c.failureStatus();
    }
    try {
      return ReservedMapping.run(c, token, offset, permissions, physical, segment);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * UnmapReservedLogicalRange: unmaps one segment as it was mapped, and invalidates it. Acquires
   * nothing.
   *
   * @param c who calls, at DISPATCH_LEVEL or below
   * @param segment the segment that mapping has filled in
   * @return STATUS_SUCCESS, or a status as {@link
   *     dev.mapwright.windows.answer.UnmapReservedLogicalRange} says (wdm.h,
   *     nc-wdm-iommu_unmap_reserved_logical_range, Return value)
   */
  public static int unmapReservedLogicalRange(NtContext c, long segment) {
    if (!c.enterDma(Routine.UNMAP_RESERVED_LOGICAL_RANGE)) {
      return c.failureStatus();
    }
    try {
      return ReservedUnmapping.run(c, segment);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }
}
