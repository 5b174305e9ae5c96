package dev.mapwright.windows.iommu.logical;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.iommu.DmaPermissions;
import dev.mapwright.windows.answer.MapLogicalRangeEx;
import dev.mapwright.windows.context.DmaChecks;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.DmaDomain;

/** MapLogicalRangeEx. */
final class LogicalMapping {
  private LogicalMapping() {}

  static int run(
      NtContext c,
      long domain,
      int permissions,
      long physical,
      long explicit,
      long lowest,
      long highest,
      long out) {
    // Is it a domain in which drivers map?
    DmaDomain found = c.kernel().iommu().domain(domain);
    if (found == null) {
      return c.refuse(MapLogicalRangeEx.NO_DOMAIN, domain, 0);
    }
    Domain engine = found.engine();
    if (engine == null) {
      return c.refuse(MapLogicalRangeEx.NOT_TRANSLATED, domain, found.type());
    }
    // Are the arguments such as a mapping can have?
    if ((permissions & ~DmaPermissions.KNOWN) != 0) {
      return c.refuse(MapLogicalRangeEx.UNKNOWN_PERMISSION, permissions & 0xFFFF_FFFFL, 0);
    }
    PhysicalArgument.Result read = PhysicalArgument.read(c, physical, Long.MAX_VALUE);
    if (read == PhysicalArgument.Result.MISUSED) {
      return c.failureStatus();
    }
    if (read == PhysicalArgument.Result.BAD) {
      return c.refuse(MapLogicalRangeEx.BAD_PHYSICAL_PAGES, physical, 0);
    }
    long pages = read == PhysicalArgument.Result.FINE ? c.physicalPages().pages() : 1;
    DomainRequest request =
        c.domainRequest().clear().pages(pages).permissions(permissions).by(c.label());
    if (explicit != 0) {
      long address = c.cpu().load(explicit, 8);
      if (!LogicalPlace.possible(engine, address, pages)) {
        return c.refuse(MapLogicalRangeEx.BAD_ADDRESS, address, 0);
      }
      request.at(Pages.of(address));
    }
    if (out == 0) {
      return c.refuse(MapLogicalRangeEx.NO_RESULT, 0, 0);
    }
    // Does whoever may choose the address do so?
    boolean allocated = engine.allocator() != null;
    if (allocated == (explicit != 0)) {
      return c.refuse(MapLogicalRangeEx.WRONG_CHOOSER, explicit == 0 ? 0 : 1, 0);
    }
    if (allocated && !LogicalPlace.bound(c, lowest, highest)) {
      return c.refuse(MapLogicalRangeEx.NO_ROOM_BETWEEN, lowest, highest, pages);
    }
    if (read == PhysicalArgument.Result.NO_MEMORY) {
      return c.refuse(MapLogicalRangeEx.NO_MEMORY, 0, 0);
    }
    c.requireWritable(out, Long.BYTES);
    Outcome outcome = engine.map(request, c.physicalPages());
    return switch (outcome) {
      case OK -> finish(c, engine, request, out);
      case DEAD -> c.refuse(MapLogicalRangeEx.NO_DOMAIN, domain, 0);
      case INVALID -> c.refuse(MapLogicalRangeEx.BAD_PHYSICAL_PAGES, physical, 0);
      case OCCUPIED ->
          DmaChecks.mappedAlready(c, engine, request.explicitPage(), pages)
              ? c.failureStatus()
              : c.refuse(MapLogicalRangeEx.OCCUPIED, Pages.address(request.explicitPage()), 0);
      case NO_ROOM ->
          lowest == 0 && highest == 0
              ? c.refuse(MapLogicalRangeEx.NO_ROOM, pages, 0)
              : c.refuse(MapLogicalRangeEx.NO_ROOM_BETWEEN, lowest, highest, pages);
      default -> c.refuse(MapLogicalRangeEx.NO_MEMORY, 0, 0);
    };
  }

  /** Tells where it is; where nobody can be told, nothing is mapped. */
  private static int finish(NtContext c, Domain engine, DomainRequest request, long out) {
    try {
      c.cpu().store(out, 8, Pages.address(request.page()));
    } catch (MemoryFault fault) {
      engine.unmap(request.page(), request.pages(), c.label());
      throw fault;
    }
    c.done(MapLogicalRangeEx.DONE);
    return NtStatus.STATUS_SUCCESS;
  }
}
