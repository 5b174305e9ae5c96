package dev.mapwright.proof.windows;

import static dev.mapwright.windows.abi.MdlFlags.MDL_FREE_EXTRA_PTES;
import static dev.mapwright.windows.abi.MdlFlags.MDL_MAPPED_TO_SYSTEM_VA;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PAGES_LOCKED;
import static dev.mapwright.windows.abi.MdlFlags.MDL_PARTIAL_HAS_BEEN_MAPPED;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.MmAllocatePagesForMdl;
import dev.mapwright.windows.answer.MmAllocatePagesForMdlEx;
import dev.mapwright.windows.answer.MmFreePagesFromMdl;
import org.jspecify.annotations.Nullable;

/** The routines that allocate physical pages for an MDL (wdm.h), as their pages say it. */
final class PagesModel {
  private final World world;
  private final Sight sight;
  private final MdlModel mdls;

  PagesModel(World world, Sight sight, MdlModel mdls) {
    this.world = world;
    this.sight = sight;
    this.mdls = mdls;
  }

  /**
   * What a caller asks for.
   *
   * @param ex whether by the routine with flags
   * @param low the lowest physical address
   * @param high the highest one
   * @param skip how far both are advanced when there is not enough
   * @param bytes how many
   * @param type a caching type; counts with flags
   * @param flags MM_ALLOCATE_ flags
   */
  record Call(boolean ex, long low, long high, long skip, long bytes, int type, int flags) {
    Condition answer(String name) {
      return ex ? MmAllocatePagesForMdlEx.valueOf(name) : MmAllocatePagesForMdl.valueOf(name);
    }

    int pages() {
      return (int) ((bytes + 0xFFF) >>> 12);
    }

    boolean chunks() {
      return ex && (flags & 0x20) != 0;
    }
  }

