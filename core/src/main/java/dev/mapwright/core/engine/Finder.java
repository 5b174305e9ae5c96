package dev.mapwright.core.engine;

import dev.mapwright.core.machine.RandomStream;
import dev.mapwright.core.space.Placement;
import dev.mapwright.core.state.FirstFit;
import dev.mapwright.core.state.MappingTable;
import dev.mapwright.core.state.RegionState;
import dev.mapwright.core.state.SpaceState;

/**
 * Finds places in a region: what its next child is, whether a range is free, where something new
 * may lie.
 *
 * <p>A region's children are in two indexes: its child regions in its own, and the mappings of the
 * whole space in the space's. A mapping that lies inside a child region is that region's, so the
 * walk over the children takes whichever begins first and jumps over child regions whole.
 *
 * <p><b>Random placement is exactly uniform.</b> All free, aligned places have the same
 * probability: a place is drawn from all aligned ones and rejected when it is not free. When too
 * many were rejected, the free places are counted, gap by gap, and one of them is drawn; that is
 * the same distribution. How many draws are tried grows with the number of mappings, since counting
 * them all costs more than many draws.
 *
 * <p><b>First fit</b> asks a tree of the region's gaps, see {@link FirstFit}; whoever fills or
 * frees a range says so by {@link #taken} and {@link #freed}.
 *
 * <p>The space's lock guards everything.
 */
final class Finder {
  private static final int FEWEST_DRAWS = 32;

  private final SpaceState state;

  /** What the searches in here find. */
  private final Child at = new Child();

  Finder(SpaceState state) {
    this.state = state;
  }

  /** Finds the first child of a region that ends at or after a page; false when there is none. */
  boolean next(RegionState region, long page, Child into) {
    MappingTable table = state.table();
    int mapping = state.firstMapping(page, region.lastPage());
    long mappingFirst = mapping == 0 ? Long.MAX_VALUE : table.first(mapping);
    RegionState child = region.childAtOrAfter(page);
    if (child != null && child.firstPage() <= mappingFirst) {
      return into.is(child);
    }
    return mapping != 0 && into.is(mapping, mappingFirst, table.last(mapping));
  }

  /** Finds the last child of a region that begins at or before a page; false when there is none. */
  boolean previous(RegionState region, long page, Child into) {
    MappingTable table = state.table();
    int mapping = state.lastBeginning(page);
    long mappingFirst = mapping == 0 ? -1 : table.first(mapping);
    if (mappingFirst < region.firstPage()) {
      mapping = 0;
      mappingFirst = -1;
    }
    RegionState child = region.childAtOrBefore(page);
    if (child != null && child.lastPage() >= mappingFirst) {
      return into.is(child);
    }
    return mapping != 0 && into.is(mapping, mappingFirst, table.last(mapping));
  }

  /** Whether a range of a region has no child in it. */
  boolean free(RegionState region, long first, long last) {
    if (!state.unmapped(first, last)) {
      return false;
    }
    RegionState child = region.childAtOrBefore(last);
    return child == null || child.lastPage() < first;
  }

  /** A range of a region has become free, whatever of it was free before; said when it is. */
  void freed(RegionState region, long first, long last) {
    region.firstFit().free(first, last);
  }

  /** A range of a region holds a child now. */
  void taken(RegionState region, long first, long last) {
    region.firstFit().taken(first, last);
  }

  /** A place by the request's rule, or -1. The limits and the region are respected. */
  long choose(RegionState region, Placement where, long pages) {
    long lowest = Math.max(region.firstPage(), where.lowest());
    long highest = Math.min(region.lastPage(), where.highest());
    if (lowest > highest || pages > highest - lowest + 1) {
      return -1;
    }
    int align = where.alignmentLog2Pages();
    return switch (where.rule()) {
      case COMPACT -> compact(region, lowest, highest, align, pages);
      case FIRST_FIT -> firstFit(region, lowest, highest, align, pages);
      default -> random(region, lowest, highest, align, pages);
    };
  }

  private static long alignUp(long page, int log2) {
    long mask = (1L << log2) - 1;
    return (page + mask) & ~mask;
  }

