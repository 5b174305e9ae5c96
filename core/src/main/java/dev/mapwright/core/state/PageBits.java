package dev.mapwright.core.state;

/**
 * A bit for each page of a range, counted from its first. Searches end where they are told to, so
 * they cost what they look at. Whoever has them guards them.
 *
 * <p>The array begins and ends with a cache line that holds nothing: two threads that change the
 * bits of two ranges share none, wherever the collector has put the arrays.
 */
public final class PageBits {
  /** Words before and behind those that are used. */
  private static final int MARGIN = 8;

  private final long[] words;

  /** All clear. */
  public PageBits(int pages) {
    words = new long[(pages - 1 >>> 6) + 1 + 2 * MARGIN];
  }

  public boolean get(int page) {
    return (words[MARGIN + (page >>> 6)] >>> page & 1) != 0;
  }

  public void set(int page) {
    words[MARGIN + (page >>> 6)] |= 1L << page;
  }

  public void clear(int page) {
    words[MARGIN + (page >>> 6)] &= ~(1L << page);
  }

  /** Sets a range, its last page inclusive. */
  public void set(int first, int last) {
    for (int word = first >>> 6; word <= last >>> 6; word++) {
      words[MARGIN + word] |= mask(word, first, last);
    }
  }

  /** Clears a range, its last page inclusive. */
  public void clear(int first, int last) {
    for (int word = first >>> 6; word <= last >>> 6; word++) {
      words[MARGIN + word] &= ~mask(word, first, last);
    }
  }

  /** The bits of a word that lie in a range. */
  private static long mask(int word, int first, int last) {
    long mask = -1L;
    if (word == first >>> 6) {
      mask <<= first;
    }
    return word == last >>> 6 ? mask & -1L >>> 63 - (last & 63) : mask;
  }

  /** The lowest page of a range that is set; -1 for none. */
  public int firstSet(int first, int last) {
    for (int word = first >>> 6; word <= last >>> 6; word++) {
      long found = words[MARGIN + word] & mask(word, first, last);
      if (found != 0) {
        return (word << 6) + Long.numberOfTrailingZeros(found);
      }
    }
    return -1;
  }

  /** The lowest page of a range that is clear; -1 for none. */
  public int firstClear(int first, int last) {
    for (int word = first >>> 6; word <= last >>> 6; word++) {
      long found = ~words[MARGIN + word] & mask(word, first, last);
      if (found != 0) {
        return (word << 6) + Long.numberOfTrailingZeros(found);
      }
    }
    return -1;
  }

  /** The highest page up to one that is set; -1 for none. */
  public int lastSet(int last) {
    for (int word = last >>> 6; word >= 0; word--) {
      long found = words[MARGIN + word] & mask(word, 0, last);
      if (found != 0) {
        return (word << 6) + 63 - Long.numberOfLeadingZeros(found);
      }
    }
    return -1;
  }

  /** How many pages of a range are set. */
  public int count(int first, int last) {
    int count = 0;
    for (int word = first >>> 6; word <= last >>> 6; word++) {
      count += Long.bitCount(words[MARGIN + word] & mask(word, first, last));
    }
    return count;
  }
}
