package dev.mapwright.core.space;

import dev.mapwright.core.index.PageTrie;
import dev.mapwright.core.machine.RandomStream;
import org.jspecify.annotations.Nullable;

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
 * <p>The space's lock guards everything.
 */
final class Finder {
  private static final int FEWEST_DRAWS = 32;

  private final AddressSpace space;

  /** The child that the last {@link #next} or {@link #previous} found. */
  long childFirst;

  long childLast;

  /** The child when it is a region, else null; then {@link #childMapping} names it. */
  private @Nullable Region childRegion;

  int childMapping;

  Finder(AddressSpace space) {
    this.space = space;
  }

  /** The child that was found, or null when it is a mapping. */
  @Nullable Region childRegion() {
    return childRegion;
  }

  /** Finds the first child of a region that ends at or after a page; false when there is none. */
  boolean next(Region region, long page) {
    PageTrie mappings = space.mappings;
    MappingTable table = space.table;
    int mapping = 0;
    long mappingFirst = Long.MAX_VALUE;
    if (mappings.floorKey(page) >= 0 && table.last(mappings.found()) >= page) {
      mapping = mappings.found();
      mappingFirst = table.first(mapping);
    } else {
      long key = mappings.ceilingKey(page);
      if (key >= 0 && key <= region.lastPage) {
        mapping = mappings.found();
        mappingFirst = key;
      }
    }
    Region child = region.childAtOrAfter(page);
    if (child != null && child.firstPage <= mappingFirst) {
      return found(child);
    }
    return mapping != 0 && mappingFirst <= region.lastPage && found(mapping);
  }

  /** Finds the last child of a region that begins at or before a page; false when there is none. */
  boolean previous(Region region, long page) {
    PageTrie mappings = space.mappings;
    int mapping = 0;
    long mappingFirst = -1;
    long key = mappings.floorKey(page);
    if (key >= region.firstPage) {
      mapping = mappings.found();
      mappingFirst = key;
    }
    Region child = region.childAtOrBefore(page);
    if (child != null && child.lastPage >= mappingFirst) {
      return found(child);
    }
    return mapping != 0 && found(mapping);
  }

  private boolean found(Region child) {
    childRegion = child;
    childMapping = 0;
    childFirst = child.firstPage;
    childLast = child.lastPage;
    return true;
  }

  private boolean found(int mapping) {
    childRegion = null;
    childMapping = mapping;
    childFirst = space.table.first(mapping);
    childLast = space.table.last(mapping);
    return true;
  }

  /**
   * Whether a range of a region has no child in it. Children are disjoint, so only the last one
   * that begins at or before the range's end can reach into it.
   */
  boolean free(Region region, long first, long last) {
    long key = space.mappings.floorKey(last);
    if (key >= first || key >= 0 && space.table.last(space.mappings.found()) >= first) {
      return false;
    }
    Region child = region.childAtOrBefore(last);
    return child == null || child.lastPage < first;
  }

  /** A place by the request's rule, or -1. The limits and the region are respected. */
  long choose(Region region, Placement where, long pages) {
    long lowest = Math.max(region.firstPage, where.lowest);
    long highest = Math.min(region.lastPage, where.highest);
    if (lowest > highest || pages > highest - lowest + 1) {
      return -1;
    }
    int align = where.alignmentLog2Pages;
    return switch (where.rule) {
      case COMPACT -> compact(region, lowest, highest, align, pages);
      case FIRST_FIT -> counted(region, lowest, highest, align, pages, 0);
      default -> random(region, lowest, highest, align, pages);
    };
  }

  private static long alignUp(long page, int log2) {
    long mask = (1L << log2) - 1;
    return (page + mask) & ~mask;
  }

  private long random(Region region, long lowest, long highest, int align, long pages) {
    long from = alignUp(lowest, align);
    long lastPlace = highest - pages + 1;
    if (from > lastPlace) {
      return -1;
    }
    RandomStream random = space.random;
    long places = (lastPlace - from >>> align) + 1;
    long draws = Math.min(places, FEWEST_DRAWS + (space.mappings.size() >>> 4));
    for (long i = 0; i < draws; i++) {
      long place = from + (random.below(places) << align);
      if (free(region, place, place + pages - 1)) {
        return place;
      }
    }
    long free = count(region, lowest, highest, align, pages);
    return free == 0 ? -1 : counted(region, lowest, highest, align, pages, random.below(free));
  }

  /** How many free, aligned places there are. */
  private long count(Region region, long lowest, long highest, int align, long pages) {
    long total = 0;
    long gapFirst = lowest;
    while (gapFirst <= highest) {
      boolean more = next(region, gapFirst) && childFirst <= highest;
      total += placesIn(gapFirst, more ? childFirst - 1 : highest, align, pages);
      if (!more) {
        break;
      }
      gapFirst = childLast + 1;
    }
    return total;
  }

  /** The free place with a number, in ascending order from 0 on; -1 when there are not so many. */
  private long counted(
      Region region, long lowest, long highest, int align, long pages, long number) {
    long gapFirst = lowest;
    while (gapFirst <= highest) {
      boolean more = next(region, gapFirst) && childFirst <= highest;
      long places = placesIn(gapFirst, more ? childFirst - 1 : highest, align, pages);
      if (number < places) {
        return alignUp(gapFirst, align) + (number << align);
      }
      number -= places;
      if (!more) {
        break;
      }
      gapFirst = childLast + 1;
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
  private long compact(Region region, long lowest, long highest, int align, long pages) {
    if (!next(region, region.firstPage)) {
      return random(region, lowest, highest, align, pages);
    }
    long firstChild = childFirst;
    boolean some = previous(region, region.lastPage);
    long lastChild = some ? childLast : region.lastPage;
    long draw = space.random.nextLong();
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
