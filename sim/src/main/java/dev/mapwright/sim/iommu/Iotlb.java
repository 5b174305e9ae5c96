package dev.mapwright.sim.iommu;

import dev.mapwright.core.Permissions;
import java.util.Arrays;

/**
 * What a port remembers of the tables it has walked: the translations of one domain. Only the
 * thread that drives the port uses it. It remembers from the first access on, and forgets nothing
 * by itself but what another page takes the place of; so what somebody forgot to flush is used.
 * Intel Virtualization Technology for Directed I/O, Architecture Specification, chapter "Caching
 * Translation Information", section "IOTLB".
 *
 * <p><b>Layout.</b> Two arrays of pairs, for pages and for 2 MiB (from leaves of at least that
 * size). A pair is a tag, the number of the page (or of the 2 MiB) with the <em>generation</em> in
 * its low 12 bits; and a value: the frame, with the size of the leaf in bits 3 and 2 and what is
 * allowed in bits 1 and 0. Generations start at 1, so the 0 of an empty slot never matches; raising
 * the generation forgets everything.
 *
 * <p><b>Pieces.</b> Of a leaf of 1 GiB 2 MiB are entered, and of one that is not RAM throughout a
 * page. A flush of any page of the leaf has to reach them; so while there are such pieces, a flush
 * looks at each entry and at the size of its leaf.
 *
 * <p><b>Copies.</b> A page that is found in 2 MiB is entered by itself, too. Whatever takes the 2
 * MiB out, or replaces them, takes the copies out first; so there are none of what is not there.
 *
 * <p>Entries that were not present, or refused, are never entered.
 */
@SuppressWarnings("ReferenceEquality") // of arrays
final class Iotlb {
  static final int LOG2_PAGES = 10;
  private static final int LOG2_LARGE = 8;
  static final int LARGE_LOG2_PAGES = 9;
  static final int PFN_SHIFT = 4;
  private static final int SIZE_SHIFT = 2;
  private static final int SIZE_MASK = 3;

  /** log2 of the pages of a leaf, by its size. */
  private static final int[] LOG2_OF_SIZE = {0, LARGE_LOG2_PAGES, 18};

  private static final long PERMISSIONS = Permissions.READ_WRITE;
  private static final int GENERATION_BITS = 12;
  private static final long LAST_GENERATION = (1 << GENERATION_BITS) - 1;
  private static final long MOST_ONE_BY_ONE = 256;

  /** An array in which nothing is ever found, of the length of the others. */
  static final long[] NOTHING = new long[2 << LOG2_PAGES];

  /** Tags at even places, values at odd ones; {@link #NOTHING} until something is entered. */
  private long[] pages = NOTHING;

  private long[] large = NOTHING;

  /** A bit for each pair of {@link #large}: whether there may be copies of its pages. */
  private final long[] copies = new long[(1 << LOG2_LARGE) / Long.SIZE];

  /** What the low bits of the tags that count are. */
  long generation = 1;

  /** Whether there are pieces of larger leaves. */
  private boolean pieces;

  private static int slot(long number, int log2Slots) {
    return (int) number << 1 & (2 << log2Slots) - 2;
  }

  /** Makes the array of pages, which takes memory, and gives it. */
  long[] makePages() {
    if (pages == NOTHING) {
      pages = new long[2 << LOG2_PAGES];
    }
    return pages;
  }

  /** The array of pages as it is. */
  long[] pages() {
    return pages;
  }

  /** The frame of a page for an access; -1 when it is not remembered, or not as allowed. */
  long find(long page, int permission) {
    long[] pairs = pages;
    int slot = slot(page, LOG2_PAGES);
    if (pairs[slot] == (page << GENERATION_BITS | generation)) {
      long value = pairs[slot + 1];
      return (value & permission) == permission ? value >>> PFN_SHIFT : -1;
    }
    long[] larger = large;
    long number = page >>> LARGE_LOG2_PAGES;
    slot = slot(number, LOG2_LARGE);
    if (larger[slot] == (number << GENERATION_BITS | generation)) {
      long value = larger[slot + 1];
      return (value & permission) == permission ? copy(page, slot, value) : -1;
    }
    return -1;
  }

