package dev.mapwright.windows.iommu.logical;

import static dev.mapwright.windows.abi.iommu.MappedSegmentLayout.OFFSET;
import static dev.mapwright.windows.abi.iommu.MappedSegmentLayout.OWNING_TOKEN;
import static dev.mapwright.windows.abi.iommu.MappedSegmentLayout.SIZE;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.iommu.MappedSegmentLayout;
import dev.mapwright.windows.answer.UnmapReservedLogicalRange;
import dev.mapwright.windows.context.DmaChecks;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.LogicalToken;

/** UnmapReservedLogicalRange. Acquires nothing, and keeps the tables. */
final class ReservedUnmapping {
  private ReservedUnmapping() {}

  static int run(NtContext c, long segment) {
    if (segment == 0) {
      return c.refuse(UnmapReservedLogicalRange.NO_SEGMENT, 0, 0);
    }
    Cpu cpu = c.cpu();
    long address = cpu.load(segment + OWNING_TOKEN, 8);
    long offset = cpu.load(segment + OFFSET, 8);
    long size = cpu.load(segment + SIZE, 8);
    LogicalToken token = c.kernel().iommu().token(address);
    if (token == null || size == 0 || Pages.offset(offset | size) != 0) {
      return c.refuse(UnmapReservedLogicalRange.NOT_MAPPED, address, offset, size);
    }
    // Can it be invalidated afterwards?
    c.requireWritable(segment, MappedSegmentLayout.BYTES);
    Outcome outcome = token.reservation().unmap(Pages.of(offset), Pages.of(size), c.label());
    if (outcome != Outcome.OK && DmaChecks.unmapsTooMuch(c, Pages.of(size))) {
      return c.failureStatus();
    }
    if (outcome != Outcome.OK) {
      return c.refuse(UnmapReservedLogicalRange.NOT_MAPPED, address, offset, size);
    }
    cpu.store(segment + OWNING_TOKEN, 8, 0);
    cpu.store(segment + OFFSET, 8, 0);
    cpu.store(segment + SIZE, 8, 0);
    c.done(UnmapReservedLogicalRange.DONE);
    return NtStatus.STATUS_SUCCESS;
  }
}