  private long random(RegionState region, long lowest, long highest, int align, long pages) {
    long from = alignUp(lowest, align);
    long lastPlace = highest - pages + 1;
    if (from > lastPlace) {
      return -1;
    }
    RandomStream random = state.random();
    long places = (lastPlace - from >>> align) + 1;
    long draws = Math.min(places, FEWEST_DRAWS + (state.mappings() >>> 4));
    for (long i = 0; i < draws; i++) {
      long place = from + (random.below(places) << align);
      if (free(region, place, place + pages - 1)) {
        return place;
      }
    }
    long free = count(region, lowest, highest, align, pages);
    return free == 0 ? -1 : counted(region, lowest, highest, align, pages, random.below(free));
  }

  /** The lowest free, aligned place. */
  private long firstFit(RegionState region, long lowest, long highest, int align, long pages) {
    FirstFit gaps = region.firstFit();
    if (!gaps.inUse()) {
      noteGaps(region, gaps);
    }
    // Without the memory for a tree the children are walked over.
    return gaps.inUse()
        ? gaps.lowest(lowest, highest, align, pages)
        : counted(region, lowest, highest, align, pages, 0);
  }

  private void noteGaps(RegionState region, FirstFit gaps) {
    gaps.begin();
    long gapFirst = region.firstPage();
    while (gaps.inUse() && gapFirst <= region.lastPage()) {
      boolean more = next(region, gapFirst, at);
      gaps.free(gapFirst, more ? at.first - 1 : region.lastPage());
      if (!more) {
        return;
      }
      gapFirst = at.last + 1;
    }
  }

  /** How many free, aligned places there are. */
  private long count(RegionState region, long lowest, long highest, int align, long pages) {
    long total = 0;
    long gapFirst = lowest;
    while (gapFirst <= highest) {
      boolean more = next(region, gapFirst, at) && at.first <= highest;
      total += placesIn(gapFirst, more ? at.first - 1 : highest, align, pages);
      if (!more) {
        break;
      }
      gapFirst = at.last + 1;
    }
    return total;
  }

  /** The free place with a number, in ascending order from 0 on; -1 when there are not so many. */
  private long counted(
      RegionState region, long lowest, long highest, int align, long pages, long number) {
    long gapFirst = lowest;
    while (gapFirst <= highest) {
      boolean more = next(region, gapFirst, at) && at.first <= highest;
      long places = placesIn(gapFirst, more ? at.first - 1 : highest, align, pages);
      if (number < places) {
        return alignUp(gapFirst, align) + (number << align);
      }
      number -= places;
      if (!more) {
        break;
      }
      gapFirst = at.last + 1;
    }
    return -1;
  }

  private static long placesIn(long gapFirst, long gapLast, int align, long pages) {
    long from = alignUp(gapFirst, align);
    long lastPlace = gapLast - pages + 1;
    return from > lastPlace ? 0 : (lastPlace - from >>> align) + 1;
  }

  /**
   * Before the first child or behind the last, at a random distance of 1 to 128 pages that is
   * halved until it fits on one of the sides.
   */
  private long compact(RegionState region, long lowest, long highest, int align, long pages) {
    if (!next(region, region.firstPage(), at)) {
      return random(region, lowest, highest, align, pages);
    }
    long firstChild = at.first;
    long lastChild = previous(region, region.lastPage(), at) ? at.last : region.lastPage();
    long draw = state.random().nextLong();
    boolean before = (draw & 1) == 0;
    for (long gap = (draw >>> 1 & 0x7F) + 1; gap > 0; gap >>>= 1) {
      for (int side = 0; side < 2; side++) {
        long place =
            before == (side == 0)
                ? placeBefore(firstChild, lowest, align, pages, gap)
                : placeBehind(lastChild, highest, align, pages, gap);
        if (place >= lowest && place + pages - 1 <= highest) {
          return place;
        }
      }
    }
    return -1;
  }

  private static long placeBefore(long firstChild, long lowest, int align, long pages, long gap) {
    if (firstChild - lowest < pages) {
      return -1;
    }
    long place = Math.max(lowest, firstChild - pages - gap) & -(1L << align);
    return place >= lowest ? place : -1;
  }

  private static long placeBehind(long lastChild, long highest, int align, long pages, long gap) {
    long place = alignUp(lastChild + 1 + gap, align);
    return place <= highest && pages <= highest - place + 1 ? place : -1;
  }
}
