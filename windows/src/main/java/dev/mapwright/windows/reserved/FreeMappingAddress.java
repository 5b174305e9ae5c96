package dev.mapwright.windows.reserved;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.windows.answer.MmFreeMappingAddress;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.pte.ReservedRange;

/** MmFreeMappingAddress. */
final class FreeMappingAddress {
  private FreeMappingAddress() {}

  static void run(NtContext c, long address, int tag) {
    // Does a reservation begin at this page?
    long page = Pages.of(address);
    ReservedRange range = c.kernel().systemPtes().reservedAt(page);
    if (range == null || range.firstPage() != page) {
      notReserved(c, address, tag);
      return;
    }
    // Is it the caller's?
    if (range.tag() != tag) {
      c.about(address, range.pages(), 0);
      long owner = range.tag() & 0xFFFF_FFFFL;
      c.misuse(MmFreeMappingAddress.WRONG_TAG, address, tag & 0xFFFF_FFFFL, owner);
      return;
    }
    // Is it empty? That is decided and done in one step.
    Outcome outcome = c.kernel().systemPtes().release(range);
    if (outcome == Outcome.IN_USE) {
      long mapped = range.reservation().firstMapped();
      c.about(address, range.pages(), 0);
      c.misuse(
          MmFreeMappingAddress.STILL_MAPPED,
          mapped < 0 ? address : Pages.address(mapped),
          tag & 0xFFFF_FFFFL,
          range.pages());
      return;
    }
    if (outcome != Outcome.OK) {
      notReserved(c, address, tag);
      return;
    }
    c.done(MmFreeMappingAddress.DONE);
  }

  private static void notReserved(NtContext c, long address, int tag) {
    c.about(address, 1, 0);
    c.misuse(MmFreeMappingAddress.NOT_RESERVED, address, tag & 0xFFFF_FFFFL, 0);
  }
}
