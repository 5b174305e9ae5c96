package dev.mapwright.proof.zircon;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An address space: one entry for each mapped page, and the tree of regions. Everything is found by
 * looking at everything.
 */
final class ModelSpace {
  /** Not an address: there is no place. */
  static final long NONE = -1;

  /** Keyed by page number (address >>> 12). */
  final Map<Long, PageEntry> pages = new HashMap<>();

  final ModelRegion root;

  ModelSpace(long base, long sizeBytes) {
    root = new ModelRegion(this, null, base, sizeBytes, Bits.CAN_MAP_ALL | Bits.CAN_MAP_SPECIFIC);
  }

  @Nullable PageEntry at(long address) {
    return pages.get(address >>> 12);
  }

  /** The numbers of the mapped pages in a range, ascending. */
  List<Long> mapped(long first, long last) {
    List<Long> found = new ArrayList<>();
    long firstPage = first >>> 12;
    long lastPage = last >>> 12;
    if (lastPage - firstPage < pages.size()) {
      for (long page = firstPage; page <= lastPage; page++) {
        if (pages.containsKey(page)) {
          found.add(page);
        }
      }
    } else {
      for (long page : pages.keySet()) {
        if (page >= firstPage && page <= lastPage) {
          found.add(page);
        }
      }
      Collections.sort(found);
    }
    return found;
  }

  /** Whether nothing of a region's children touches the range; the range lies inside the region. */
  boolean free(ModelRegion region, long first, long last) {
    for (ModelRegion child : region.children) {
      if (child.intersects(first, last)) {
        return false;
      }
    }
    return mapped(first, last).isEmpty();
  }

  /** The gaps of a region as pairs {first page, pages}, ascending. */
  List<long[]> gaps(ModelRegion region) {
    TreeSet<Long> starts = new TreeSet<>();
    Map<Long, Long> lengths = new HashMap<>();
    for (ModelRegion child : region.children) {
      starts.add(child.base >>> 12);
      lengths.put(child.base >>> 12, child.sizeBytes >>> 12);
    }
    for (Map.Entry<Long, PageEntry> entry : pages.entrySet()) {
      if (entry.getValue().region == region) {
        starts.add(entry.getKey());
        lengths.put(entry.getKey(), 1L);
      }
    }
    List<long[]> gaps = new ArrayList<>();
    long at = region.base >>> 12;
    for (long start : starts) {
      if (start > at) {
        gaps.add(new long[] {at, start - at});
      }
      at = start + lengths.getOrDefault(start, 1L);
    }
    long end = at + 0;
    long regionEnd = (region.base >>> 12) + (region.sizeBytes >>> 12);
    if (regionEnd > end) {
      gaps.add(new long[] {end, regionEnd - end});
    }
    return gaps;
  }

  /** In how many places a range of this size fits. */
  long positions(ModelRegion region, long sizeBytes) {
    long wanted = sizeBytes >>> 12;
    long sum = 0;
    for (long[] gap : gaps(region)) {
      if (gap[1] >= wanted) {
        sum += gap[1] - wanted + 1;
      }
    }
    return sum;
  }

  /** The address of position number n in ascending order. */
  long position(ModelRegion region, long sizeBytes, long n) {
    long wanted = sizeBytes >>> 12;
    long left = n;
    for (long[] gap : gaps(region)) {
      if (gap[1] >= wanted) {
        long here = gap[1] - wanted + 1;
        if (left < here) {
          return (gap[0] + left) << 12;
        }
        left -= here;
      }
    }
    return NONE;
  }

  /** How many positions lie before an address that is one. */
  long rank(ModelRegion region, long sizeBytes, long address) {
    long wanted = sizeBytes >>> 12;
    long page = address >>> 12;
    long before = 0;
    for (long[] gap : gaps(region)) {
      if (gap[1] >= wanted && gap[0] <= page) {
        before += Math.min(gap[1] - wanted + 1, page - gap[0]);
      }
    }
    return before;
  }

  boolean empty(ModelRegion region) {
    return region.children.isEmpty()
        && pages.values().stream().noneMatch(entry -> entry.region == region);
  }

  /**
   * What each of the 256 draws of the compact rule leads to: an address, or NONE. The region has a
   * child.
   */
  long[] compactOutcomes(ModelRegion region, long sizeBytes) {
    List<long[]> gaps = gaps(region);
    long regionFirst = region.base >>> 12;
    long regionEnd = regionFirst + (region.sizeBytes >>> 12);
    long before = 0;
    long after = 0;
    if (!gaps.isEmpty()) {
      before = gaps.getFirst()[0] == regionFirst ? gaps.getFirst()[1] : 0;
      after = gaps.getLast()[0] + gaps.getLast()[1] == regionEnd ? gaps.getLast()[1] : 0;
    }
    long firstChild = regionFirst + before;
    long lastEnd = regionEnd - after;
    long wanted = sizeBytes >>> 12;
    long[] outcomes = new long[256];
    for (int draw = 0; draw < 256; draw++) {
      long found = NONE;
      for (int n = (draw >>> 1) + 1; n > 0 && found == NONE; n >>>= 1) {
        for (int turn = 0; turn < 2 && found == NONE; turn++) {
          boolean goBefore = ((draw + turn) & 1) == 0;
          if (goBefore && before >= wanted) {
            found = Math.max(firstChild - wanted - n, regionFirst) << 12;
          } else if (!goBefore && after >= wanted + n) {
            found = (lastEnd + n) << 12;
          }
        }
      }
      outcomes[draw] = found;
    }
    return outcomes;
  }

  /** Removes a region with everything below it. */
  void destroy(ModelRegion region) {
    List<ModelRegion> dying = new ArrayList<>();
    dying.add(region);
    for (int i = 0; i < dying.size(); i++) {
      dying.get(i).dead = true;
      dying.addAll(dying.get(i).children);
      dying.get(i).children.clear();
    }
    if (region.parent != null) {
      region.parent.children.remove(region);
    }
    pages.values().removeIf(entry -> entry.region.dead);
  }
}
