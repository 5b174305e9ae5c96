package dev.mapwright.windows.iommu.logical;

import dev.mapwright.core.Made;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.ReserveLogicalAddressRange;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.DmaDomain;
import dev.mapwright.windows.memory.iommu.LogicalToken;
import dev.mapwright.windows.memory.iommu.Tokens;

/**
 * ReserveLogicalAddressRange. Everything that mapping in the range will need is acquired here: its
 * tables, and room for its PFNs in every context.
 */
final class RangeReservation {
  /** Of larger ranges nobody could list the PFNs. */
  private static final long MOST_PAGES = 1 << 28;

  private RangeReservation() {}

  static int run(
      NtContext c, long domain, long size, long explicit, long lowest, long highest, long out) {
    // Is it a domain in which drivers map?
    DmaDomain found = c.kernel().iommu().domain(domain);
    if (found == null) {
      return c.refuse(ReserveLogicalAddressRange.NO_DOMAIN, domain, 0);
    }
    Domain engine = found.engine();
    if (engine == null) {
      return c.refuse(ReserveLogicalAddressRange.NOT_TRANSLATED, domain, found.type());
    }
    // Is it a range of whole pages, inside of the domain?
    if (size == 0 || Pages.offset(size) != 0) {
      return c.refuse(ReserveLogicalAddressRange.BAD_SIZE, size, 0);
    }
    long pages = Pages.of(size);
    DomainRequest request = c.domainRequest().clear().pages(pages).by(c.label());
    if (explicit != 0) {
      long address = c.cpu().load(explicit, 8);
      if (!LogicalPlace.possible(engine, address, pages)) {
        return c.refuse(ReserveLogicalAddressRange.BAD_ADDRESS, address, 0);
      }
      request.at(Pages.of(address));
    }
    if (out == 0) {
      return c.refuse(ReserveLogicalAddressRange.NO_RESULT, 0, 0);
    }
    // Does whoever may choose the address do so?
    boolean allocated = engine.allocator() != null;
    if (allocated == (explicit != 0)) {
      return c.refuse(ReserveLogicalAddressRange.WRONG_CHOOSER, explicit == 0 ? 0 : 1, 0);
    }
    if (allocated && !LogicalPlace.bound(c, lowest, highest)) {
      return c.refuse(ReserveLogicalAddressRange.NO_ROOM_BETWEEN, lowest, highest, pages);
    }
    c.requireWritable(out, Long.BYTES);
    Made<LogicalToken> made = Tokens.make(c.kernel().iommu(), found, engine, request, c.maker());
    return switch (made.outcome()) {
      case OK -> finish(c, made.get(), pages, out);
      case DEAD -> c.refuse(ReserveLogicalAddressRange.NO_DOMAIN, domain, 0);
      case OCCUPIED ->
          c.refuse(ReserveLogicalAddressRange.OCCUPIED, Pages.address(request.explicitPage()), 0);
      case NO_ROOM ->
          lowest == 0 && highest == 0
              ? c.refuse(ReserveLogicalAddressRange.NO_ROOM, pages, 0)
              : c.refuse(ReserveLogicalAddressRange.NO_ROOM_BETWEEN, lowest, highest, pages);
      default -> c.refuse(ReserveLogicalAddressRange.NO_MEMORY, 0, 0);
    };
  }

  private static int finish(NtContext c, LogicalToken token, long pages, long out) {
    if (pages > MOST_PAGES || !c.kernel().provideRoom((int) pages)) {
      Tokens.free(c.kernel().iommu(), token, c.label());
      return c.refuse(ReserveLogicalAddressRange.NO_MEMORY, 0, 0);
    }
    try {
      c.cpu().store(out, 8, token.address());
    } catch (MemoryFault fault) {
      Tokens.free(c.kernel().iommu(), token, c.label());
      throw fault;
    }
    c.done(ReserveLogicalAddressRange.DONE);
    return NtStatus.STATUS_SUCCESS;
  }
}
