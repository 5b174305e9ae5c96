package dev.mapwright.windows.memory.iommu;

import dev.mapwright.core.Pages;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.TranslationEntry;
import java.util.HashSet;
import java.util.Set;

/**
 * Frames of which DMA verification asks whether a device may reach them: whether a domain shows
 * them. It looks through all domains; nothing here is fast. One thread's.
 */
public final class ShownFrames {
  private final IommuState state;
  private final Frames frames;

  /** Those that somebody holds: no other is shown. */
  private final Set<Long> asked = new HashSet<>();

  /**
   * Makes an empty set.
   *
   * @param state the system's
   */
  public ShownFrames(IommuState state) {
    this.state = state;
    frames = state.machine().frames();
  }

  /**
   * Adds a frame.
   *
   * @param pfn its number, any
   */
  public void add(long pfn) {
    if (pfn >= 0 && pfn <= Frames.LAST_PFN && frames.isRam(pfn) && frames.holds(pfn) > 0) {
      asked.add(pfn);
    }
  }

  /** {@return how many of the frames are shown} */
  public long count() {
    Set<Long> shown = new HashSet<>();
    if (!asked.isEmpty()) {
      for (DmaDomain domain : state.allDomains()) {
        Domain engine = domain.engine();
        if (engine != null) {
          look(engine, shown);
        }
      }
    }
    return shown.size();
  }

  private void look(Domain engine, Set<Long> shown) {
    engine.forEach((kind, first, pages, entry) -> {
      boolean mapped = kind == Domain.Kind.MAPPING || kind == Domain.Kind.SEGMENT;
      for (long page = first; mapped && page < first + pages; page++) {
        long there = engine.entry(page);
        if (TranslationEntry.bare(there) && asked.contains(TranslationEntry.pfn(there))) {
          shown.add(TranslationEntry.pfn(there));
        }
      }
    });
  }

  /**
   * {@return the first page of a range that a domain shows something at; -1 for none}
   *
   * @param engine the domain
   * @param first the first page
   * @param pages how many
   */
  public static long firstMapped(Domain engine, long first, long pages) {
    long[] found = {-1};
    engine.forEach((kind, itsFirst, itsPages, entry) -> {
      if (shows(kind, entry) && found[0] < 0 && common(first, pages, itsFirst, itsPages) > 0) {
        found[0] = Math.max(first, itsFirst);
      }
    });
    return found[0];
  }

  /**
   * {@return how many pages of a range a domain shows something at}
   *
   * @param engine the domain
   * @param first the first page
   * @param pages how many
   */
  public static long mapped(Domain engine, long first, long pages) {
    long[] count = new long[1];
    engine.forEach((kind, itsFirst, itsPages, entry) ->
        count[0] += shows(kind, entry) ? common(first, pages, itsFirst, itsPages) : 0);
    return count[0];
  }

  /** Whether a range is one through which devices reach something. */
  private static boolean shows(Domain.Kind kind, long entry) {
    return kind != Domain.Kind.RESERVATION && TranslationEntry.bare(entry);
  }

  private static long common(long first, long pages, long otherFirst, long otherPages) {
    long from = Math.max(first, otherFirst);
    return Math.max(0, Math.min(first + pages, otherFirst + otherPages) - from);
  }

  /**
   * {@return how many pages the mapping has that begins at a page; 0 for none}
   *
   * @param engine the domain
   * @param first the page
   */
  public static long mappedFrom(Domain engine, long first) {
    long[] found = new long[1];
    engine.forEach((kind, itsFirst, pages, entry) -> {
      if (kind == Domain.Kind.MAPPING && itsFirst == first) {
        found[0] = pages;
      }
    });
    return found[0];
  }

  /**
   * {@return how many whole pages a number of bytes at an address has, from the first of them on}
   *
   * @param address where the bytes begin
   * @param bytes how many
   */
  public static long wholePages(long address, long bytes) {
    long first = Pages.of(address + Pages.BYTES - 1);
    return Math.max(0, Pages.of(address + bytes) - first);
  }
}
