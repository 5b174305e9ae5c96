package dev.mapwright.windows.iommu.logical;

import static dev.mapwright.windows.abi.iommu.MappedSegmentLayout.OFFSET;
import static dev.mapwright.windows.abi.iommu.MappedSegmentLayout.OWNING_TOKEN;
import static dev.mapwright.windows.abi.iommu.MappedSegmentLayout.SIZE;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.iommu.DmaPermissions;
import dev.mapwright.windows.abi.iommu.MappedSegmentLayout;
import dev.mapwright.windows.answer.MapReservedLogicalRange;
import dev.mapwright.windows.context.DmaChecks;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.LogicalToken;
import dev.mapwright.windows.memory.iommu.PhysicalPages;

/**
 * MapReservedLogicalRange. Acquires nothing: the tables are the reservation's, and the list of the
 * context has had room since the range was reserved. So there is no answer for want of memory.
 */
final class ReservedMapping {
  private ReservedMapping() {}

  static int run(
      NtContext c, long address, long offset, int permissions, long physical, long segment) {
    // Is it a token that lives?
    if (address == 0) {
      return c.refuse(MapReservedLogicalRange.NULL_TOKEN, 0, 0);
    }
    LogicalToken token = c.kernel().iommu().token(address);
    if (token == null) {
      return c.refuse(MapReservedLogicalRange.NO_TOKEN, address, 0);
    }
    // Are the arguments such as a part of it can have?
    long size = token.bytes();
    if (Pages.offset(offset) != 0 || Long.compareUnsigned(offset, size) >= 0) {
      return c.refuse(MapReservedLogicalRange.BAD_OFFSET, offset, size);
    }
    if ((permissions & ~DmaPermissions.KNOWN) != 0) {
      return c.refuse(MapReservedLogicalRange.UNKNOWN_PERMISSION, permissions & 0xFFFF_FFFFL, 0);
    }
    long first = Pages.of(offset);
    PhysicalArgument.Result read = PhysicalArgument.read(c, physical, Pages.of(size) - first);
    if (read != PhysicalArgument.Result.FINE) {
      return unusable(c, read, physical);
    }
    if (segment == 0) {
      return c.refuse(MapReservedLogicalRange.NO_SEGMENT, 0, 0);
    }
    c.requireWritable(segment, MappedSegmentLayout.BYTES);
    PhysicalPages pages = c.physicalPages();
    return switch (token.reservation().map(first, pages.pages(), pages, permissions, c.label())) {
      case OK -> finish(c, token, offset, segment);
      case DEAD -> c.refuse(MapReservedLogicalRange.NO_TOKEN, address, 0);
      case OCCUPIED ->
          mappedAlready(c, token, first, pages.pages())
              ? c.failureStatus()
              : c.refuse(MapReservedLogicalRange.OCCUPIED, address, offset, pages.pages());
      default -> c.refuse(MapReservedLogicalRange.BAD_PHYSICAL_PAGES, physical, 0);
    };
  }

  private static int unusable(NtContext c, PhysicalArgument.Result read, long physical) {
    if (read == PhysicalArgument.Result.MISUSED) {
      return c.failureStatus();
    }
    if (read == PhysicalArgument.Result.NO_MEMORY) {
      throw new IllegalStateException("the list of a context has no room for a reserved range");
    }
    return c.refuse(MapReservedLogicalRange.BAD_PHYSICAL_PAGES, physical, 0);
  }

  private static boolean mappedAlready(NtContext c, LogicalToken token, long first, long pages) {
    Domain engine = token.domain().engine();
    return engine != null
        && DmaChecks.mappedAlready(c, engine, token.reservation().firstPage() + first, pages);
  }

  /** Fills the segment in; where that is impossible, nothing is mapped. */
  private static int finish(NtContext c, LogicalToken token, long offset, long segment) {
    long pages = c.physicalPages().pages();
    Cpu cpu = c.cpu();
    try {
      cpu.store(segment + OWNING_TOKEN, 8, token.address());
      cpu.store(segment + OFFSET, 8, offset);
      cpu.store(segment + SIZE, 8, Pages.address(pages));
    } catch (MemoryFault fault) {
      token.reservation().unmap(Pages.of(offset), pages, c.label());
      throw fault;
    }
    c.done(MapReservedLogicalRange.DONE);
    return NtStatus.STATUS_SUCCESS;
  }
}
