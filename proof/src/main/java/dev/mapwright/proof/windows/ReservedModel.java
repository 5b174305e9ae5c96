package dev.mapwright.proof.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_IO_SPACE;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.MappingAddressFlags;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmAllocateMappingAddress;
import dev.mapwright.windows.answer.MmAllocateMappingAddressEx;
import dev.mapwright.windows.answer.MmFreeMappingAddress;
import dev.mapwright.windows.answer.MmMapLockedPagesWithReservedMapping;
import dev.mapwright.windows.answer.MmUnmapReservedMapping;

/**
 * The routines on reserved mappings (wdm.h; Bug Check 0xDA, 0x100 to 0x10C), as their pages say it.
 */
final class ReservedModel {
  private static final int WRONG =
      MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL | MDL_PARTIAL_HAS_BEEN_MAPPED;

  private final World world;
  private final Sight sight;

  ReservedModel(World world, Sight sight) {
    this.world = world;
    this.sight = sight;
  }

  static long unsigned(int tag) {
    return tag & 0xFFFF_FFFFL;
  }

  /**
   * MmAllocateMappingAddress.
   *
   * @param starved whether nothing can be acquired
   */
  Expected allocate(int irql, long bytes, int tag, boolean starved) {
    if (irql > Irql.APC_LEVEL) {
      return Expected.failed(MmAllocateMappingAddress.IRQL_TOO_HIGH, irql, Irql.APC_LEVEL);
    }
    if (bytes == 0) {
      return Expected.failed(MmAllocateMappingAddress.ZERO_BYTES, 0, unsigned(tag), 0);
    }
    if (tag == 0) {
      return Expected.failed(MmAllocateMappingAddress.ZERO_TAG);
    }
    if (Long.compareUnsigned(bytes, (1L << 44) - 4096) > 0) {
      return Expected.failed(MmAllocateMappingAddress.TOO_LARGE, bytes);
    }
    return place(
        bytes,
        tag,
        false,
        starved,
        MmAllocateMappingAddress.DONE,
        MmAllocateMappingAddress.NO_SYSTEM_PTES,
        MmAllocateMappingAddress.NO_MEMORY);
  }

  /** MmAllocateMappingAddressEx. */
  Expected allocateEx(int irql, long bytes, int tag, int flags, boolean starved) {
    if (irql > Irql.APC_LEVEL) {
      return Expected.failed(MmAllocateMappingAddressEx.IRQL_TOO_HIGH, irql, Irql.APC_LEVEL);
    }
    if (bytes == 0) {
      return Expected.failed(MmAllocateMappingAddressEx.ZERO_BYTES, 0, unsigned(tag), 0);
    }
    if (tag == 0) {
      return Expected.failed(MmAllocateMappingAddressEx.ZERO_TAG);
    }
    if (Long.compareUnsigned(bytes, (1L << 44) - 4096) > 0) {
      return Expected.failed(MmAllocateMappingAddressEx.TOO_LARGE, bytes);
    }
    if ((flags & ~MappingAddressFlags.MM_MAPPING_ADDRESS_DIVISIBLE) != 0) {
      return Expected.failed(MmAllocateMappingAddressEx.UNKNOWN_FLAG, flags);
    }
    return place(
        bytes,
        tag,
        flags != 0,
        starved,
        MmAllocateMappingAddressEx.DONE,
        MmAllocateMappingAddressEx.NO_SYSTEM_PTES,
        MmAllocateMappingAddressEx.NO_MEMORY);
  }

  private Expected place(
      long bytes,
      int tag,
      boolean divisible,
      boolean starved,
      Condition done,
      Condition noPtes,
      Condition noMemory) {
    long pages = bytes / 4096 + (bytes % 4096 == 0 ? 0 : 1);
    boolean aligned = divisible && pages > 1 && Long.bitCount(pages) == 1;
    int run =
        pages + 2 > world.ptes.length ? -1 : world.lowestRun((int) pages + 2, aligned ? pages : 1);
    if (run < 0) {
      return Expected.failed(noPtes, pages + 2, world.freePtes());
    }
    if (starved) {
      return Expected.failed(noMemory, pages);
    }
    // Size and tag are kept in front of the base; an aligned one has its guards behind it.
    int base = aligned ? run : run + 2;
    ModelReservation made = new ModelReservation(run, base, (int) pages, tag, divisible);
    for (int i = run; i < run + pages + 2; i++) {
      world.ptes[i].take(made, !made.holds(i));
    }
    world.reservations.add(made);
    return Expected.done(done, world.addressOf(base));
  }

  /** MmFreeMappingAddress. */
  Expected free(int irql, long address, int tag) {
    if (irql > Irql.APC_LEVEL) {
      return Expected.failed(MmFreeMappingAddress.IRQL_TOO_HIGH, irql, Irql.APC_LEVEL);
    }
    int page = world.pteOf(address);
    ModelReservation found = world.reservationAt(page);
    if (found == null || found.first != page) {
      return Expected.failed(MmFreeMappingAddress.NOT_RESERVED, address, unsigned(tag));
    }
    if (found.tag != tag) {
      return Expected.failed(
          MmFreeMappingAddress.WRONG_TAG, address, unsigned(tag), unsigned(found.tag));
    }
    int mapped = firstMapped(found.first, found.pages);
    if (mapped >= 0) {
      return Expected.failed(
          MmFreeMappingAddress.STILL_MAPPED, world.addressOf(mapped), unsigned(tag), found.pages);
    }
    world.reservations.remove(found);
    for (ModelPte pte : world.ptes) {
      if (pte.owner == found) {
        pte.owner = null;
      }
    }
    return Expected.done(MmFreeMappingAddress.DONE, 0);
  }

