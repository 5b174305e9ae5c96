package dev.mapwright.linux;

import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.FoundMapping;
import java.util.Arrays;

/**
 * Finds the highest gap of a size, as the kernel does when it chooses a place ({@code
 * vm_unmapped_area_topdown}). All numbers are pages.
 *
 * <p>The engine only answers what the first mapping in a range is, so a search goes down from one
 * mapping to the next. What it has gone over it remembers: for each of some sizes, above which page
 * there is no gap of that size. Mapping leaves that true; what is unmapped is noted, and the next
 * search begins above it. A search allocates nothing.
 */
final class Gaps {

  /** No gap of the size lies below the ceiling. */
  static final long NONE = -1;

  /** Which gap it would be depends on how far an area has grown, or takes too long to find. */
  static final long UNKNOWN = -2;

  /** The kernel keeps this far away from an area that grows down (stack_guard_gap). */
  static final long STACK_GAP_PAGES = 256;

  /**
   * How many steps a search may take on average, so that a program which makes gaps hard to find
   * costs no more than others; and how many it may save up for one that takes more.
   */
  private static final int STEPS_EACH = 200;

  private static final int MOST_STEPS = 200_000;

  /** Eight for each power of two of pages. */
  private static final int SIZES = 8 * 40;

  private final AddressSpace space;
  private final KindTable kinds;
  private final FoundMapping found = new FoundMapping();

  /** For each size: between this page and the ceiling there is no gap of so many pages. */
  private final long[] searched = new long[SIZES];

  private long ceiling = -1;

  /** The page behind each range that was unmapped since the last search. */
  private final long[] freed = new long[8];

  private int freedCount;

  /** Whether there were more. */
  private boolean overflown;

  /** The same for the highest of them since somebody asked; 0 if there was none. */
  private long freedSinceAsked;

  /** Whether an area below the ceiling grows down. */
  private boolean anyGrows;

  /** How many steps may be taken. */
  private int steps = MOST_STEPS;

  Gaps(AddressSpace space, KindTable kinds) {
    this.space = space;
    this.kinds = kinds;
  }

  /** A range was unmapped. */
  void freed(long last) {
    freedSinceAsked = Math.max(freedSinceAsked, last + 1);
    if (freedCount == freed.length) {
      // Too many to look at each.
      freed[0] = Math.max(freed[0], last + 1);
      overflown = true;
      return;
    }
    freed[freedCount++] = last + 1;
  }

  /** An area that grows down was mapped. */
  void grows() {
    anyGrows = true;
  }

  /** The end of the highest range that was unmapped since the last time this was asked. */
  long takeFreed() {
    long top = freedSinceAsked;
    freedSinceAsked = 0;
    return top;
  }

  /**
   * Finds the highest gap.
   *
   * @param below the page that nothing may reach
   * @param pages how many are needed
   * @return the page behind the gap, {@link #NONE} or {@link #UNKNOWN}
   */
  long highest(long below, long pages) {
    begin(below);
    int slot = slot(pages);
    steps = Math.min(MOST_STEPS, steps + STEPS_EACH);
    long end = down(searched[slot], size(slot));
    if (end == UNKNOWN) {
      return UNKNOWN;
    }
    searched[slot] = end;
    end = size(slot) == pages ? end : down(end, pages);
    return end == UNKNOWN || end - pages >= Areas.LOWEST_PAGE ? end : NONE;
  }

  private void begin(long below) {
    if (below > ceiling) {
      Arrays.fill(searched, below);
    } else if (below < ceiling) {
      for (int i = 0; i < searched.length; i++) {
        searched[i] = Math.min(searched[i], below);
      }
    }
    ceiling = below;
    if (overflown) {
      long top = 0;
      for (long end : freed) {
        top = Math.max(top, end);
      }
      top = gapEnd(top);
      for (int i = 0; i < searched.length; i++) {
        searched[i] = Math.max(searched[i], top);
      }
    } else {
      for (int i = 0; i < freedCount; i++) {
        noteGap(gapEnd(freed[i]));
      }
    }
    freedCount = 0;
    overflown = false;
  }

  /** Where the gap ends that reaches up to a page, or beyond. */
  private long gapEnd(long page) {
    if (page >= ceiling) {
      return ceiling;
    }
    return space.firstMapping(page, ceiling - 1, found)
        ? Math.max(page, found.firstPage())
        : ceiling;
  }

  /** Searches for what fits into a gap begin at its end again. */
  private void noteGap(long end) {
    long room = 1;
    while (end - room >= Areas.LOWEST_PAGE
        && !space.firstMapping(end - room, end - 1, found)
        && room < 1L << 40) {
      room <<= 1;
    }
    // The gap has less than this room, and at least half of it.
    for (int i = 1; i < searched.length && size(i) < room; i++) {
      searched[i] = Math.max(searched[i], end);
    }
  }

  /** Which of the remembered sizes is the largest that is not above a size. */
  private static int slot(long pages) {
    if (pages < 8) {
      return (int) pages;
    }
    int log = 63 - Long.numberOfLeadingZeros(pages);
    return (log - 2) * 8 + (int) (pages >>> log - 3 & 7);
  }

  private static long size(int slot) {
    return slot < 8 ? slot : 8L + (slot & 7) << (slot >>> 3) - 1;
  }

  /** Goes down from a page to the end of a gap, or to where none can be any more. */
  private long down(long from, long pages) {
    long end = from;
    while (end - pages >= Areas.LOWEST_PAGE) {
      if (--steps <= 0) {
        return UNKNOWN;
      }
      if (space.firstMapping(end - pages, end - 1, found)) {
        end = found.firstPage();
      } else if (anyGrows && growsAt(end)) {
        // It keeps its distance, nobody knows how far it has grown, and kernels since 6.1 pass over
        // every gap within that distance once they have found the one below it.
        return UNKNOWN;
      } else {
        break;
      }
    }
    return end;
  }

  private boolean growsAt(long page) {
    return space.firstMapping(page, page, found)
        && kinds.kind(found.tag()).has(AreaKind.GROWS_DOWN);
  }
}
