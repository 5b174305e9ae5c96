package dev.mapwright.windows.iommu.logical;

import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.FreeReservedLogicalAddressRange;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.LogicalToken;
import dev.mapwright.windows.memory.iommu.Tokens;

/** FreeReservedLogicalAddressRange. */
final class RangeRelease {
  private RangeRelease() {}

  static int run(NtContext c, long address) {
    LogicalToken token = c.kernel().iommu().token(address);
    if (token == null) {
      return c.refuse(FreeReservedLogicalAddressRange.NO_TOKEN, address, 0);
    }
    return switch (Tokens.free(c.kernel().iommu(), token, c.label())) {
      case OK -> {
        c.done(FreeReservedLogicalAddressRange.DONE);
        yield NtStatus.STATUS_SUCCESS;
      }
      case IN_USE -> {
        long mapped = token.reservation().mappedPages();
        yield c.refuse(FreeReservedLogicalAddressRange.MAPPED, address, mapped);
      }
      default -> c.refuse(FreeReservedLogicalAddressRange.NO_TOKEN, address, 0);
    };
  }
}
