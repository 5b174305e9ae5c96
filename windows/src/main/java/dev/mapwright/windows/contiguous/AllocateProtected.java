package dev.mapwright.windows.contiguous;

import static dev.mapwright.windows.abi.ContiguousMemoryFlags.MM_ALLOCATE_CONTIGUOUS_MEMORY_FAST_ONLY;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.PageProtection;
import dev.mapwright.windows.answer.MmAllocateContiguousMemoryEx;
import dev.mapwright.windows.answer.MmAllocateContiguousNodeMemory;
import dev.mapwright.windows.context.NtContext;

/** MmAllocateContiguousNodeMemory and MmAllocateContiguousMemoryEx, which take a protection. */
final class AllocateProtected {
  private AllocateProtected() {}

  static long runNode(
      NtContext c, long bytes, long lowest, long highest, long boundary, int protect, int node) {
    // Is anything asked for, and possible as it is?
    if (bytes == 0) {
      c.misuse(MmAllocateContiguousNodeMemory.ZERO_BYTES, highest, 0, 0);
      return 0;
    }
    if (AllocateContiguous.badLimits(lowest, highest)) {
      c.refuse(MmAllocateContiguousNodeMemory.BAD_LIMITS, lowest, highest);
      return 0;
    }
    if (AllocateContiguous.badBoundary(boundary, bytes)) {
      c.refuse(MmAllocateContiguousNodeMemory.BAD_BOUNDARY, boundary, bytes);
      return 0;
    }
    if (!PageProtection.modified(protect, PageProtection.CONTIGUOUS_BASES)) {
      c.refuse(MmAllocateContiguousNodeMemory.BAD_PROTECTION, protect & 0xFFFF_FFFFL, 0);
      return 0;
    }
    if (AllocateContiguous.badNode(c, node)) {
      c.refuse(MmAllocateContiguousNodeMemory.BAD_NODE, node & 0xFFFF_FFFFL, 0);
      return 0;
    }
    long address =
        AllocateContiguous.run(
            c,
            bytes,
            lowest,
            highest,
            boundary,
            node,
            PageProtection.permissions(protect),
            PageProtection.cachePolicy(protect),
            MmAllocateContiguousNodeMemory.NOT_AT_THIS_IRQL,
            MmAllocateContiguousNodeMemory.NO_MEMORY);
    if (address != 0) {
      c.done(MmAllocateContiguousNodeMemory.DONE);
    }
    return address;
  }

  static int runEx(
      NtContext c,
      long numberOfBytes,
      long lowest,
      long highest,
      long boundary,
      int node,
      int protect,
      long partition,
      int flags,
      long baseAddress) {
    try {
      long bytes = c.cpu().load(numberOfBytes, 8);
      // Is anything asked for, and possible as it is?
      if (bytes == 0) {
        return c.refuse(MmAllocateContiguousMemoryEx.ZERO_BYTES, highest, 0);
      }
      if (AllocateContiguous.badLimits(lowest, highest)) {
        return c.refuse(MmAllocateContiguousMemoryEx.BAD_LIMITS, lowest, highest);
      }
      if (AllocateContiguous.badBoundary(boundary, bytes)) {
        return c.refuse(MmAllocateContiguousMemoryEx.BAD_BOUNDARY, boundary, bytes);
      }
      if (AllocateContiguous.badNode(c, node)) {
        return c.refuse(MmAllocateContiguousMemoryEx.BAD_NODE, node & 0xFFFF_FFFFL, 0);
      }
      if (!PageProtection.modified(protect, PageProtection.CONTIGUOUS_BASES)) {
        return c.refuse(MmAllocateContiguousMemoryEx.BAD_PROTECTION, protect & 0xFFFF_FFFFL, 0);
      }
      if (partition != 0) {
        return c.refuse(MmAllocateContiguousMemoryEx.BAD_PARTITION, partition, 0);
      }
      if ((flags & ~MM_ALLOCATE_CONTIGUOUS_MEMORY_FAST_ONLY) != 0) {
        return c.refuse(MmAllocateContiguousMemoryEx.UNKNOWN_FLAG, flags & 0xFFFF_FFFFL, 0);
      }
      if (baseAddress == 0) {
        return c.refuse(MmAllocateContiguousMemoryEx.NO_RESULT, bytes, 0);
      }
      long address =
          AllocateContiguous.run(
              c,
              bytes,
              lowest,
              highest,
              boundary,
              node,
              PageProtection.permissions(protect),
              PageProtection.cachePolicy(protect),
              MmAllocateContiguousMemoryEx.NOT_AT_THIS_IRQL,
              MmAllocateContiguousMemoryEx.NO_MEMORY);
      return address == 0
          ? NtStatus.STATUS_INSUFFICIENT_RESOURCES
          : tell(c, address, bytes, numberOfBytes, baseAddress);
    } catch (MemoryFault fault) {
      c.misuse(fault.fault());
      return NtStatus.STATUS_UNSUCCESSFUL;
    }
  }

  /** Writes the results. If one can't be written, the block goes, and the size is as it was. */
  private static int tell(
      NtContext c, long address, long bytes, long numberOfBytes, long baseAddress) {
    try {
      c.cpu().store(numberOfBytes, 8, Pages.address(Pages.countFor(bytes)));
      try {
        c.cpu().store(baseAddress, 8, address);
      } catch (MemoryFault fault) {
        c.cpu().store(numberOfBytes, 8, bytes);
        throw fault;
      }
    } catch (MemoryFault fault) {
      c.contiguousRelease().free(c.kernel().contiguousMemory(), c.kernel().pageLocks(), address);
      throw fault;
    }
    c.done(MmAllocateContiguousMemoryEx.DONE);
    return NtStatus.STATUS_SUCCESS;
  }
}
