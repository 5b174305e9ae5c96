package dev.mapwright.core.index;

import java.util.Arrays;

/**
 * The layout of a trie node in a block of a {@link NodePool}, and what can be done to one node.
 *
 * <p>A node maps slots (0 .. 511) to entries (positive ints). Int 0 is the header: bits 0-2 the
 * block's class, bits 3-12 how many entries. Small nodes then hold their slots, ascending, two in
 * an int, and behind them the entries in the same order. A dense node holds a bitmap of 16 ints and
 * then 512 entries, so that it is read like a page table.
 */
final class TrieNode {
  static final int SLOTS = 512;
  static final int SLOT_BITS = 9;
  static final int DENSE = NodePool.DENSE;

  /** Entries that fit into a block of each class. */
  private static final int[] CAPACITY = {2, 4, 10, 20, 42, 84, 512};

  private static final int COUNT_SHIFT = 3;
  private static final int COUNT_MASK = 0x3FF;
  private static final int BITMAP = 1;
  private static final int DENSE_ENTRIES = 17;

  private TrieNode() {}

  /** The class of the largest node that so many entries can make necessary. */
  static int classFor(long entries) {
    int sizeClass = 0;
    while (sizeClass < DENSE && CAPACITY[sizeClass] < entries) {
      sizeClass++;
    }
    return sizeClass;
  }

  static int create(Promise promise, int sizeClass) {
    return initialised(promise.pool(), promise.take(sizeClass), sizeClass);
  }

  private static int initialised(NodePool pool, int block, int sizeClass) {
    int[] a = pool.array(block);
    int at = NodePool.offset(block);
    a[at] = sizeClass;
    if (sizeClass == DENSE) {
      Arrays.fill(a, at + BITMAP, at + DENSE_ENTRIES + SLOTS, 0);
    }
    return block;
  }

  static void free(NodePool pool, int node) {
    pool.giveBack(node, sizeClass(header(pool, node)));
  }

  private static int header(NodePool pool, int node) {
    return pool.array(node)[NodePool.offset(node)];
  }

  private static int sizeClass(int header) {
    return header & 7;
  }

  private static int count(int header) {
    return header >>> COUNT_SHIFT & COUNT_MASK;
  }

  static int count(NodePool pool, int node) {
    return count(header(pool, node));
  }

  /** The entry of a slot, 0 when there is none. */
  static int get(NodePool pool, int node, int slot) {
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    int header = a[at];
    int sizeClass = sizeClass(header);
    if (sizeClass == DENSE) {
      return a[at + DENSE_ENTRIES + slot];
    }
    int index = indexOf(a, at, count(header), slot);
    return index < 0 ? 0 : a[entriesAt(at, sizeClass) + index];
  }

  /** Replaces the entry of a slot that has one. */
  static void replace(NodePool pool, int node, int slot, int entry) {
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    int header = a[at];
    int sizeClass = sizeClass(header);
    if (sizeClass == DENSE) {
      a[at + DENSE_ENTRIES + slot] = entry;
    } else {
      a[entriesAt(at, sizeClass) + indexOf(a, at, count(header), slot)] = entry;
    }
  }

  /**
   * Adds an entry for a slot that has none.
   *
   * @return the node, which is another one when it had to become larger; the old one is gone then
   */
  static int insert(Promise promise, int node, int slot, int entry) {
    NodePool pool = promise.pool();
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    int header = a[at];
    int sizeClass = sizeClass(header);
    int count = count(header);
    if (count == CAPACITY[sizeClass]) {
      return insert(promise, enlarge(promise, node, sizeClass + 1), slot, entry);
    }
    a[at] = header + (1 << COUNT_SHIFT);
    if (sizeClass == DENSE) {
      a[at + BITMAP + (slot >>> 5)] |= 1 << slot;
      a[at + DENSE_ENTRIES + slot] = entry;
      return node;
    }
    int index = ~indexOf(a, at, count, slot);
    int entries = entriesAt(at, sizeClass);
    System.arraycopy(a, entries + index, a, entries + index + 1, count - index);
    a[entries + index] = entry;
    for (int i = count; i > index; i--) {
      setSlot(a, at, i, slot(a, at, i - 1));
    }
    setSlot(a, at, index, slot);
    return node;
  }