  private int firstMapped(int first, int pages) {
    for (int i = first; i < first + pages; i++) {
      if (world.ptes[i].mapping != 0) {
        return i;
      }
    }
    return -1;
  }

  /** MmMapLockedPagesWithReservedMapping. */
  Expected map(int irql, long address, int tag, long mdlAddress, int type) {
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(
          MmMapLockedPagesWithReservedMapping.IRQL_TOO_HIGH, irql, Irql.DISPATCH_LEVEL);
    }
    int page = world.pteOf(address);
    ModelReservation found = world.reservationAt(page);
    if (found == null || !found.divisible && found.first != page) {
      return Expected.failed(
          MmMapLockedPagesWithReservedMapping.NOT_RESERVED, address, unsigned(tag));
    }
    if (found.tag != tag) {
      return Expected.failed(
          MmMapLockedPagesWithReservedMapping.WRONG_TAG,
          address,
          unsigned(tag),
          unsigned(found.tag));
    }
    ModelMdl mdl = world.mdls.get(mdlAddress);
    if (mdl == null) {
      return Expected.unreadable();
    }
    if (!mdl.any(MDL_PAGES_LOCKED | MDL_PARTIAL | MDL_IO_SPACE | MDL_SOURCE_IS_NONPAGED_POOL)) {
      return Expected.failed(
          MmMapLockedPagesWithReservedMapping.MDL_NOT_LOCKED,
          mdl.byteCount() == 0 ? 0 : mdl.pfn(0));
    }
    if (mdl.any(WRONG)) {
      return Expected.failed(
          MmMapLockedPagesWithReservedMapping.MDL_ALREADY_MAPPED,
          mdlAddress,
          mdl.flags(),
          mdl.flags() & WRONG);
    }
    if (mdl.byteCount() == 0) {
      return Expected.failed(MmMapLockedPagesWithReservedMapping.ZERO_BYTES, mdlAddress);
    }
    int room = found.first + found.pages - page;
    if (mdl.pages() > room) {
      return Expected.failed(MmMapLockedPagesWithReservedMapping.TOO_LARGE, mdl.pages(), room);
    }
    CachePolicy asked = Types.policy(type);
    if (asked == null) {
      return Expected.failed(MmMapLockedPagesWithReservedMapping.BAD_CACHE_TYPE, type);
    }
    long[] pfns = sight.pfns(mdl);
    if (pfns == null) {
      return Expected.unreadable();
    }
    CacheRule rule = CacheRule.decide(world, pfns, asked, true);
    if (rule.verdict == CacheRule.Verdict.NOT_LOCKED) {
      return Expected.failed(
          MmMapLockedPagesWithReservedMapping.PAGE_NOT_LOCKED, pfns[rule.problem]);
    }
    if (rule.verdict == CacheRule.Verdict.CONFLICT) {
      return Expected.failed(
          MmMapLockedPagesWithReservedMapping.CACHE_CONFLICT,
          pfns[rule.problem],
          Types.type(world.page(pfns[rule.problem])),
          type);
    }
    // Without DIVISIBLE one mapping at a time is in a reservation, whatever its size.
    int needed = found.divisible ? page : found.first;
    int count = found.divisible ? pfns.length : found.pages;
    int occupied = firstMapped(needed, count);
    if (occupied >= 0) {
      return Expected.failed(
          MmMapLockedPagesWithReservedMapping.OCCUPIED,
          world.addressOf(needed),
          world.addressOf(occupied),
          world.addressOf(needed + count - 1));
    }
    world.show(page, pfns, rule, Permissions.ALL);
    mdl.setMappedSystemVa(world.addressOf(page));
    mdl.setFlags(
        mdl.flags()
            | MDL_MAPPED_TO_SYSTEM_VA
            | (mdl.any(MDL_PARTIAL) ? MDL_PARTIAL_HAS_BEEN_MAPPED : 0));
    return Expected.done(
        MmMapLockedPagesWithReservedMapping.DONE, world.addressOf(page) + mdl.offsetInPage());
  }

  /** MmUnmapReservedMapping. */
  Expected unmap(int irql, long address, int tag, long mdlAddress) {
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(MmUnmapReservedMapping.IRQL_TOO_HIGH, irql, Irql.DISPATCH_LEVEL);
    }
    int page = world.pteOf(address);
    ModelReservation found = world.reservationAt(page);
    if (found == null || !found.divisible && found.first != page) {
      return Expected.failed(MmUnmapReservedMapping.NOT_RESERVED, address, unsigned(tag));
    }
    if (found.tag != tag) {
      return Expected.failed(
          MmUnmapReservedMapping.WRONG_TAG, address, unsigned(tag), unsigned(found.tag));
    }
    ModelMdl mdl = world.mdls.get(mdlAddress);
    if (mdl == null) {
      return Expected.unreadable();
    }
    int pages = mdl.pages();
    if (pages > found.pages) {
      return Expected.failed(MmUnmapReservedMapping.TOO_MANY_PAGES, address, found.pages, pages);
    }
    for (int i = page; i < page + Math.max(1, pages); i++) {
      if (i >= found.first + found.pages || world.ptes[i].mapping == 0) {
        return Expected.failed(MmUnmapReservedMapping.NOT_MAPPED, address, unsigned(tag), pages);
      }
    }
    if (!world.beginsAt(page) || world.mappedFrom(page) != pages) {
      return Expected.failed(MmUnmapReservedMapping.TOO_FEW_PAGES, address, unsigned(tag), pages);
    }
    world.hide(page, pages);
    mdl.setFlags(mdl.flags() & ~(MDL_MAPPED_TO_SYSTEM_VA | MDL_PARTIAL_HAS_BEEN_MAPPED));
    return Expected.done(MmUnmapReservedMapping.DONE, 0);
  }
}
