package dev.mapwright.bench;

import java.util.Iterator;
import java.util.TreeMap;

/**
 * Allocation of single pages as Linux' allocator of I/O virtual addresses searches its red-black
 * tree: node by node from the highest address down to the first gap, beginning at the page that was
 * allocated last, or at the one above the highest freed since. {@link TreeMap} is a red-black tree,
 * too, and its iterators step as that search does.
 */
final class LinearSearch {
  private final long end;

  /** What is live, and {@link #end}, which never goes. */
  private final TreeMap<Long, Boolean> taken = new TreeMap<>();

  private final long[] places;
  private final IndexStream stream;
  private long begin;

  LinearSearch(int n) {
    end = n + n / 16;
    taken.put(end, true);
    begin = end;
    places = new long[n];
    stream = new IndexStream(n);
    for (int i = 0; i < n; i++) {
      places[i] = allocate();
    }
  }

  private long allocate() {
    long page = below(begin);
    if (page < 0) {
      page = below(end);
    }
    taken.put(page, true);
    begin = page;
    return page;
  }

  /** The first free page below a live one; -1 if there is none. */
  private long below(long live) {
    Iterator<Long> lower = taken.headMap(live, false).descendingKeySet().iterator();
    long page = live - 1;
    while (lower.hasNext() && lower.next() == page) {
      page--;
    }
    return page;
  }

  private void free(long page) {
    if (page >= begin) {
      begin = taken.higherKey(page);
    }
    taken.remove(page);
  }

  /** Frees a random page and allocates one. */
  private void pairs(int operations) {
    for (int k = 0; k < operations; k++) {
      stream.state += IndexStream.STEP;
      int i = IndexStream.below(stream.state, places.length);
      free(places[i]);
      places[i] = allocate();
    }
  }

  Contender contender() {
    return new Contender("linear search", this::pairs);
  }
}