  /** Enters a page of 2 MiB that are remembered, too, so that it is found sooner; its frame. */
  private long copy(long page, int largeSlot, long value) {
    long copied = value + ((page & (1 << LARGE_LOG2_PAGES) - 1) << PFN_SHIFT);
    long[] pairs = makePages();
    int slot = slot(page, LOG2_PAGES);
    pairs[slot] = page << GENERATION_BITS | generation;
    pairs[slot + 1] = copied;
    copies[largeSlot >> 7] |= 1L << (largeSlot >> 1);
    return copied >>> PFN_SHIFT;
  }

  /** Forgets the copies of pages of the 2 MiB in a slot, if there are any. */
  private void dropCopies(int largeSlot) {
    long bit = 1L << (largeSlot >> 1);
    if ((copies[largeSlot >> 7] & bit) == 0) {
      return;
    }
    copies[largeSlot >> 7] &= ~bit;
    long first = large[largeSlot] >>> GENERATION_BITS << LARGE_LOG2_PAGES;
    for (long page = first; page < first + (1 << LARGE_LOG2_PAGES); page++) {
      int slot = slot(page, LOG2_PAGES);
      boolean small = (pages[slot + 1] >>> SIZE_SHIFT & SIZE_MASK) == 0;
      if (pages[slot] >>> GENERATION_BITS == page && !small) {
        pages[slot] = 0;
      }
    }
  }

  /**
   * Enters a page.
   *
   * @param leafLog2Pages the size of the leaf that it is of
   * @param whole whether the 2 MiB around it, of a leaf at least as large, can be entered as one
   */
  void enter(long page, long pfn, int permissions, int leafLog2Pages, boolean whole) {
    int size = leafLog2Pages >= LOG2_OF_SIZE[2] ? 2 : leafLog2Pages >= LARGE_LOG2_PAGES ? 1 : 0;
    pieces |= size > (whole ? 1 : 0);
    long rest = (long) size << SIZE_SHIFT | permissions & PERMISSIONS;
    if (!whole) {
      long[] pairs = makePages();
      int slot = slot(page, LOG2_PAGES);
      pairs[slot] = page << GENERATION_BITS | generation;
      pairs[slot + 1] = pfn << PFN_SHIFT | rest;
      return;
    }
    if (large == NOTHING) {
      large = new long[2 << LOG2_LARGE];
    }
    long number = page >>> LARGE_LOG2_PAGES;
    int slot = slot(number, LOG2_LARGE);
    dropCopies(slot);
    large[slot] = number << GENERATION_BITS | generation;
    large[slot + 1] = pfn - (page & (1 << LARGE_LOG2_PAGES) - 1) << PFN_SHIFT | rest;
  }

  /** Forgets a range of pages. */
  void forget(long firstPage, long lastPage) {
    drop(pages, LOG2_PAGES, 0, firstPage, lastPage);
    drop(large, LOG2_LARGE, LARGE_LOG2_PAGES, firstPage, lastPage);
  }

  /**
   * Drops what a range of pages meets from an array whose entries have 2 to the power of {@code
   * log2Pages} pages each.
   */
  private void drop(long[] pairs, int log2Slots, int log2Pages, long firstPage, long lastPage) {
    if (pairs == NOTHING) {
      return;
    }
    long first = firstPage >>> log2Pages;
    long last = lastPage >>> log2Pages;
    if (!pieces && last - first < MOST_ONE_BY_ONE) {
      for (long number = first; number <= last; number++) {
        int slot = slot(number, log2Slots);
        if (pairs[slot] == (number << GENERATION_BITS | generation)) {
          if (pairs == large) {
            dropCopies(slot);
          }
          pairs[slot] = 0;
        }
      }
      return;
    }
    for (int slot = 0; slot < pairs.length; slot += 2) {
      int size = (int) (pairs[slot + 1] >>> SIZE_SHIFT) & SIZE_MASK;
      long pagesOfLeaf = 1L << Math.max(log2Pages, LOG2_OF_SIZE[size]);
      long page = pairs[slot] >>> GENERATION_BITS << log2Pages & -pagesOfLeaf;
      if (page <= lastPage && page + pagesOfLeaf > firstPage) {
        if (pairs == large) {
          dropCopies(slot);
        }
        pairs[slot] = 0;
      }
    }
  }

  /** Forgets everything. */
  void flush() {
    pieces = false;
    Arrays.fill(copies, 0);
    if (generation < LAST_GENERATION) {
      generation++;
      return;
    }
    wipe(pages);
    wipe(large);
    generation = 1;
  }

  private static void wipe(long[] pairs) {
    if (pairs != NOTHING) {
      Arrays.fill(pairs, 0);
    }
  }
}
