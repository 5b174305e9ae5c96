package dev.mapwright.core.object;

import dev.mapwright.core.index.NodePool;
import dev.mapwright.core.index.PageTrie;

/**
 * The pages that an object has itself: one entry a page that is not simply absent.
 *
 * <p>An entry is an int: 1 .. 2^30 is a frame (its pfn plus 1), above that a page whose contents
 * are out in a page store (its token), and the largest int is a page that was cleared: it has no
 * frame, and does not show what the hidden objects of snapshots above it keep there. The family's
 * lock guards it.
 */
final class PageList {
  static final int ABSENT = 0;
  static final int CLEARED = Integer.MAX_VALUE;
  private static final int OUT = (1 << 30) + 1;

  private final PageTrie trie;

  PageList(NodePool pool) {
    trie = new PageTrie(pool);
  }

  int get(long page) {
    return trie.get(page);
  }

  static boolean present(int entry) {
    return entry > 0 && entry < OUT;
  }

  static boolean out(int entry) {
    return entry >= OUT && entry != CLEARED;
  }

  /** Whether the object has contents of its own for the page. */
  static boolean filled(int entry) {
    return entry != ABSENT && entry != CLEARED;
  }

  static long pfn(int entry) {
    return entry - 1L;
  }

  static int token(int entry) {
    return entry - OUT;
  }

  /** Acquires what {@code puts} calls of the put methods need, besides what was acquired. */
  boolean ensure(int puts) {
    return trie.ensure(puts);
  }

  boolean ensureRange(long first, long last) {
    return trie.ensureRange(first, last);
  }

  /** Gives back what was acquired and not needed. */
  void settle() {
    trie.settle();
  }

  static int frame(long pfn) {
    return (int) pfn + 1;
  }

  static int outWith(int token) {
    return OUT + token;
  }

  void putEntry(long page, int entry) {
    trie.put(page, entry);
  }

  /** Removes the entry of a page, and returns it. */
  int remove(long page) {
    return trie.remove(page);
  }

  /** The first page at or after {@code page} that has an entry, or -1. */
  long next(long page) {
    return trie.ceilingKey(page);
  }

  long size() {
    return trie.size();
  }
}
