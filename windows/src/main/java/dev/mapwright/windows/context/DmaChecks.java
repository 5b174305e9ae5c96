package dev.mapwright.windows.context;

import dev.mapwright.core.Pages;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.windows.answer.DmaVerification;
import dev.mapwright.windows.memory.iommu.ShownFrames;
import dev.mapwright.windows.memory.mdl.FrameList;

/**
 * What routines ask DMA verification, before they change anything. Each question answers false at
 * once while it is off. When it answers true the misuse is answered already, by a bug check or, on
 * a system that records, by a report; then the call returns its failure.
 */
public final class DmaChecks {
  private DmaChecks() {}

  /**
   * {@return whether memory is freed of which a device may reach a page}
   *
   * @param c who frees it
   * @param address where it begins, in system space
   * @param bytes how many bytes it has; pages that it shares with other memory do not count
   */
  public static boolean frees(NtContext c, long address, long bytes) {
    if (!c.kernel().verifier().dma()) {
      return false;
    }
    ShownFrames shown = new ShownFrames(c.kernel().iommu());
    Translation translation = c.spaceOf(address).translation();
    long first = Pages.of(address + Pages.BYTES - 1);
    for (long i = 0; i < ShownFrames.wholePages(address, bytes); i++) {
      long entry = translation.entry(first + i);
      if (entry != TranslationEntry.ABSENT) {
        shown.add(TranslationEntry.pfn(entry));
      }
    }
    return stillMapped(c, shown.count());
  }

  /**
   * {@return whether pages of an MDL are let go that a device may reach}
   *
   * @param c who lets them go
   * @param list the pages
   * @param lastLocks whether only those count that nobody else has locked
   */
  public static boolean letsGo(NtContext c, FrameList list, boolean lastLocks) {
    if (!c.kernel().verifier().dma()) {
      return false;
    }
    Frames frames = c.kernel().machine().frames();
    ShownFrames shown = new ShownFrames(c.kernel().iommu());
    for (int i = 0; i < list.count(); i++) {
      long pfn = list.words()[i];
      boolean ram = pfn >= 0 && pfn <= Frames.LAST_PFN && frames.isRam(pfn);
      if (ram && (!lastLocks || frames.locks(pfn) == 1)) {
        shown.add(pfn);
      }
    }
    return stillMapped(c, shown.count());
  }

  private static boolean stillMapped(NtContext c, long pages) {
    if (pages == 0) {
      return false;
    }
    c.misuse(DmaVerification.STILL_MAPPED, pages, 0, 0);
    return true;
  }

  /**
   * {@return whether the pages of an MDL that is to be mapped for a device are not locked}
   *
   * @param c who maps it
   * @param mdl its address
   * @param locked whether they are
   */
  public static boolean unlocked(NtContext c, long mdl, boolean locked) {
    if (locked || !c.kernel().verifier().dma()) {
      return false;
    }
    c.misuse(DmaVerification.UNLOCKED_BUFFER, mdl, 0, 0);
    return true;
  }

  /**
   * {@return whether nothing is to be mapped}
   *
   * @param c who maps it
   * @param bytes how many bytes, or pages, there are
   */
  public static boolean nothing(NtContext c, long bytes) {
    if (bytes != 0 || !c.kernel().verifier().dma()) {
      return false;
    }
    c.misuse(DmaVerification.ZERO_LENGTH, 0, 0, 0);
    return true;
  }

  /**
   * {@return whether a range that can't be mapped is one that is mapped in part already}
   *
   * @param c who maps it
   * @param engine where
   * @param first its first page
   * @param pages how many it has
   */
  public static boolean mappedAlready(NtContext c, Domain engine, long first, long pages) {
    if (!c.kernel().verifier().dma()) {
      return false;
    }
    long taken = ShownFrames.firstMapped(engine, first, pages);
    return taken >= 0 && mappedAlready(c, first, first + pages, taken);
  }

  /**
   * {@return whether pages that can't be mapped at their own addresses are mapped in part already}
   *
   * @param c who maps them
   * @param engine where
   * @param frames which
   * @param pages how many
   */
  public static boolean mappedAlready(NtContext c, Domain engine, PfnSource frames, long pages) {
    if (!c.kernel().verifier().dma()) {
      return false;
    }
    for (long i = 0; i < pages; i++) {
      long page = frames.pfn(i);
      if (TranslationEntry.bare(engine.entry(page))) {
        return mappedAlready(c, page, page + 1, page);
      }
    }
    return false;
  }

  private static boolean mappedAlready(NtContext c, long first, long end, long taken) {
    c.misuse(
        DmaVerification.MAPPED_ALREADY,
        Pages.address(first),
        Pages.address(end),
        Pages.address(taken));
    return true;
  }

  /**
   * {@return whether a range that can't be unmapped has another size than what is mapped there}
   *
   * @param c who unmaps it
   * @param engine where
   * @param first its first page
   * @param pages how many it has
   */
  public static boolean unmapsOtherSize(NtContext c, Domain engine, long first, long pages) {
    if (!c.kernel().verifier().dma()) {
      return false;
    }
    long mapped = ShownFrames.mappedFrom(engine, first);
    if (mapped > pages) {
      c.misuse(DmaVerification.STILL_MAPPED, mapped - pages, 0, 0);
      return true;
    }
    return mapped < pages && unmapsTooMuch(c, pages - mapped);
  }

  /**
   * {@return whether a range that can't be unmapped has pages that are not mapped; what is mapped
   * by others, or begins elsewhere, does not count}
   *
   * @param c who unmaps it
   * @param engine where
   * @param first its first page
   * @param pages how many it has
   */
  public static boolean unmapsUnmapped(NtContext c, Domain engine, long first, long pages) {
    if (!c.kernel().verifier().dma()) {
      return false;
    }
    long extra = pages - ShownFrames.mapped(engine, first, pages);
    return extra > 0 && unmapsTooMuch(c, extra);
  }

  /**
   * {@return whether more is unmapped than is mapped}
   *
   * @param c who unmaps it
   * @param extra how many pages of it are not mapped
   */
  public static boolean unmapsTooMuch(NtContext c, long extra) {
    if (!c.kernel().verifier().dma()) {
      return false;
    }
    c.misuse(DmaVerification.TOO_MUCH_UNMAPPED, extra, 0, 0);
    return true;
  }

  /**
   * {@return whether a domain is deleted in which something is mapped}
   *
   * @param c who deletes it
   * @param domain its handle
   * @param mappings how many mappings are left
   */
  public static boolean leaves(NtContext c, long domain, long mappings) {
    if (mappings == 0 || !c.kernel().verifier().dma()) {
      return false;
    }
    c.misuse(DmaVerification.MAPPINGS_LEFT, domain, mappings, 0);
    return true;
  }
}
