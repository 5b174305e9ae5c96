package dev.mapwright.core.index;

import dev.mapwright.core.failure.FailurePoints;

/**
 * A set of blocks of pages that do not overlap, each a power of two of pages and aligned to its
 * size, which knows the lowest free place for one more.
 *
 * <p><b>The principle.</b> What is stored is what is taken. Free space is not stored at all: it is
 * what lies between, so it takes no memory however large, and two buddies are one free block as
 * soon as nothing lies in either. Nobody ever splits or joins a free block.
 *
 * <p><b>What is stored where.</b> A tree with 64 ways: a slot of level L is 64^L pages, and a block
 * of order k (2^k pages) is noted in bitmaps of the node whose slots are of level k / 6. A slot in
 * which something smaller is taken has an <i>entry</i>. If that is a single block, the entry is the
 * block itself; else it is the node of the lowest level that holds all of it, which may be several
 * levels further down, so a node has always two things in it. This is why blocks scattered over
 * 2^51 pages take no more nodes than there are blocks, and why no path is longer than nine nodes.
 *
 * <p>An entry also says how large the largest free block in its slot is, so a search for a place
 * goes by what is too full. It enters at most one slot in vain a level: the one which the lowest
 * page allowed cuts. That there is a highest page allowed does not matter to the search, since the
 * lowest place is inside or none is.
 *
 * <p><b>Entries.</b> 0 is none. Bits 56 to 61 are the order of the largest free block in the slot,
 * plus one; 0 when all of it is taken. Bit 63 is set when the entry is a block: bit 62 then says
 * that it is reserved, and bits 0 to 54 are 2 * page + 2^order, in which the lowest bit set tells
 * the order. Of a node, bits 0 to 31 are the address in the pool.
 *
 * <p>No operation looks at more than nine nodes a path and 64 entries a node. The owner's lock
 * guards every method.
 */
public final class BlockTrie {
  /** Blocks of higher orders can't be entered: 2^53 pages are twice what 64 bits address. */
  public static final int HIGHEST_ORDER = 53;

  /** Levels of nodes; the root entry is that of one slot of this level. */
  private static final int LEVELS = 9;

  /** What entering one block may take: a node of two, and a node that has to become larger. */
  private static final int WORDS_A_BLOCK = WordPool.words(1) + WordPool.LARGEST_WORDS;

  private static final long LONE = 1L << 63;
  private static final long RESERVED = 1L << 62;
  private static final int ROOM_SHIFT = 56;
  private static final long ROOM_MASK = 0x3FL << ROOM_SHIFT;
  private static final long CODE_MASK = (1L << 55) - 1;

  private final WordPool pool;

  /** Guarded by the owner. */
  private long root;

  /**
   * Makes an empty set, which takes no memory yet.
   *
   * @param failures asked before memory is acquired
   */
  public BlockTrie(FailurePoints failures) {
    pool = new WordPool(failures);
  }

  /**
   * Acquires what entering blocks takes. Nothing else acquires, or can fail.
   *
   * @param blocks how many can be entered from now on, if nothing is removed between them
   * @return false when the memory could not be had; nothing changed then
   */
  public boolean prepare(int blocks) {
    return pool.prepare((long) blocks * WORDS_A_BLOCK);
  }

  /** The memory that it holds, in bytes. */
  public long bytes() {
    return pool.bytes();
  }

  // What a block is, where one is returned.

  /** {@return the first page of a block that was found} */
  public static long firstPage(long block) {
    long code = block & CODE_MASK;
    return (code & code - 1) >>> 1;
  }

  /** {@return the binary logarithm of the pages of a block that was found} */
  public static int order(long block) {
    return Long.numberOfTrailingZeros(block);
  }

  /** {@return the last page of a block that was found, inclusive} */
  public static long lastPage(long block) {
    return firstPage(block) + (1L << order(block)) - 1;
  }

  /** {@return whether a block that was found is reserved} */
  public static boolean reserved(long block) {
    return (block & RESERVED) != 0;
  }

  private static long block(long page, int order, boolean reserved, int slotLevel) {
    return LONE | (reserved ? RESERVED : 0) | room(slotLevel) | page << 1 | 1L << order;
  }

  /** What is noted of a slot of which something takes less than one half: the other is free. */
  private static long room(int slotLevel) {
    return (long) slotLevel * BlockNode.SLOT_BITS << ROOM_SHIFT;
  }

  private static boolean hasRoom(long entry, int order) {
    return (entry & ROOM_MASK) >>> ROOM_SHIFT > order;
  }

  private static boolean isBlock(long entry) {
    return entry < 0;
  }

  private static int node(long entry) {
    return (int) entry;
  }

