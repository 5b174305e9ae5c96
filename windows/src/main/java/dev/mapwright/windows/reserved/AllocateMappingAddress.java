package dev.mapwright.windows.reserved;

import static dev.mapwright.windows.abi.MappingAddressFlags.MM_MAPPING_ADDRESS_DIVISIBLE;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmAllocateMappingAddress;
import dev.mapwright.windows.answer.MmAllocateMappingAddressEx;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.pte.ReservedRange;

/** MmAllocateMappingAddress and MmAllocateMappingAddressEx: the same questions, in two tables. */
final class AllocateMappingAddress {
  private static final long PAGES_LIMIT = 1L << 32;

  private AllocateMappingAddress() {}

  static long run(NtContext c, long bytes, int tag) {
    return run(
        c,
        bytes,
        tag,
        false,
        MmAllocateMappingAddress.DONE,
        MmAllocateMappingAddress.ZERO_BYTES,
        MmAllocateMappingAddress.ZERO_TAG,
        MmAllocateMappingAddress.TOO_LARGE,
        MmAllocateMappingAddress.NO_SYSTEM_PTES,
        MmAllocateMappingAddress.NO_MEMORY);
  }

  static long runEx(NtContext c, long bytes, int tag, int flags) {
    // Is every flag one that exists? Asked behind the questions about what exists without flags.
    boolean sound = bytes != 0 && tag != 0 && pages(bytes) < PAGES_LIMIT;
    if (sound && (flags & ~MM_MAPPING_ADDRESS_DIVISIBLE) != 0) {
      c.refuse(MmAllocateMappingAddressEx.UNKNOWN_FLAG, flags, 0);
      return 0;
    }
    return run(
        c,
        bytes,
        tag,
        (flags & MM_MAPPING_ADDRESS_DIVISIBLE) != 0,
        MmAllocateMappingAddressEx.DONE,
        MmAllocateMappingAddressEx.ZERO_BYTES,
        MmAllocateMappingAddressEx.ZERO_TAG,
        MmAllocateMappingAddressEx.TOO_LARGE,
        MmAllocateMappingAddressEx.NO_SYSTEM_PTES,
        MmAllocateMappingAddressEx.NO_MEMORY);
  }

  /** Bytes, an unsigned number, in pages, rounded up. */
  private static long pages(long bytes) {
    return (bytes >>> Pages.SHIFT) + (Pages.offset(bytes) == 0 ? 0 : 1);
  }

  private static long run(
      NtContext c,
      long bytes,
      int tag,
      boolean divisible,
      Condition done,
      Condition zeroBytes,
      Condition zeroTag,
      Condition tooLarge,
      Condition noPtes,
      Condition noMemory) {
    // Is anything asked for, by somebody, and not too much?
    if (bytes == 0) {
      c.misuse(zeroBytes, 0, tag & 0xFFFF_FFFFL, 0);
      return 0;
    }
    if (tag == 0) {
      c.refuse(zeroTag, 0, 0);
      return 0;
    }
    long pages = pages(bytes);
    if (pages >= PAGES_LIMIT) {
      c.refuse(tooLarge, bytes, 0);
      return 0;
    }
    // Are there PTEs, tables, and room for the PFNs of the largest MDL that fits?
    Made<ReservedRange> made = c.kernel().systemPtes().reserve(pages, tag, divisible, c.maker());
    ReservedRange range = made.made();
    if (range == null) {
      if (made.outcome() == Outcome.NO_ROOM) {
        c.refuse(noPtes, pages + 2, c.kernel().systemPtes().free());
      } else {
        c.refuse(noMemory, pages, 0);
      }
      return 0;
    }
    if (!c.kernel().provideRoom((int) Math.min(pages, MdlLayout.MOST_PAGES))) {
      c.kernel().systemPtes().release(range);
      c.refuse(noMemory, pages, 0);
      return 0;
    }
    c.done(done);
    return Pages.address(range.firstPage());
  }
}
