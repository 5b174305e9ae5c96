package dev.mapwright.linux;

import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.FoundMapping;
import java.util.Arrays;

/**
 * Finds the highest gap of a size, as the kernel does when it chooses a place ({@code
 * vm_unmapped_area_topdown}). All numbers are pages.
 *
 * <p>The engine only answers what the first mapping in a range is, so a search goes down from one
 * mapping to the next. What it has gone over it remembers: for each power of two, above which page
 * there is no gap of that many pages. Mapping leaves that true; what is unmapped is noted, and the
 * next search begins above it. A search allocates nothing.
 */
final class Gaps {

  /** No gap of the size lies below the ceiling. */
  static final long NONE = -1;

  /** Which gap it would be depends on how far an area has grown, or takes too long to find. */
  static final long UNKNOWN = -2;

  /** The kernel keeps this far away from an area that grows down (stack_guard_gap). */
  static final long STACK_GAP_PAGES = 256;

  /** A program can make the highest gap hard to find; no program needs so many steps. */
  private static final int MAX_STEPS = 100_000;

  private final AddressSpace space;
  private final KindTable kinds;
  private final FoundMapping found = new FoundMapping();

  /** At n: between this page and the ceiling there is no gap of 2 to the power of n pages. */
  private final long[] searched = new long[48];

  private long ceiling = -1;

  /** The end of the highest range that was unmapped since the last search; 0 if none was. */
  private long freed;

  /** The same since somebody asked. */
  private long freedSinceAsked;

  /** Whether an area below the ceiling grows down. */
  private boolean anyGrows;

  private int steps;

  Gaps(AddressSpace space, KindTable kinds) {
    this.space = space;
    this.kinds = kinds;
  }

  /** A range was unmapped. */
  void freed(long last) {
    freed = Math.max(freed, last + 1);
    freedSinceAsked = Math.max(freedSinceAsked, last + 1);
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
    int unit = 63 - Long.numberOfLeadingZeros(pages);
    steps = 0;
    long end = down(searched[unit], 1L << unit);
    if (end == UNKNOWN) {
      return UNKNOWN;
    }
    searched[unit] = end;
    end = down(end, pages);
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
    if (freed == 0) {
      return;
    }
    long top = Math.min(freed, below);
    freed = 0;
    if (top < below && space.firstMapping(top, below - 1, found)) {
      top = Math.max(top, found.firstPage());
    } else {
      top = below;
    }
    for (int i = 0; i < searched.length; i++) {
      searched[i] = Math.max(searched[i], top);
    }
  }

  /** Goes down from a page to the end of a gap, or to where none can be any more. */
  private long down(long from, long pages) {
    long end = from;
    while (end - pages >= Areas.LOWEST_PAGE) {
      if (++steps > MAX_STEPS) {
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