  private static int levelOf(int order) {
    return order / BlockNode.SLOT_BITS;
  }

  private static int slotOf(long page, int level) {
    return (int) (page >>> level * BlockNode.SLOT_BITS) & BlockNode.SLOTS - 1;
  }

  private static long slotPages(int level) {
    return 1L << level * BlockNode.SLOT_BITS;
  }

  private static boolean inside(long header, long page) {
    return (page ^ BlockNode.page(header)) >>> (BlockNode.level(header) + 1) * BlockNode.SLOT_BITS
        == 0;
  }

  /** The level of the lowest node in which two pages have different slots. */
  private static int divergence(long page, long other) {
    return (63 - Long.numberOfLeadingZeros(page ^ other | 1)) / BlockNode.SLOT_BITS;
  }

  // Entering.

  /**
   * Enters a block; the memory was prepared.
   *
   * @param page its first page, a multiple of its size
   * @param order the binary logarithm of its pages, 0 .. {@link #HIGHEST_ORDER}
   * @param reserved whether it stays for ever
   */
  public void enter(long page, int order, boolean reserved) {
    root = entered(root, LEVELS, page, order, reserved);
  }

  /** What becomes of an entry when a block is entered into its slot. */
  private long entered(long entry, int slotLevel, long page, int order, boolean reserved) {
    if (entry == 0) {
      return block(page, order, reserved, slotLevel);
    }
    if (isBlock(entry)) {
      return joined(entry, slotLevel, page, order, reserved);
    }
    int node = node(entry);
    long header = pool.array(node)[WordPool.offset(node)];
    int level = BlockNode.level(header);
    if (inside(header, page) && levelOf(order) <= level) {
      return summed(put(node, level, page, order, reserved), slotLevel);
    }
    int above = Math.max(levelOf(order), divergence(page, BlockNode.page(header)));
    int made = BlockNode.create(pool, above, page, 2);
    made = BlockNode.insert(pool, made, slotOf(BlockNode.page(header), above), summed(node, above));
    return summed(put(made, above, page, order, reserved), slotLevel);
  }

  /** A node of the two blocks that share a slot. */
  private long joined(long entry, int slotLevel, long page, int order, boolean reserved) {
    long other = firstPage(entry);
    int otherOrder = order(entry);
    int level = Math.max(divergence(page, other), Math.max(levelOf(order), levelOf(otherOrder)));
    int entries = (levelOf(order) < level ? 1 : 0) + (levelOf(otherOrder) < level ? 1 : 0);
    int made = BlockNode.create(pool, level, page, entries);
    made = put(made, level, other, otherOrder, reserved(entry));
    return summed(put(made, level, page, order, reserved), slotLevel);
  }

  /** Notes a block in the node that it lies in; returns the node, which may be another one. */
  private int put(int node, int level, long page, int order, boolean reserved) {
    long[] a = pool.array(node);
    int at = WordPool.offset(node);
    int slot = slotOf(page, level);
    if (levelOf(order) == level) {
      BlockNode.mark(a, at, slot, 1 << order - level * BlockNode.SLOT_BITS, reserved);
      return node;
    }
    if ((BlockNode.below(a, at) >>> slot & 1) == 0) {
      return BlockNode.insert(pool, node, slot, block(page, order, reserved, level));
    }
    int place = BlockNode.entryAt(a, at, slot);
    a[place] = entered(a[place], level, page, order, reserved);
    return node;
  }

  /** The entry for a node in a slot of some level. */
  private long summed(int node, int slotLevel) {
    long[] a = pool.array(node);
    int at = WordPool.offset(node);
    int level = BlockNode.level(a[at]);
    if (level < slotLevel - 1) {
      return node | room(slotLevel);
    }
    long free = BlockNode.free(a, at);
    if (free != 0) {
      long order = (long) level * BlockNode.SLOT_BITS + largestRun(free);
      return node | order + 1 << ROOM_SHIFT;
    }
    long most = 0;
    long best = room(level);
    int end = BlockNode.firstEntryAt(at) + Long.bitCount(BlockNode.below(a, at));
    for (int i = BlockNode.firstEntryAt(at); i < end && most < best; i++) {
      most = Math.max(most, a[i] & ROOM_MASK);
    }
    return node | most;
  }

  // Removing.

  /**
   * Removes a block, which is there and not reserved.
   *
   * @param page its first page
   * @param order the binary logarithm of its pages
   */
  public void remove(long page, int order) {
    root = removed(root, LEVELS, page, order);
  }

