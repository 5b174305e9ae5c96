package dev.mapwright.core.index;

/**
 * The layout of a node of a {@link BlockTrie} in a block of a {@link WordPool}, and what can be
 * done to one node.
 *
 * <p>A node of level L has 64 slots of 64^L pages each. Word 0 is the header: the node's first page
 * (a multiple of 64^(L+1)), in its low bits the level, in its high bits the block's class. Three
 * bitmaps follow, with a bit a slot, and behind them the entries of the slots that have one, packed
 * in order.
 *
 * <table>
 * <caption>What the bitmaps say of a slot; a slot that none of them names is free.</caption>
 * <tr><th>used<th>begins<th>below<th>the slot
 * <tr><td>1<td>1<td>0<td>is the first of a block of this level
 * <tr><td>1<td>0<td>0<td>belongs to the block that begins before it
 * <tr><td>0<td>1<td>0<td>is reserved
 * <tr><td>0<td>0<td>1<td>has an entry, a smaller block or a node, and some of it is free
 * <tr><td>1<td>0<td>1<td>has an entry, and nothing of it is free
 * </table>
 *
 * <p>A block of order k is one of level k / 6, so it fills 1 to 32 slots, and since it is aligned
 * to its size they are slots of one node.
 */
final class BlockNode {
  static final int SLOT_BITS = 6;
  static final int SLOTS = 64;

  /** Entries that fit into a block of each class. */
  private static final int[] CAPACITY = {0, 2, 4, 8, 14, 20, 32, 44, 64};

  private static final int USED = 1;
  private static final int BEGINS = 2;
  private static final int BELOW = 3;
  private static final int ENTRIES = 4;

  private static final int LEVEL_MASK = 0xF;
  private static final int CLASS_SHIFT = 58;
  private static final long PAGE_MASK = (1L << CLASS_SHIFT) - SLOTS;

  private static final long[] FIRST_OF_PAIRS = {
    0x5555555555555555L,
    0x1111111111111111L,
    0x0101010101010101L,
    0x0001000100010001L,
    0x0000000100000001L,
    1L
  };

  private BlockNode() {}

  static long slotPages(int level) {
    return 1L << level * SLOT_BITS;
  }

  static int slotOf(long page, int level) {
    return (int) (page >>> level * SLOT_BITS) & SLOTS - 1;
  }

  /** The level of the nodes whose bitmaps note blocks of an order. */
  static int levelOf(int order) {
    return order / SLOT_BITS;
  }

  /** Whether a page lies in the node with a header. */
  static boolean holds(long header, long page) {
    return (page ^ page(header)) >>> (level(header) + 1) * SLOT_BITS == 0;
  }

  /** Makes a node that holds nothing, with room for 0, 1 or 2 entries. */
  static int create(WordPool pool, int level, long page, int entries) {
    int sizeClass = entries == 0 ? 0 : 1;
    int node = pool.take(sizeClass);
    long[] a = pool.array(node);
    int at = WordPool.offset(node);
    a[at] = page & -1L << (level + 1) * SLOT_BITS | level | (long) sizeClass << CLASS_SHIFT;
    a[at + USED] = 0;
    a[at + BEGINS] = 0;
    a[at + BELOW] = 0;
    return node;
  }

  static void free(WordPool pool, int node) {
    pool.giveBack(node, sizeClass(pool.array(node)[WordPool.offset(node)]));
  }

  static int level(long header) {
    return (int) header & LEVEL_MASK;
  }

  /** The node's first page. */
  static long page(long header) {
    return header & PAGE_MASK;
  }

  private static int sizeClass(long header) {
    return (int) (header >>> CLASS_SHIFT);
  }

  /** The slots of live blocks. */
  static long used(long[] a, int at) {
    return a[at + USED] & ~a[at + BELOW];
  }

  /** The slots with entries of which something is free. */
  static long open(long[] a, int at) {
    return a[at + BELOW] & ~a[at + USED];
  }

  static long begins(long[] a, int at) {
    return a[at + BEGINS];
  }

  static long below(long[] a, int at) {
    return a[at + BELOW];
  }

  static long free(long[] a, int at) {
    return ~(a[at + USED] | a[at + BEGINS] | a[at + BELOW]);
  }

  /** Marks the slots of a block of the node's own level. */
  static void mark(long[] a, int at, int slot, int slots, boolean reserved) {
    long mask = (1L << slots) - 1 << slot;
    if (reserved) {
      a[at + BEGINS] |= mask;
    } else {
      a[at + USED] |= mask;
      a[at + BEGINS] |= 1L << slot;
    }
  }

