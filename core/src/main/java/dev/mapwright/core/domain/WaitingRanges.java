package dev.mapwright.core.domain;

/**
 * Ranges that wait for something, the oldest first: a ring whose room is there from the beginning.
 * Guarded by the domain's lock.
 */
final class WaitingRanges {
  /** First page and pages of each, in turn. */
  private final long[] words;

  /** Which place of the ring is the oldest one's. */
  private int oldest;

  private int count;
  private long pages;

  WaitingRanges(int most) {
    words = new long[2 * most];
  }

  /** How many there may be. */
  int most() {
    return words.length / 2;
  }

  int count() {
    return count;
  }

  boolean full() {
    return count == most();
  }

  /** How many pages all of them have. */
  long pages() {
    return pages;
  }

  private int place(int index) {
    int place = oldest + index;
    return 2 * (place < most() ? place : place - most());
  }

  /** Adds one; there is a place for it. */
  void add(long firstPage, long itsPages) {
    int place = place(count++);
    words[place] = firstPage;
    words[place + 1] = itsPages;
    pages += itsPages;
  }

  /** The first page of one; 0 is the oldest. */
  long firstPage(int index) {
    return words[place(index)];
  }

  long pages(int index) {
    return words[place(index) + 1];
  }

  void removeOldest() {
    pages -= pages(0);
    oldest = place(1) / 2;
    count--;
  }

  /** Which of them meets a range, the lowest number; -1 for none. */
  int meeting(long firstPage, long lastPage) {
    for (int i = 0; i < count; i++) {
      long first = firstPage(i);
      if (first <= lastPage && first + pages(i) > firstPage) {
        return i;
      }
    }
    return -1;
  }
}
