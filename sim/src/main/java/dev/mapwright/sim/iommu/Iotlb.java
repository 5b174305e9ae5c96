package dev.mapwright.sim.iommu;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import java.util.Arrays;

/**
 * What a port remembers of the tables it has walked: the translations of one domain. Only the
 * thread that drives the port uses it. It remembers from the first access on, and forgets nothing
 * by itself but what another page takes the place of; so what somebody forgot to flush is used.
 *
 * <p><b>Layout.</b> Two arrays of pairs, for pages and for 2 MiB (from leaves of at least that
 * size). A pair is a tag, the number of the page (or of the 2 MiB) with the <em>generation</em> in
 * its low 12 bits; and a value, the frame with what is allowed in its low 2 bits. Generations start
 * at 1, so the 0 of an empty slot never matches; raising the generation forgets everything. A page
 * of a larger leaf that is not RAM throughout is entered by itself; a flush of any page of the leaf
 * has to reach it, so from then on flushes are widened to leaves of that size.
 *
 * <p>Entries that were not present, or refused, are never entered.
 */
final class Iotlb {
  private static final int LOG2_PAGES = 10;
  private static final int LOG2_LARGE = 8;
  static final int LARGE_LOG2_PAGES = 9;
  private static final int PERMISSION_BITS = 2;
  private static final long PERMISSIONS = Permissions.READ_WRITE;
  private static final int GENERATION_BITS = 12;
  private static final long LAST_GENERATION = (1 << GENERATION_BITS) - 1;
  private static final long MOST_PAGES_ONE_BY_ONE = 256;
  private static final long[] NOTHING = {};

  /** Tags at even places, values at odd ones; empty until something is entered. */
  private long[] pages = NOTHING;

  private long[] large = NOTHING;

  private long generation = 1;

  /** log2 of the pages that a flush is widened to. */
  private int widening;

  private static int slot(long number, int log2Slots) {
    return (int) number << 1 & (2 << log2Slots) - 2;
  }

  /** The frame of a page for an access; -1 when it is not remembered, or not as allowed. */
  long find(long page, int permission) {
    long[] pairs = pages;
    int slot = slot(page, LOG2_PAGES);
    if (pairs.length != 0 && pairs[slot] == (page << GENERATION_BITS | generation)) {
      long value = pairs[slot + 1];
      return (value & permission) == permission ? value >>> PERMISSION_BITS : -1;
    }
    long[] larger = large;
    long number = page >>> LARGE_LOG2_PAGES;
    slot = slot(number, LOG2_LARGE);
    if (larger.length != 0 && larger[slot] == (number << GENERATION_BITS | generation)) {
      long value = larger[slot + 1];
      return (value & permission) == permission
          ? (value >>> PERMISSION_BITS) + (page & (1 << LARGE_LOG2_PAGES) - 1)
          : -1;
    }
    return -1;
  }

  /**
   * Enters a page.
   *
   * @param leafLog2Pages the size of the leaf that it is of
   * @param whole whether the 2 MiB around it, of a leaf at least as large, can be entered as one
   */
  void enter(long page, long pfn, int permissions, int leafLog2Pages, boolean whole) {
    long allowed = permissions & PERMISSIONS;
    if (leafLog2Pages > 0) {
      widening = Math.max(widening, leafLog2Pages);
    }
    if (!whole) {
      if (pages.length == 0) {
        pages = new long[2 << LOG2_PAGES];
      }
      int slot = slot(page, LOG2_PAGES);
      pages[slot] = page << GENERATION_BITS | generation;
      pages[slot + 1] = pfn << PERMISSION_BITS | allowed;
      return;
    }
    if (large.length == 0) {
      large = new long[2 << LOG2_LARGE];
    }
    long number = page >>> LARGE_LOG2_PAGES;
    int slot = slot(number, LOG2_LARGE);
    large[slot] = number << GENERATION_BITS | generation;
    large[slot + 1] = pfn - (page & (1 << LARGE_LOG2_PAGES) - 1) << PERMISSION_BITS | allowed;
  }

  /** Forgets a range of pages. */
  void forget(long firstPage, long lastPage) {
    long mask = (1L << widening) - 1;
    long first = firstPage & ~mask;
    long last = Math.min(lastPage | mask, Pages.LAST_PAGE);
    drop(pages, LOG2_PAGES, first, last);
    drop(large, LOG2_LARGE, first >>> LARGE_LOG2_PAGES, last >>> LARGE_LOG2_PAGES);
  }

  private void drop(long[] pairs, int log2Slots, long first, long last) {
    if (pairs.length == 0) {
      return;
    }
    if (last - first < MOST_PAGES_ONE_BY_ONE) {
      for (long number = first; number <= last; number++) {
        int slot = slot(number, log2Slots);
        if (pairs[slot] == (number << GENERATION_BITS | generation)) {
          pairs[slot] = 0;
        }
      }
      return;
    }
    for (int slot = 0; slot < pairs.length; slot += 2) {
      long number = pairs[slot] >>> GENERATION_BITS;
      if (number >= first && number <= last) {
        pairs[slot] = 0;
      }
    }
  }

  /** Forgets everything. */
  void flush() {
    widening = 0;
    if (generation < LAST_GENERATION) {
      generation++;
      return;
    }
    Arrays.fill(pages, 0);
    Arrays.fill(large, 0);
    generation = 1;
  }
}
