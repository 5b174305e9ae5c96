package dev.mapwright.core.dma;

/**
 * The blocks that were freed last: a few of each order, the newest on top. They are free, but the
 * trie of blocks still holds them. Guarded by the owner; nothing here allocates but the
 * constructor.
 */
final class BlockCache {
  /** Blocks of one order that are kept. */
  static final int DEPTH = 8;

  /** Blocks of all orders together that are kept: what it takes to empty the cache is bounded. */
  static final int MOST = 64;

  /** First pages, {@link #DEPTH} places an order; of those in use the oldest is the first. */
  private final long[] pages;

  /** When each was added; in the same places. */
  private final long[] times;

  /** How many places of each order are in use. */
  private final int[] counts;

  /** A bit for each order that has any. */
  private long orders;

  /** How many places are in use. */
  private int size;

  /** How many blocks were added since the beginning. */
  private long time;

  BlockCache(int orders) {
    pages = new long[orders * DEPTH];
    times = new long[orders * DEPTH];
    counts = new int[orders];
  }

  /** The lowest order of which there is a block; -1 if there is none. */
  int lowestOrder() {
    return size == 0 ? -1 : Long.numberOfTrailingZeros(orders);
  }

  /** The order of which the oldest has to go before one is added; -1 if there is a place. */
  int crowdedBy(int order) {
    if (counts[order] == DEPTH) {
      return order;
    }
    return size == MOST ? orderOfOldest() : -1;
  }

  private int orderOfOldest() {
    int oldest = -1;
    for (long left = orders; left != 0; left &= left - 1) {
      int order = Long.numberOfTrailingZeros(left);
      if (oldest < 0 || times[order * DEPTH] < times[oldest * DEPTH]) {
        oldest = order;
      }
    }
    return oldest;
  }

  /** Puts a block on top; there is a place for it. */
  void add(int order, long page) {
    int place = order * DEPTH + counts[order]++;
    pages[place] = page;
    times[place] = time++;
    orders |= 1L << order;
    size++;
  }

  /** Takes the oldest block of an order out; there is one. */
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

  private long take(int order, int index) {
    int place = order * DEPTH + index;
    long page = pages[place];
    int newer = --counts[order] - index;
    if (newer > 0) {
      System.arraycopy(pages, place + 1, pages, place, newer);
      System.arraycopy(times, place + 1, times, place, newer);
    }
    if (counts[order] == 0) {
      orders &= ~(1L << order);
    }
    size--;
    return page;
  }
}
