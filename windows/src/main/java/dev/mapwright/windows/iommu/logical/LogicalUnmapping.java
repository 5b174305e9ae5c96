package dev.mapwright.windows.iommu.logical;

import dev.mapwright.core.Pages;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.UnmapLogicalRange;
import dev.mapwright.windows.context.DmaChecks;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.DmaDomain;

/** UnmapLogicalRange, of all versions. */
final class LogicalUnmapping {
  private LogicalUnmapping() {}

  static int run(NtContext c, long domain, long address, long pages) {
    // Is it a domain in which drivers map?
    DmaDomain found = c.kernel().iommu().domain(domain);
    if (found == null) {
      return c.refuse(UnmapLogicalRange.NO_DOMAIN, domain, 0);
    }
    Domain engine = found.engine();
    if (engine == null) {
      return c.refuse(UnmapLogicalRange.NOT_TRANSLATED, domain, found.type());
    }
    // Are these pages at all?
    if (Pages.offset(address) != 0) {
      return c.refuse(UnmapLogicalRange.BAD_ADDRESS, address, 0);
    }
    long first = Pages.of(address);
    if (pages <= 0 || pages - 1 > Pages.LAST_PAGE - first) {
      return c.refuse(UnmapLogicalRange.BAD_COUNT, pages, 0);
    }
    return switch (engine.unmap(first, pages, c.label())) {
      case OK -> {
        c.done(UnmapLogicalRange.DONE);
        yield NtStatus.STATUS_SUCCESS;
      }
      case DEAD -> c.refuse(UnmapLogicalRange.NO_DOMAIN, domain, 0);
      case INVALID ->
          DmaChecks.unmapsOtherSize(c, engine, first, pages)
              ? c.failureStatus()
              : c.refuse(UnmapLogicalRange.NOT_AS_MAPPED, address, pages);
      default ->
          DmaChecks.unmapsUnmapped(c, engine, first, pages)
              ? c.failureStatus()
              : c.refuse(UnmapLogicalRange.NOT_MAPPED, address, pages);
    };
  }
}