  private long removed(long entry, int slotLevel, long page, int order) {
    if (isBlock(entry) || entry == 0) {
      assert firstPage(entry) == page && order(entry) == order : "another block";
      return 0;
    }
    int node = node(entry);
    long[] a = pool.array(node);
    int at = WordPool.offset(node);
    int level = BlockNode.level(a[at]);
    int slot = slotOf(page, level);
    if (levelOf(order) == level) {
      BlockNode.unmark(a, at, slot, 1 << order - level * BlockNode.SLOT_BITS);
    } else {
      int place = BlockNode.entryAt(a, at, slot);
      long left = removed(a[place], level, page, order);
      if (left != 0) {
        a[place] = left;
        return summed(node, slotLevel); // as many things as before
      }
      BlockNode.remove(a, at, slot);
    }
    long things = BlockNode.begins(a, at) | BlockNode.below(a, at);
    if ((things & things - 1) == 0) {
      return lifted(node, slotLevel);
    }
    return summed(BlockNode.shrunk(pool, node), slotLevel);
  }

  /** The only thing that is left in a node, which goes. */
  private long lifted(int node, int slotLevel) {
    long[] a = pool.array(node);
    int at = WordPool.offset(node);
    long begins = BlockNode.begins(a, at);
    long left;
    if (begins == 0) {
      left = a[BlockNode.firstEntryAt(at)] & ~ROOM_MASK | room(slotLevel);
    } else {
      int slot = Long.numberOfTrailingZeros(begins);
      left = marked(a, at, slot) & ~ROOM_MASK | room(slotLevel);
    }
    BlockNode.free(pool, node);
    return left;
  }

  /** The block that begins at a slot of a node. */
  private static long marked(long[] a, int at, int slot) {
    int level = BlockNode.level(a[at]);
    boolean reserved = (BlockNode.used(a, at) >>> slot & 1) == 0;
    int slots = reserved ? 1 : BlockNode.slots(a, at, slot);
    int order = level * BlockNode.SLOT_BITS + Integer.numberOfTrailingZeros(slots);
    return block(BlockNode.page(a[at]) + slot * slotPages(level), order, reserved, 0);
  }

  // Looking.

  /**
   * The order of a block.
   *
   * @param page a page
   * @return the order of the block, not reserved, whose first page it is; -1 when there is none
   */
  public int orderAt(long page) {
    long entry = root;
    while (!isBlock(entry)) {
      if (entry == 0) {
        return -1;
      }
      int node = node(entry);
      long[] a = pool.array(node);
      int at = WordPool.offset(node);
      long header = a[at];
      if (!inside(header, page)) {
        return -1;
      }
      int level = BlockNode.level(header);
      int slot = slotOf(page, level);
      if ((BlockNode.below(a, at) >>> slot & 1) == 0) {
        boolean begins = (BlockNode.used(a, at) & BlockNode.begins(a, at)) >>> slot << 63 != 0;
        boolean first = (page & slotPages(level) - 1) == 0;
        return begins && first ? order(marked(a, at, slot)) : -1;
      }
      entry = a[BlockNode.entryAt(a, at, slot)];
    }
    return firstPage(entry) == page && !reserved(entry) ? order(entry) : -1;
  }

  /**
   * The lowest block that does not end below a page.
   *
   * @param page the page, 0 .. 2^54 - 1
   * @return the block, for {@link #firstPage} and the like; 0 when there is none
   */
  public long next(long page) {
    return next(root, page);
  }

  private long next(long entry, long page) {
    if (entry == 0 || isBlock(entry)) {
      return entry != 0 && lastPage(entry) >= page ? entry : 0;
    }
    int node = node(entry);
    long[] a = pool.array(node);
    int at = WordPool.offset(node);
    long first = BlockNode.page(a[at]);
    int level = BlockNode.level(a[at]);
    int slot = 0;
    if (page > first) {
      if (!inside(a[at], page)) {
        return 0;
      }
      slot = slotOf(page, level);
      long before = BlockNode.begins(a, at) & (2L << slot) - 1;
      if ((BlockNode.used(a, at) >>> slot & 1) != 0) {
        slot = 63 - Long.numberOfLeadingZeros(before); // the block may have begun before
      }
    }
    long things = (BlockNode.begins(a, at) | BlockNode.below(a, at)) & -1L << slot;
    for (; things != 0; things &= things - 1) {
      slot = Long.numberOfTrailingZeros(things);
      if ((BlockNode.below(a, at) >>> slot & 1) == 0) {
        return marked(a, at, slot);
      }
      long found = next(a[BlockNode.entryAt(a, at, slot)], page);
      if (found != 0) {
        return found;
      }
    }
    return 0;
  }

  // Finding room.

