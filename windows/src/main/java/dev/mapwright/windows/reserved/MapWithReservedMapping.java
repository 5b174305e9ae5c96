package dev.mapwright.windows.reserved;

import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_SPACE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.windows.abi.MemoryCachingType;
import dev.mapwright.windows.answer.MmMapLockedPagesWithReservedMapping;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.cache.Verdict;
import dev.mapwright.windows.memory.mdl.FrameList;
import dev.mapwright.windows.memory.mdl.MdlFields;
import dev.mapwright.windows.memory.pte.ReservedRange;

/**
 * MmMapLockedPagesWithReservedMapping. Acquires nothing: the lists of the context have had room
 * since the range was reserved, and everything else is the reservation's.
 */
final class MapWithReservedMapping {
  private static final int LOCKED = MDL_PAGES_LOCKED | MDL_PARTIAL | MDL_IO_SPACE;
  private static final int MAPPED =
      MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL_HAS_BEEN_MAPPED;

  private MapWithReservedMapping() {}

  static long run(NtContext c, long address, int tag, long mdlAddress, int cacheType) {
    // Does a reservation begin at this page, or (divisible) lie around it?
    long page = Pages.of(address);
    ReservedRange range = c.kernel().systemPtes().reservedAt(page);
    if (range == null || page != range.firstPage() && !range.divisible()) {
      return notReserved(c, address, tag);
    }
    // Is it the caller's?
    if (range.tag() != tag) {
      c.about(address, 1, mdlAddress);
      c.misuse(
          MmMapLockedPagesWithReservedMapping.WRONG_TAG,
          address,
          tag & 0xFFFF_FFFFL,
          range.tag() & 0xFFFF_FFFFL);
      return 0;
    }
    // Does the MDL say that its pages are locked, and not mapped already?
    if (!c.readMdlBuffer(mdlAddress)) {
      return 0;
    }
    MdlFields mdl = c.mdl();
    if (!mdl.any(LOCKED | MDL_SOURCE_IS_NONPAGED_POOL)) {
      return notLocked(c, mdl);
    }
    if (mdl.any(MAPPED)) {
      c.about(address, 1, mdlAddress);
      c.misuse(
          MmMapLockedPagesWithReservedMapping.MDL_ALREADY_MAPPED,
          mdlAddress,
          mdl.flags(),
          mdl.flags() & MAPPED);
      return 0;
    }
    // Is there anything to map, does it fit, and is it known how?
    if (mdl.byteCount() == 0) {
      c.refuse(MmMapLockedPagesWithReservedMapping.ZERO_BYTES, mdlAddress, 0);
      return 0;
    }
    long room = range.pages() - (page - range.firstPage());
    int pages = mdl.pages();
    if (pages > room) {
      c.refuse(MmMapLockedPagesWithReservedMapping.TOO_LARGE, pages, room);
      return 0;
    }
    if (!MemoryCachingType.valid(cacheType)) {
      c.refuse(MmMapLockedPagesWithReservedMapping.BAD_CACHE_TYPE, cacheType, 0);
      return 0;
    }
    FrameList frames = c.frames();
    if (!frames.begin(pages)) {
      throw new IllegalStateException("the list of a context has no room for a reservation");
    }
    if (!c.readPfns()) {
      return 0;
    }
    Verdict verdict =
        c.reservedRequest()
            .map(range, page, c.kernel().cacheBook(), MemoryCachingType.policy(cacheType));
    return verdict == Verdict.FINE
        ? finish(c, range, page, cacheType)
        : refuse(c, verdict, range, address, tag, cacheType);
  }

  /** Tells the MDL. Whoever took it away meanwhile gets the mapping taken back. */
  private static long finish(NtContext c, ReservedRange range, long page, int cacheType) {
    MdlFields mdl = c.mdl();
    long va = Pages.address(page);
    int partial = mdl.any(MDL_PARTIAL) ? MDL_PARTIAL_HAS_BEEN_MAPPED : 0;
    try {
      MdlFields.writeMappedSystemVa(c.cpu(), mdl.address(), va);
      MdlFields.writeFlags(c.cpu(), mdl.address(), mdl.flags() | MDL_MAPPED_TO_SYSTEM_VA | partial);
    } catch (MemoryFault fault) {
      c.reservedRequest().unmap(range, page, mdl.pages(), c.kernel().cacheBook(), c.scratch());
      c.misuse(fault.fault());
      return 0;
    }
    if (c.frames().overridden() != 0) {
      c.kernel()
          .journal()
          .record(
              EventKind.CACHE_OVERRIDDEN,
              va,
              mdl.pages(),
              c.frames().cache(0, MemoryCachingType.policy(cacheType)).ordinal(),
              c.frames().overridden());
    }
    c.done(MmMapLockedPagesWithReservedMapping.DONE);
    return va + mdl.offsetInPage();
  }

  private static long refuse(
      NtContext c, Verdict verdict, ReservedRange range, long address, int tag, int cacheType) {
    FrameList frames = c.frames();
    switch (verdict) {
      case NOT_LOCKED -> {
        c.about(address, 1, c.mdl().address());
        c.misuse(
            MmMapLockedPagesWithReservedMapping.PAGE_NOT_LOCKED,
            frames.words()[frames.problem()],
            0,
            0);
      }
      case CONFLICT ->
          c.refuse(
              MmMapLockedPagesWithReservedMapping.CACHE_CONFLICT,
              frames.pfn(frames.problem()),
              MemoryCachingType.of(c.kernel().cacheBook().policy(frames.pfn(frames.problem()))),
              cacheType);
      default -> {
        if (c.reservedRequest().outcome() == Outcome.DEAD) {
          return notReserved(c, address, tag);
        }
        occupied(c, range, address);
      }
    }
    return 0;
  }

  /** What was needed is the whole reservation, unless parts of it are mapped independently. */
  private static void occupied(NtContext c, ReservedRange range, long address) {
    long first = range.divisible() ? Pages.of(address) : range.firstPage();
    long last = first + (range.divisible() ? c.mdl().pages() : range.pages()) - 1;
    Translation shown = range.reservation().region().space().translation();
    long mapped = first;
    while (mapped < last && shown.entry(mapped) == TranslationEntry.ABSENT) {
      mapped++;
    }
    c.about(address, last - first + 1, c.mdl().address());
    c.misuse(
        MmMapLockedPagesWithReservedMapping.OCCUPIED,
        Pages.address(first),
        Pages.address(mapped),
        Pages.address(last));
  }

  private static long notReserved(NtContext c, long address, int tag) {
    c.about(address, 1, 0);
    c.misuse(MmMapLockedPagesWithReservedMapping.NOT_RESERVED, address, tag & 0xFFFF_FFFFL, 0);
    return 0;
  }

  private static long notLocked(NtContext c, MdlFields mdl) {
    long pfn = 0;
    if (mdl.byteCount() != 0 && c.frames().begin(1)) {
      if (!c.readPfns()) {
        return 0;
      }
      pfn = c.frames().words()[0];
    }
    c.about(0, 0, mdl.address());
    c.misuse(MmMapLockedPagesWithReservedMapping.MDL_NOT_LOCKED, pfn, 0, 0);
    return 0;
  }
}
