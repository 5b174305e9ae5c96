package dev.mapwright.proof.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_FREE_EXTRA_PTES;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL;
import static dev.mapwright.windows.abi.MdlFlags.MDL_SOURCE_IS_NONPAGED_POOL;

import dev.mapwright.core.Permissions;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.MmAdvanceMdl;
import dev.mapwright.windows.answer.MmProtectMdlSystemAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The routines that change an MDL or its mapping in place (wdm.h), as their pages say it. */
final class AdjustModel {
  private static final long UNSUCCESSFUL = NtStatus.STATUS_UNSUCCESSFUL;

  private final World world;
  private final Sight sight;
  private final MdlModel mdls;

  AdjustModel(World world, Sight sight, MdlModel mdls) {
    this.world = world;
    this.sight = sight;
    this.mdls = mdls;
  }

  /** What a protection allows; -1 for one that mapped pages can't have. */
  private static int permissions(int protection) {
    return switch (protection) {
      case 0x01 -> Permissions.NONE;
      case 0x02 -> Permissions.READ;
      case 0x04 -> Permissions.READ_WRITE;
      case 0x10 -> Permissions.EXECUTE;
      case 0x20 -> Permissions.READ_EXECUTE;
      case 0x40 -> Permissions.ALL;
      default -> -1;
    };
  }

  /** MmProtectMdlSystemAddress. */
  Expected protect(int irql, long address, int protection) {
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(MmProtectMdlSystemAddress.IRQL_TOO_HIGH, irql, Irql.DISPATCH_LEVEL)
          .returning(UNSUCCESSFUL);
    }
    int permissions = permissions(protection);
    if (permissions < 0) {
      return Expected.failed(MmProtectMdlSystemAddress.BAD_PROTECTION, protection & 0xFFFF_FFFFL);
    }
    ModelMdl mdl = world.mdls.get(address);
    if (mdl == null) {
      return Expected.unreadable().returning(UNSUCCESSFUL);
    }
    if (!mdl.any(MDL_MAPPED_TO_SYSTEM_VA)) {
      return Expected.failed(MmProtectMdlSystemAddress.NOT_MAPPED, address, mdl.flags());
    }
    int first = world.pteOf(mdl.mappedSystemVa());
    int pages = mdl.pages();
    if (mdl.byteCount() == 0 || first < 0 || !isOne(first, pages)) {
      return Expected.failed(
              MmProtectMdlSystemAddress.INVALID_MAPPING, address, mdl.mappedSystemVa(), pages)
          .returning(UNSUCCESSFUL);
    }
    for (int i = first; i < first + pages; i++) {
      world.ptes[i].permissions = permissions;
    }
    return Expected.done(MmProtectMdlSystemAddress.DONE, 0);
  }

  /** Whether pages are part of one mapping, or in a reservation a whole one. */
  private boolean isOne(int first, int pages) {
    int mapped = world.mappedFrom(first);
    return world.ptes[first].owner instanceof ModelReservation
        ? world.beginsAt(first) && mapped == pages
        : mapped >= pages;
  }

  /** MmAdvanceMdl. */
  Expected advance(int irql, long address, long bytes) {
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(MmAdvanceMdl.IRQL_TOO_HIGH, irql, Irql.DISPATCH_LEVEL)
          .returning(UNSUCCESSFUL);
    }
    ModelMdl mdl = world.mdls.get(address);
    if (mdl == null) {
      return Expected.unreadable().returning(UNSUCCESSFUL);
    }
    if (bytes >= mdl.byteCount()) {
      return Expected.failed(MmAdvanceMdl.PAST_END, bytes, mdl.byteCount());
    }
    long[] pfns = sight.pfns(mdl);
    if (pfns == null) {
      return Expected.unreadable().returning(UNSUCCESSFUL);
    }
    int passed = (int) (mdl.offsetInPage() + bytes >>> 12);
    boolean others = mdl.any(MDL_PARTIAL | MDL_SOURCE_IS_NONPAGED_POOL);
    boolean locked = mdl.any(MDL_PAGES_LOCKED) && !others;
    Expected wrong = wrong(mdl, pfns, locked ? passed : 0);
    if (wrong != null) {
      return wrong.returning(UNSUCCESSFUL);
    }
    for (int i = 0; i < passed && locked; i++) {
      world.known(pfns[i]).unlock();
    }
    move(mdl, pfns, passed, bytes);
    return Expected.done(MmAdvanceMdl.DONE, 0);
  }

  private @Nullable Expected wrong(ModelMdl mdl, long[] pfns, int unlocked) {
    for (int i = 0; i < unlocked; i++) {
      ModelPage page = world.page(pfns[i]);
      if (page != null && page.ofMdl && page.locks == 1) {
        return Expected.failed(MmAdvanceMdl.ALLOCATED_PAGES, mdl.address, page.pfn);
      }
    }
    if (MdlModel.owns(mdl) && !mdls.isMapped(mdl)) {
      return Expected.failed(
          MmAdvanceMdl.MAPPING_CHANGED, mdl.address, mdl.mappedSystemVa(), mdl.pages());
    }
    int problem = mdls.notLocked(Arrays.copyOf(pfns, unlocked));
    if (problem < 0) {
      return null;
    }
    ModelPage page = world.page(pfns[problem]);
    return page != null && page.ofMdl && page.locks != 0
        ? Expected.failed(MmAdvanceMdl.ALLOCATED_PAGES, mdl.address, page.pfn)
        : Expected.failed(MmAdvanceMdl.NOT_LOCKED, Expected.ANY, Expected.ANY);
  }

  private void move(ModelMdl mdl, long[] pfns, int passed, long bytes) {
    long va = mdl.buffer() + bytes;
    long extra = 0;
    ModelMapping mapping = MdlModel.owns(mdl) ? mdls.mappingAt(mdl, mdl.mappedSystemVa()) : null;
    if (mapping != null) {
      mapping.passed += passed;
      mapping.startVa = va & -0x1000L;
      mapping.firstPfn = pfns[passed];
      extra = mapping.passed;
    }
    int left = pfns.length - passed;
    for (int i = 0; i < left; i++) {
      mdl.setPfn(i, pfns[i + passed]);
    }
    if (passed != 0) {
      // Where the first slot is that is not used any more, the count of extra PTEs is kept.
      mdl.setPfn(left, extra > 0 ? extra : -1);
    }
    mdl.setStartVa(va & -0x1000L);
    mdl.setByteOffset(va & 0xFFF);
    mdl.setByteCount(mdl.byteCount() - bytes);
    if (mdl.any(MDL_MAPPED_TO_SYSTEM_VA | MDL_SOURCE_IS_NONPAGED_POOL)) {
      mdl.setMappedSystemVa(mdl.mappedSystemVa() + bytes);
    }
    mdl.setFlags(mdl.flags() | (extra > 0 ? MDL_FREE_EXTRA_PTES : 0));
  }
}