  /**
   * The lowest free place.
   *
   * @param order the binary logarithm of the pages wanted
   * @param from the lowest page allowed, 0 .. 2^54 - 1
   * @return the first page of an aligned block that is free, or -1; it may lie behind all blocks
   */
  public long lowestFree(int order, long from) {
    return root == 0 ? fitting(order, from, slotPages(LEVELS)) : free(root, 0, LEVELS, order, from);
  }

  /** The lowest aligned place from a page on that ends before another; -1 if there is none. */
  private static long fitting(int order, long from, long before) {
    long size = 1L << order;
    long place = from + size - 1 & -size;
    return place + size <= before ? place : -1;
  }

  /** The lowest place in a slot that has an entry. */
  private long free(long entry, long slotPage, int slotLevel, int order, long from) {
    if (!hasRoom(entry, order)) {
      return -1;
    }
    long start = Math.max(slotPage, from);
    long begin;
    long end;
    long[] a = null;
    int at = 0;
    if (isBlock(entry)) {
      begin = firstPage(entry);
      end = begin + (1L << order(entry));
    } else {
      int node = node(entry);
      a = pool.array(node);
      at = WordPool.offset(node);
      begin = BlockNode.page(a[at]);
      end = begin + slotPages(BlockNode.level(a[at]) + 1);
    }
    long place = fitting(order, start, begin);
    if (place < 0 && a != null && start < end) {
      place = freeIn(a, at, order, start);
    }
    return place >= 0
        ? place
        : fitting(order, Math.max(start, end), slotPage + slotPages(slotLevel));
  }

  /** The lowest place in a node; the lowest page allowed does not lie behind it. */
  private long freeIn(long[] a, int at, int order, long from) {
    int level = BlockNode.level(a[at]);
    long first = BlockNode.page(a[at]);
    long free = BlockNode.free(a, at);
    long offset = Math.max(0, from - first);
    int slot = slotOf(offset, level);
    boolean cut = (offset & slotPages(level) - 1) != 0;
    int slots = order - level * BlockNode.SLOT_BITS;
    if (slots >= 0) {
      // Of as many slots; one that is cut is none.
      long places = slots >= BlockNode.SLOT_BITS ? 0 : runs(free, slots);
      places &= cut ? -2L << slot : -1L << slot;
      return places == 0 ? -1 : first + Long.numberOfTrailingZeros(places) * slotPages(level);
    }
    long below = BlockNode.below(a, at);
    if (cut) {
      long slotPage = first + slot * slotPages(level);
      long place = -1;
      if ((free >>> slot & 1) != 0) {
        place = fitting(order, from, slotPage + slotPages(level));
      } else if ((below >>> slot & 1) != 0) {
        place = free(a[BlockNode.entryAt(a, at, slot)], slotPage, level, order, from);
      }
      if (place >= 0) {
        return place;
      }
    }
    long rest = cut ? -2L << slot : -1L << slot;
    return inWholeSlots(a, at, order, free & rest, below & rest);
  }

  /** The lowest place in slots that the lowest page allowed does not cut. */
  private long inWholeSlots(long[] a, int at, int order, long free, long below) {
    int level = BlockNode.level(a[at]);
    long first = BlockNode.page(a[at]);
    int firstFree = Long.numberOfTrailingZeros(free);
    long nearer = below & (free & -free) - 1; // all of them when no slot is free
    if (nearer != 0) {
      int place = BlockNode.entryAt(a, at, Long.numberOfTrailingZeros(nearer));
      for (; nearer != 0; nearer &= nearer - 1, place++) {
        if (hasRoom(a[place], order)) {
          long slotPage = first + Long.numberOfTrailingZeros(nearer) * slotPages(level);
          return free(a[place], slotPage, level, order, slotPage);
        }
      }
    }
    return free == 0 ? -1 : first + firstFree * slotPages(level);
  }

  private static final long[] FIRST_OF_PAIRS = {
    0x5555555555555555L,
    0x1111111111111111L,
    0x0101010101010101L,
    0x0001000100010001L,
    0x0000000100000001L,
    1L
  };

  /** The slots at which 2^order free slots begin, aligned; order is 0 to 5. */
  private static long runs(long free, int order) {
    long runs = free;
    for (int i = 0; i < order; i++) {
      runs &= runs >>> (1 << i) & FIRST_OF_PAIRS[i];
    }
    return runs;
  }

  /** The binary logarithm of the largest aligned run of free slots; one at least is free. */
  private static int largestRun(long free) {
    long runs = free;
    int order = 0;
    while (order < BlockNode.SLOT_BITS) {
      runs &= runs >>> (1 << order) & FIRST_OF_PAIRS[order];
      if (runs == 0) {
        break;
      }
      order++;
    }
    return order;
  }
}
