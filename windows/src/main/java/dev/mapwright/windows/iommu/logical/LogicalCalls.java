package dev.mapwright.windows.iommu.logical;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;

/**
 * Maps pages at logical addresses of a domain.
 *
 * <p>Handles and pointers are {@code long}, 0 is NULL; a BOOLEAN is a {@code boolean}. The
 * documented answers of each routine, in the order of its checks, are the constants of the enum of
 * its name in {@link dev.mapwright.windows.answer}. An argument that leads to memory which can't be
 * accessed is the bug check that this is. Thread-safe; each context is used by one thread at a
 * time.
 */
public final class LogicalCalls {
  private LogicalCalls() {}

  /**
   * MapLogicalRange, of the first version.
   *
   * @param c who calls, at DISPATCH_LEVEL or below
   * @param domain the handle of the domain
   * @param permissions see {@link dev.mapwright.windows.abi.iommu.DmaPermissions}
   * @param mdl the MDL, whose pages are locked
   * @param logicalAddress where
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.MapLogicalRange}
   *     says (wdm.h, nc-wdm-iommu_map_logical_range, Return value)
   */
  public static int mapLogicalRange(
      NtContext c, long domain, int permissions, long mdl, long logicalAddress) {
    if (!c.enterDma(Routine.MAP_LOGICAL_RANGE)) {
      return c.failureStatus();
    }
    try {
      return FirstMapping.run(c, domain, permissions, mdl, logicalAddress);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * MapLogicalRangeEx: maps pages where the driver or the allocator says.
   *
   * @param c who calls, at DISPATCH_LEVEL or below
   * @param domain the handle of the domain
   * @param permissions see {@link dev.mapwright.windows.abi.iommu.DmaPermissions}
   * @param physical IOMMU_MAP_PHYSICAL_ADDRESS: which pages
   * @param explicit where the logical address stands that is wanted; 0 for one that the allocator
   *     chooses
   * @param lowest where the lowest address stands that is acceptable; 0 for any; not read without
   *     an allocator
   * @param highest where the highest one stands, inclusive; likewise
   * @param out where the logical address is put
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.MapLogicalRangeEx}
   *     says (wdm.h, nc-wdm-iommu_map_logical_range_ex, Return value)
   */
  public static int mapLogicalRangeEx(
      NtContext c,
      long domain,
      int permissions,
      long physical,
      long explicit,
      long lowest,
      long highest,
      long out) {
    if (!c.enterDma(Routine.MAP_LOGICAL_RANGE_EX)) {
      return c.failureStatus();
    }
    try {
      return LogicalMapping.run(c, domain, permissions, physical, explicit, lowest, highest, out);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * UnmapLogicalRange: when it returns no device gets through. With an allocator, what was mapped
   * is unmapped whole.
   *
   * @param c who calls, at DISPATCH_LEVEL or below
   * @param domain the handle of the domain
   * @param logicalAddress the first byte
   * @param numberOfPages how many pages
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.UnmapLogicalRange}
   *     says (wdm.h, nc-wdm-iommu_unmap_logical_range, Return value)
   */
  public static int unmapLogicalRange(
      NtContext c, long domain, long logicalAddress, long numberOfPages) {
    if (!c.enterDma(Routine.UNMAP_LOGICAL_RANGE)) {
      return c.failureStatus();
    }
    try {
      return LogicalUnmapping.run(c, domain, logicalAddress, numberOfPages);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * MapIdentityRange, of the first version.
   *
   * @param c who calls, at DISPATCH_LEVEL or below
   * @param domain the handle of the domain
   * @param permissions see {@link dev.mapwright.windows.abi.iommu.DmaPermissions}
   * @param mdl the MDL, whose pages are locked
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.MapIdentityRange}
   *     says (wdm.h, nc-wdm-iommu_map_identity_range, Return value)
   */
  public static int mapIdentityRange(NtContext c, long domain, int permissions, long mdl) {
    if (!c.enterDma(Routine.MAP_IDENTITY_RANGE)) {
      return c.failureStatus();
    }
    try {
      return IdentityMapping.map(c, IdentityAnswers.FIRST, domain, permissions, mdl);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * UnmapIdentityRange, of the first version.
   *
   * @param c who calls, at DISPATCH_LEVEL or below
   * @param domain the handle of the domain
   * @param mdl the MDL, whose pages are locked
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.UnmapIdentityRange}
   *     says (wdm.h, nc-wdm-iommu_unmap_identity_range, Return value)
   */
  public static int unmapIdentityRange(NtContext c, long domain, long mdl) {
    if (!c.enterDma(Routine.UNMAP_IDENTITY_RANGE)) {
      return c.failureStatus();
    }
    try {
      return IdentityMapping.unmap(c, IdentityAnswers.FIRST, domain, mdl);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * MapIdentityRangeEx: maps each page at its own physical address.
   *
   * @param c who calls, at DISPATCH_LEVEL or below
   * @param domain the handle of the domain
   * @param permissions see {@link dev.mapwright.windows.abi.iommu.DmaPermissions}
   * @param physical IOMMU_MAP_PHYSICAL_ADDRESS: which pages
   * @return STATUS_SUCCESS, or a status as {@link dev.mapwright.windows.answer.MapIdentityRangeEx}
   *     says (wdm.h, nc-wdm-iommu_map_identity_range_ex, Return value)
   */
  public static int mapIdentityRangeEx(NtContext c, long domain, int permissions, long physical) {
    if (!c.enterDma(Routine.MAP_IDENTITY_RANGE_EX)) {
      return c.failureStatus();
    }
    try {
      return IdentityMapping.map(c, IdentityAnswers.SECOND, domain, permissions, physical);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * UnmapIdentityRangeEx: unmaps pages that are mapped at their own addresses, in whatever form
   * they were described then.
   *
   * @param c who calls, at DISPATCH_LEVEL or below
   * @param domain the handle of the domain
   * @param physical IOMMU_MAP_PHYSICAL_ADDRESS: which pages
   * @return STATUS_SUCCESS, or a status as {@link
   *     dev.mapwright.windows.answer.UnmapIdentityRangeEx} says (wdm.h,
   *     nc-wdm-iommu_unmap_identity_range_ex, Return value)
   */
  public static int unmapIdentityRangeEx(NtContext c, long domain, long physical) {
    if (!c.enterDma(Routine.UNMAP_IDENTITY_RANGE_EX)) {
      return c.failureStatus();
    }
    try {
      return IdentityMapping.unmap(c, IdentityAnswers.SECOND, domain, physical);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }
}