  /**
   * Removes the entry of a slot that has one.
   *
   * @return the node, which is another one when it could become much smaller
   */
  static int remove(NodePool pool, int node, int slot) {
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    int header = a[at];
    int sizeClass = sizeClass(header);
    int count = count(header) - 1;
    a[at] = header - (1 << COUNT_SHIFT);
    if (sizeClass == DENSE) {
      a[at + BITMAP + (slot >>> 5)] &= ~(1 << slot);
      a[at + DENSE_ENTRIES + slot] = 0;
    } else {
      int index = indexOf(a, at, count + 1, slot);
      int entries = entriesAt(at, sizeClass);
      System.arraycopy(a, entries + index + 1, a, entries + index, count - index);
      for (int i = index; i < count; i++) {
        setSlot(a, at, i, slot(a, at, i + 1));
      }
    }
    // Half of the next smaller size is left free, so that adding and removing one entry in turn
    // does
    // not move the node each time. Becoming smaller is never necessary, so it takes only what was
    // returned, which no promise counts on.
    if (sizeClass > 0 && count <= CAPACITY[sizeClass - 1] / 2 && pool.hasReturned(sizeClass - 1)) {
      return moved(pool, node, pool.take(sizeClass - 1), sizeClass - 1);
    }
    return node;
  }

  /** Moves a node into a larger block. */
  static int enlarge(Promise promise, int node, int sizeClass) {
    return moved(promise.pool(), node, promise.take(sizeClass), sizeClass);
  }

  /** Moves a node into a block of another class that has room for it. */
  private static int moved(NodePool pool, int node, int block, int sizeClass) {
    int moved = initialised(pool, block, sizeClass);
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    int[] b = pool.array(moved);
    int to = NodePool.offset(moved);
    int header = a[at];
    int count = count(header);
    int fromClass = sizeClass(header);
    b[to] = header & ~7 | sizeClass;
    int index = 0;
    for (int slot = next(pool, node, 0); slot >= 0; slot = next(pool, node, slot + 1)) {
      int entry =
          fromClass == DENSE ? a[at + DENSE_ENTRIES + slot] : a[entriesAt(at, fromClass) + index];
      if (sizeClass == DENSE) {
        b[to + BITMAP + (slot >>> 5)] |= 1 << slot;
        b[to + DENSE_ENTRIES + slot] = entry;
      } else {
        setSlot(b, to, index, slot);
        b[entriesAt(to, sizeClass) + index] = entry;
      }
      index++;
    }
    assert index == count;
    pool.giveBack(node, fromClass);
    return moved;
  }

  /** The smallest slot with an entry that is at least {@code from}, or -1. */
  static int next(NodePool pool, int node, int from) {
    if (from >= SLOTS) {
      return -1;
    }
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    int header = a[at];
    if (sizeClass(header) == DENSE) {
      int word = from >>> 5;
      int bits = a[at + BITMAP + word] & -1 << from;
      while (bits == 0) {
        if (++word == SLOTS / 32) {
          return -1;
        }
        bits = a[at + BITMAP + word];
      }
      return word << 5 | Integer.numberOfTrailingZeros(bits);
    }
    int count = count(header);
    int index = indexOf(a, at, count, from);
    if (index < 0) {
      index = ~index;
    }
    return index == count ? -1 : slot(a, at, index);
  }

  /** The largest slot with an entry that is at most {@code from}, or -1. */
  static int previous(NodePool pool, int node, int from) {
    if (from < 0) {
      return -1;
    }
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    int header = a[at];
    if (sizeClass(header) == DENSE) {
      int word = from >>> 5;
      int bits = a[at + BITMAP + word] & -1 >>> 31 - (from & 31);
      while (bits == 0) {
        if (--word < 0) {
          return -1;
        }
        bits = a[at + BITMAP + word];
      }
      return word << 5 | 31 - Integer.numberOfLeadingZeros(bits);
    }
    int index = indexOf(a, at, count(header), from);
    if (index < 0) {
      index = ~index - 1;
    }
    return index < 0 ? -1 : slot(a, at, index);
  }

  private static int entriesAt(int at, int sizeClass) {
    return at + 1 + CAPACITY[sizeClass] / 2;
  }

  private static int slot(int[] a, int at, int index) {
    return a[at + 1 + (index >> 1)] >>> (index & 1) * 16 & 0xFFFF;
  }

  private static void setSlot(int[] a, int at, int index, int slot) {
    int word = at + 1 + (index >> 1);
    int shift = (index & 1) * 16;
    a[word] = a[word] & ~(0xFFFF << shift) | slot << shift;
  }

  /** Binary search: the index of a slot, or the complement of where it would be. */
  private static int indexOf(int[] a, int at, int count, int slot) {
    int low = 0;
    int high = count - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int found = slot(a, at, middle);
      if (found < slot) {
        low = middle + 1;
      } else if (found > slot) {
        high = middle - 1;
      } else {
        return middle;
      }
    }
    return ~low;
  }
}
