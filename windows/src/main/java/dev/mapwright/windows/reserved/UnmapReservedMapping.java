package dev.mapwright.windows.reserved;

import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmUnmapReservedMapping;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.mdl.MdlFields;
import dev.mapwright.windows.memory.pte.ReservedRange;

/**
 * MmUnmapReservedMapping. The MDL need not be the one that was mapped: what counts is how many
 * pages it has.
 */
final class UnmapReservedMapping {
  private static final int MAPPED = MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED;

  private UnmapReservedMapping() {}

  static void run(NtContext c, long address, int tag, long mdlAddress) {
    // Does a reservation begin at this page, or (divisible) lie around it?
    long page = Pages.of(address);
    ReservedRange range = c.kernel().systemPtes().reservedAt(page);
    if (range == null || page != range.firstPage() && !range.divisible()) {
      misuse(c, MmUnmapReservedMapping.NOT_RESERVED, address, tag, 0, mdlAddress);
      return;
    }
    // Is it the caller's?
    if (range.tag() != tag) {
      long owner = range.tag() & 0xFFFF_FFFFL;
      misuse(c, MmUnmapReservedMapping.WRONG_TAG, address, tag, owner, mdlAddress);
      return;
    }
    if (!c.readMdlBuffer(mdlAddress)) {
      return;
    }
    // Could so many pages be mapped there at all?
    MdlFields mdl = c.mdl();
    long pages = mdl.pages();
    if (pages > range.pages()) {
      c.about(address, range.pages(), mdlAddress);
      c.misuse(MmUnmapReservedMapping.TOO_MANY_PAGES, address, range.pages(), pages);
      return;
    }
    // Are exactly these pages one mapping? That is decided and done in one step.
    Outcome outcome =
        c.reservedRequest().unmap(range, page, pages, c.kernel().cacheBook(), c.scratch());
    if (outcome != Outcome.OK) {
      Condition condition =
          mapped(range, page, pages)
              ? MmUnmapReservedMapping.TOO_FEW_PAGES
              : MmUnmapReservedMapping.NOT_MAPPED;
      misuse(c, condition, address, tag, pages, mdlAddress);
      return;
    }
    try {
      MdlFields.writeFlags(c.cpu(), mdlAddress, mdl.flags() & ~MAPPED);
    } catch (MemoryFault fault) {
      c.misuse(fault.fault()); // the MDL was taken away since it was read; nothing is mapped
      return;
    }
    c.done(MmUnmapReservedMapping.DONE);
  }

  /** Whether each of some pages is mapped, and there is at least one. */
  private static boolean mapped(ReservedRange range, long first, long pages) {
    Translation shown = range.reservation().region().space().translation();
    long end = first + Math.max(1, pages);
    boolean inside = end <= range.firstPage() + range.pages();
    for (long page = first; inside && page < end; page++) {
      inside = shown.entry(page) != TranslationEntry.ABSENT;
    }
    return inside;
  }

  private static void misuse(
      NtContext c, Condition condition, long address, int tag, long third, long mdl) {
    c.about(address, 1, mdl);
    c.misuse(condition, address, tag & 0xFFFF_FFFFL, third);
  }
}
