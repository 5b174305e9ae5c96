package dev.mapwright.windows.iommu.logical;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.iommu.DmaPermissions;
import dev.mapwright.windows.answer.MapLogicalRange;
import dev.mapwright.windows.context.DmaChecks;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.DmaDomain;

/** MapLogicalRange, of the first version: the pages of an MDL, where the driver says. */
final class FirstMapping {
  private FirstMapping() {}

  static int run(NtContext c, long domain, int permissions, long mdl, long address) {
    // Is it a domain in which drivers map?
    DmaDomain found = c.kernel().iommu().domain(domain);
    if (found == null) {
      return c.refuse(MapLogicalRange.NO_DOMAIN, domain, 0);
    }
    Domain engine = found.engine();
    if (engine == null) {
      return c.refuse(MapLogicalRange.NOT_TRANSLATED, domain, found.type());
    }
    // Are the arguments such as a mapping can have?
    if ((permissions & ~DmaPermissions.KNOWN) != 0) {
      return c.refuse(MapLogicalRange.UNKNOWN_PERMISSION, permissions & 0xFFFF_FFFFL, 0);
    }
    PhysicalArgument.Result read = PhysicalArgument.readMdl(c, mdl, Long.MAX_VALUE);
    if (read == PhysicalArgument.Result.MISUSED) {
      return c.failureStatus();
    }
    if (read == PhysicalArgument.Result.BAD) {
      return c.refuse(MapLogicalRange.BAD_PHYSICAL_PAGES, mdl, 0);
    }
    long pages = read == PhysicalArgument.Result.FINE ? c.physicalPages().pages() : 1;
    if (!LogicalPlace.possible(engine, address, pages)) {
      return c.refuse(MapLogicalRange.BAD_ADDRESS, address, 0);
    }
    // Do drivers choose addresses there?
    if (engine.allocator() != null) {
      return c.refuse(MapLogicalRange.NOT_CHOSEN_BY_DRIVERS, address, 0);
    }
    if (read == PhysicalArgument.Result.NO_MEMORY) {
      return c.refuse(MapLogicalRange.NO_MEMORY, 0, 0);
    }
    DomainRequest request =
        c.domainRequest().clear().pages(pages).permissions(permissions).by(c.label());
    Outcome outcome = engine.map(request.at(Pages.of(address)), c.physicalPages());
    return switch (outcome) {
      case OK -> {
        c.done(MapLogicalRange.DONE);
        yield NtStatus.STATUS_SUCCESS;
      }
      case DEAD -> c.refuse(MapLogicalRange.NO_DOMAIN, domain, 0);
      case INVALID -> c.refuse(MapLogicalRange.BAD_PHYSICAL_PAGES, mdl, 0);
      case OCCUPIED ->
          DmaChecks.mappedAlready(c, engine, Pages.of(address), pages)
              ? c.failureStatus()
              : c.refuse(MapLogicalRange.OCCUPIED, address, 0);
      default -> c.refuse(MapLogicalRange.NO_MEMORY, 0, 0);
    };
  }
}
