package dev.mapwright.core.dma;

/**
 * The blocks that were freed last: a few of each order, the newest on top. They are free, but the
 * trie of blocks still holds them. Guarded by the owner; nothing here allocates but the
 * constructor.
 */
final class BlockCache {
  /** Blocks of one order that are kept. */
  static final int DEPTH = 8;

  /** First pages, {@link #DEPTH} places an order; of those in use the oldest is the first. */
  private final long[] pages;

  /** How many places of each order are in use. */
  private final int[] counts;

  BlockCache(int orders) {
    pages = new long[orders * DEPTH];
    counts = new int[orders];
  }

  /** How many blocks of an order there are. */
  int count(int order) {
    return counts[order];
  }

  boolean isFull(int order) {
    return counts[order] == DEPTH;
  }

  /** Puts a block on top; there is a place for it. */
  void add(int order, long page) {
    pages[order * DEPTH + counts[order]++] = page;
  }

  /** Takes the oldest block out; there is one. */
  long takeOldest(int order) {
    return take(order, 0);
  }

  /** Takes the newest block out that begins in a range, inclusive; -1 if there is none. */
  long takeNewest(int order, long lowest, long highest) {
    for (int i = counts[order] - 1; i >= 0; i--) {
      long page = pages[order * DEPTH + i];
      if (page >= lowest && page <= highest) {
        return take(order, i);
      }
    }
    return -1;
  }

  boolean contains(int order, long page) {
    for (int i = 0; i < counts[order]; i++) {
      if (pages[order * DEPTH + i] == page) {
        return true;
      }
    }
    return false;
  }

  private long take(int order, int place) {
    int from = order * DEPTH + place;
    long page = pages[from];
    counts[order]--;
    System.arraycopy(pages, from + 1, pages, from, counts[order] - place);
    return page;
  }
}