  /** Takes the marks of a block that is not reserved away. */
  static void unmark(long[] a, int at, int slot, int slots) {
    a[at + USED] &= ~((1L << slots) - 1 << slot);
    a[at + BEGINS] &= ~(1L << slot);
  }

  /** How many slots the block takes that begins at a slot. */
  static int slots(long[] a, int at, int slot) {
    // Shifted twice, because a shift by 64 is none.
    long behind = (used(a, at) & ~a[at + BEGINS]) >>> slot >>> 1;
    return 1 + Long.numberOfTrailingZeros(~behind);
  }

  /** Where the entry of a slot is, or would be, in the array. */
  static int entryAt(long[] a, int at, int slot) {
    return at + ENTRIES + Long.bitCount(a[at + BELOW] & (1L << slot) - 1);
  }

  /** Where the entry of the lowest slot is. */
  static int firstEntryAt(int at) {
    return at + ENTRIES;
  }

  /**
   * Adds an entry for a slot that is free.
   *
   * @return the node, which is another one when it had to become larger; the old one is gone then
   */
  static int insert(WordPool pool, int node, int slot, long entry) {
    long[] a = pool.array(node);
    int at = WordPool.offset(node);
    int count = Long.bitCount(a[at + BELOW]);
    int sizeClass = sizeClass(a[at]);
    if (count == CAPACITY[sizeClass]) {
      return insert(pool, moved(pool, node, sizeClass + 1), slot, entry);
    }
    int place = entryAt(a, at, slot);
    System.arraycopy(a, place, a, place + 1, at + ENTRIES + count - place);
    a[at + BELOW] |= 1L << slot;
    replace(a, at, slot, place, entry);
    return node;
  }

  /** Puts another entry in the place of that of a slot. */
  static void replace(long[] a, int at, int slot, int place, long entry) {
    a[place] = entry;
    if (BlockEntry.free(entry) < 0) {
      a[at + USED] |= 1L << slot;
    } else {
      a[at + USED] &= ~(1L << slot);
    }
  }

  /** Removes the entry of a slot that has one. */
  static void remove(long[] a, int at, int slot) {
    int count = Long.bitCount(a[at + BELOW]);
    int place = entryAt(a, at, slot);
    System.arraycopy(a, place + 1, a, place, at + ENTRIES + count - place - 1);
    a[at + BELOW] &= ~(1L << slot);
    a[at + USED] &= ~(1L << slot);
  }

  /**
   * Moves a node that has become much emptier into a smaller block, if one was returned: it is
   * never necessary, so it takes nothing that was prepared. Half of the smaller block is left free,
   * so that adding and removing one entry in turn does not move the node each time.
   *
   * @return the node, which may be another one
   */
  static int shrunk(WordPool pool, int node) {
    long[] a = pool.array(node);
    int at = WordPool.offset(node);
    int smaller = sizeClass(a[at]) - 1;
    if (smaller > 0
        && Long.bitCount(a[at + BELOW]) <= CAPACITY[smaller]
        && pool.hasReturned(smaller)) {
      return moved(pool, node, smaller);
    }
    return node;
  }

  /** Moves a node into a block of another class that has room for it. */
  private static int moved(WordPool pool, int node, int sizeClass) {
    int moved = pool.take(sizeClass);
    long[] a = pool.array(node);
    int at = WordPool.offset(node);
    long[] b = pool.array(moved);
    int to = WordPool.offset(moved);
    int count = Long.bitCount(a[at + BELOW]);
    System.arraycopy(a, at, b, to, ENTRIES + count);
    b[to] = a[at] & (1L << CLASS_SHIFT) - 1 | (long) sizeClass << CLASS_SHIFT;
    pool.giveBack(node, sizeClass(a[at]));
    return moved;
  }

  /** The slots at which 2^order free slots begin, aligned; order is 0 to 5. */
  static long runs(long free, int order) {
    long runs = free;
    for (int i = 0; i < order; i++) {
      runs &= runs >>> (1 << i) & FIRST_OF_PAIRS[i];
    }
    return runs;
  }

  /** The binary logarithm of the largest aligned run of free slots; one at least is free. */
  static int largestRun(long free) {
    long runs = free;
    int order = 0;
    while (order < SLOT_BITS) {
      runs &= runs >>> (1 << order) & FIRST_OF_PAIRS[order];
      if (runs == 0) {
        break;
      }
      order++;
    }
    return order;
  }
}
