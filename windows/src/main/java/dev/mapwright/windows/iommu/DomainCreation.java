package dev.mapwright.windows.iommu;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.dma.BuddyAllocator;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.iommu.DmaDomainType;
import dev.mapwright.windows.abi.iommu.LogicalAllocatorConfigLayout;
import dev.mapwright.windows.abi.iommu.LogicalAllocatorType;
import dev.mapwright.windows.abi.iommu.ReservedRegionLayout;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.CreateDomain;
import dev.mapwright.windows.answer.CreateDomainEx;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.DmaDomain;
import dev.mapwright.windows.memory.iommu.Domains;
import dev.mapwright.windows.memory.iommu.IommuState;
import dev.mapwright.windows.memory.iommu.RegionList;

/** CreateDomainEx and CreateDomain. */
final class DomainCreation {
  /** A list of so many regions is one that leads back to where it began. */
  private static final int MOST_REGIONS = 4096;

  /** What a machine without an IOMMU compares regions with: nothing is made there. */
  private static final long LAST_PAGE_OF_57_BITS = (1L << 57 - Pages.SHIFT) - 1;

  private DomainCreation() {}

  static int runEx(NtContext c, int type, long flags, long config, long regions, long out) {
    // Is it a type, and are there no flags?
    if (Integer.compareUnsigned(type, DmaDomainType.MAX) >= 0) {
      return c.refuse(CreateDomainEx.BAD_TYPE, type & 0xFFFF_FFFFL, 0);
    }
    if (flags != 0) {
      return c.refuse(CreateDomainEx.UNKNOWN_FLAG, flags, 0);
    }
    // Is there such an allocator?
    int width = 0;
    if (config != 0) {
      Cpu cpu = c.cpu();
      int kind = (int) cpu.load(config + LogicalAllocatorConfigLayout.LOGICAL_ALLOCATOR_TYPE, 4);
      boolean known = Integer.compareUnsigned(kind, LogicalAllocatorType.MAX) < 0;
      if (kind == LogicalAllocatorType.BUDDY) {
        width = (int) cpu.load(config + LogicalAllocatorConfigLayout.ADDRESS_WIDTH, 4);
        known =
            width >= BuddyAllocator.LEAST_WIDTH
                && width <= BuddyAllocator.MOST_WIDTH
                && type == DmaDomainType.TRANSLATE;
      }
      if (!known) {
        return c.refuse(CreateDomainEx.BAD_ALLOCATOR, kind & 0xFFFF_FFFFL, width & 0xFFFF_FFFFL);
      }
    }
    // Can these regions be set aside?
    RegionList list = new RegionList();
    Iommu iommu = c.kernel().iommu().iommu();
    long last = iommu == null ? LAST_PAGE_OF_57_BITS : Domains.lastPage(iommu, width);
    if (!readRegions(c, regions, last, list)) {
      return NtStatus.STATUS_INVALID_PARAMETER_4;
    }
    if (out == 0) {
      return c.refuse(CreateDomainEx.NO_RESULT, 0, 0);
    }
    return make(c, CreateDomainAnswers.SECOND, type, width, list, out);
  }

  /** Reads a list of regions; false when one can't be set aside, which is answered then. */
  private static boolean readRegions(NtContext c, long first, long lastPage, RegionList list) {
    int count = 0;
    for (long region = first; region != 0; ) {
      Cpu cpu = c.cpu();
      long next = cpu.load(region + ReservedRegionLayout.REGION_NEXT, 8);
      long base = cpu.load(region + ReservedRegionLayout.BASE, 8);
      long pages = cpu.load(region + ReservedRegionLayout.NUMBER_OF_PAGES, 8);
      boolean mapped = cpu.load(region + ReservedRegionLayout.SHOULD_MAP, 1) != 0;
      long page = Pages.of(base);
      boolean fits =
          Pages.offset(base) == 0 && pages > 0 && page <= lastPage && pages - 1 <= lastPage - page;
      count++;
      if (!fits || count > MOST_REGIONS || !list.add(page, page + pages - 1, mapped)) {
        c.refuse(CreateDomainEx.BAD_REGION, region, base, pages);
        return false;
      }
      region = next;
    }
    return true;
  }

  static int run(NtContext c, boolean osManaged, long out) {
    if (out == 0) {
      return c.refuse(CreateDomain.NO_RESULT, 0, 0);
    }
    int type = osManaged ? DmaDomainType.TRANSLATE : DmaDomainType.UNMANAGED;
    return make(c, CreateDomainAnswers.FIRST, type, 0, new RegionList(), out);
  }

  private static int make(
      NtContext c, CreateDomainAnswers answers, int type, int width, RegionList list, long out) {
    // May such domains be made now?
    IommuState state = c.kernel().iommu();
    if ((state.creatableTypes() & DmaDomainType.bit(type)) == 0) {
      return c.refuse(answers.notAllowed(), type, 0);
    }
    c.requireWritable(out, Long.BYTES);
    DmaDomain made = Domains.make(state, type, width, list, c.maker());
    if (made == null) {
      return c.refuse(answers.noMemory(), 0, 0);
    }
    try {
      c.cpu().store(out, 8, made.address());
    } catch (MemoryFault fault) {
      Domains.end(state, made);
      throw fault;
    }
    Condition done = answers.done();
    c.done(done);
    return NtStatus.STATUS_SUCCESS;
  }
}