  /** Why nothing can be allocated whatever pages there are; null when something may be. */
  @Nullable Expected refused(int irql, Call call, boolean starved) {
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(call.answer("IRQL_TOO_HIGH"), irql, Irql.DISPATCH_LEVEL);
    }
    if (Long.compareUnsigned(call.low, call.high) > 0) {
      return Expected.failed(call.answer("BAD_RANGE"), call.low, call.high);
    }
    if ((call.skip & 0xFFF) != 0) {
      return Expected.failed(call.answer("BAD_SKIP"), call.skip);
    }
    if (call.bytes == 0) {
      return Expected.failed(call.answer("ZERO_BYTES"));
    }
    if (Long.compareUnsigned(call.bytes, 0xFFFF_F000L) > 0) {
      return Expected.failed(call.answer("TOO_MANY_BYTES"), call.bytes, 0xFFFF_F000L);
    }
    if (call.ex) {
      if ((call.flags & ~0x17F) != 0) {
        return Expected.failed(MmAllocatePagesForMdlEx.UNKNOWN_FLAG, call.flags & 0xFFFF_FFFFL);
      }
      boolean power = Long.bitCount(call.skip) == 1;
      if (call.chunks() && call.skip != 0 && (!power || call.bytes % call.skip != 0)) {
        return Expected.failed(MmAllocatePagesForMdlEx.BAD_CHUNKS, call.skip, call.bytes);
      }
      boolean large = call.chunks() && call.skip != 0 && call.skip % (2L << 20) == 0;
      if ((call.flags & 0x40) != 0 && !large) {
        return Expected.failed(MmAllocatePagesForMdlEx.BAD_LARGE_PAGES, call.flags, call.skip);
      }
      boolean fully = (call.flags & 0x4) != 0;
      if ((call.flags & 0x100) != 0 && (fully || irql > Irql.PASSIVE_LEVEL)) {
        return Expected.failed(MmAllocatePagesForMdlEx.BAD_HOT_REMOVE, call.flags, irql);
      }
    }
    return starved ? Expected.failed(call.answer("NO_MEMORY"), call.pages()) : null;
  }

  /** The MDL that was allocated, as memory has it: its pages are checked by whoever calls. */
  ModelMdl allocated(Call call, long address, long[] pfns) {
    ModelMdl mdl = new ModelMdl(address, call.pages(), true);
    long[] words = sight.words(address, mdl.words.length);
    if (words == null || world.mdlAround(address) != null) {
      throw new Divergence("an MDL is allocated at 0x" + Long.toHexString(address));
    }
    System.arraycopy(words, 0, mdl.words, 0, words.length);
    mdl.setNext(0);
    mdl.setSize(0x30 + 8 * pfns.length);
    mdl.setFlags(MDL_PAGES_LOCKED);
    mdl.setProcess(0);
    mdl.setStartVa(0);
    mdl.setByteOffset(0);
    mdl.setByteCount(4096L * pfns.length);
    boolean attribute = call.ex && call.type >= 0 && call.type <= 2;
    CachePolicy policy = attribute ? Types.policy(call.type) : null;
    for (int i = 0; i < pfns.length; i++) {
      ModelPage page = world.known(pfns[i]);
      if (page.locks != 0 || page.shown != 0 || page.ofMdl) {
        throw new Divergence("allocated for an MDL: " + page);
      }
      page.own = policy;
      page.ofMdl = true;
      page.lock();
      mdl.setPfn(i, pfns[i]);
    }
    world.mdls.put(address, mdl);
    return mdl;
  }

  /** MmFreePagesFromMdl. */
  Expected free(int irql, long address) {
    if (irql > Irql.DISPATCH_LEVEL) {
      return Expected.failed(MmFreePagesFromMdl.IRQL_TOO_HIGH, irql, Irql.DISPATCH_LEVEL);
    }
    ModelMdl mdl = world.mdls.get(address);
    if (mdl == null) {
      return Expected.unreadable();
    }
    if (mdl.byteCount() == 0) {
      return Expected.failed(MmFreePagesFromMdl.ZERO_BYTES, address);
    }
    long[] pfns = sight.pfns(mdl);
    if (pfns == null) {
      return Expected.unreadable();
    }
    if (MdlModel.owns(mdl) && !mdls.isMapped(mdl)) {
      return Expected.failed(
          MmFreePagesFromMdl.MAPPING_CHANGED, address, mdl.mappedSystemVa(), mdl.pages());
    }
    for (int i = 0; i < pfns.length; i++) {
      ModelPage page = world.page(pfns[i]);
      if (page != null && page.ofMdl && page.locks > 1) {
        return Expected.failed(MmFreePagesFromMdl.STILL_LOCKED, page.pfn, 0, page.locks);
      }
      if (page == null || !page.ofMdl || page.locks == 0) {
        return notAllocated(address, i, pfns[i]);
      }
    }
    // Each is one that may be freed, but perhaps it stands there twice.
    for (int i = 0; i < pfns.length; i++) {
      for (int k = 0; k < i; k++) {
        if (pfns[k] == pfns[i]) {
          return notAllocated(address, i, pfns[i]);
        }
      }
    }
    if (MdlModel.owns(mdl)) {
      mdls.unmap(mdl);
    }
    for (int i = 0; i < pfns.length; i++) {
      ModelPage page = world.known(pfns[i]);
      page.ofMdl = false;
      page.dying = true;
      page.unlock();
      if (i < mdl.room()) {
        mdl.setPfn(i, -1);
      }
    }
    mdl.setFlags(
        mdl.flags()
            & ~(MDL_PAGES_LOCKED
                | MDL_MAPPED_TO_SYSTEM_VA
                | MDL_PARTIAL_HAS_BEEN_MAPPED
                | MDL_FREE_EXTRA_PTES));
    return Expected.done(MmFreePagesFromMdl.DONE, 0);
  }

  private static Expected notAllocated(long mdl, int index, long pfn) {
    return Expected.failed(MmFreePagesFromMdl.NOT_ALLOCATED, mdl, mdl + 0x30 + 8L * index, pfn);
  }
}
