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
 * <p>{@link BlockEntry} is an entry, {@link BlockNode} a node, {@link BlockSearch} the search.
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

  private final WordPool pool;
  private final BlockSearch search;

  /** Guarded by the owner. */
  private long root;

  /**
   * Makes an empty set, which takes no memory yet.
   *
   * @param failures asked before memory is acquired
   */
  public BlockTrie(FailurePoints failures) {
    pool = new WordPool(failures);
    search = new BlockSearch(pool);
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
      return BlockEntry.block(page, order, reserved, slotLevel);
    }
    if (BlockEntry.isBlock(entry)) {
      return joined(entry, slotLevel, page, order, reserved);
    }
    int node = BlockEntry.address(entry);
    long header = pool.array(node)[WordPool.offset(node)];
    int level = BlockNode.level(header);
    if (BlockNode.holds(header, page) && BlockNode.levelOf(order) <= level) {
      return searched(put(node, level, page, order, reserved), slotLevel, BlockEntry.free(entry));
    }
    int above = Math.max(BlockNode.levelOf(order), divergence(page, BlockNode.page(header)));
    int made = BlockNode.create(pool, above, page, 2);
    made =
        BlockNode.insert(
            pool,
            made,
            BlockNode.slotOf(BlockNode.page(header), above),
            searched(node, above, BlockEntry.half(above)));
    return searched(put(made, above, page, order, reserved), slotLevel, BlockEntry.half(above));
  }

  /** A node of the two blocks that share a slot. */
  private long joined(long entry, int slotLevel, long page, int order, boolean reserved) {
    long other = BlockEntry.firstPage(entry);
    int otherOrder = BlockEntry.order(entry);
    int level =
        Math.max(
            divergence(page, other),
            Math.max(BlockNode.levelOf(order), BlockNode.levelOf(otherOrder)));
    int entries =
        (BlockNode.levelOf(order) < level ? 1 : 0)
            + (BlockNode.levelOf(otherOrder) < level ? 1 : 0);
    int made = BlockNode.create(pool, level, page, entries);
    made = put(made, level, other, otherOrder, BlockEntry.reserved(entry));
    return searched(put(made, level, page, order, reserved), slotLevel, BlockEntry.half(level));
  }

  /** Notes a block in the node that it lies in; returns the node, which may be another one. */
  private int put(int node, int level, long page, int order, boolean reserved) {
    long[] a = pool.array(node);
    int at = WordPool.offset(node);
    int slot = BlockNode.slotOf(page, level);
    if (BlockNode.levelOf(order) == level) {
      BlockNode.mark(a, at, slot, 1 << order - level * BlockNode.SLOT_BITS, reserved);
      return node;
    }
    if ((BlockNode.below(a, at) >>> slot & 1) == 0) {
      return BlockNode.insert(pool, node, slot, BlockEntry.block(page, order, reserved, level));
    }
    int place = BlockNode.entryAt(a, at, slot);
    BlockNode.replace(a, at, slot, place, entered(a[place], level, page, order, reserved));
    return node;
  }

  /** The entry for a node into which something was entered; its entries have no more than that. */
  private long searched(int node, int slotLevel, int bound) {
    long[] a = pool.array(node);
    int at = WordPool.offset(node);
    int most = -1;
    if (BlockNode.free(a, at) == 0) {
      for (long left = BlockNode.open(a, at); left != 0 && most < bound; left &= left - 1) {
        int place = BlockNode.entryAt(a, at, Long.numberOfTrailingZeros(left));
        most = Math.max(most, BlockEntry.free(a[place]));
      }
    }
    return summed(node, slotLevel, most);
  }

  /**
   * The entry for a node in a slot of some level.
   *
   * @param most the order of the largest free block in its entries; only asked if no slot is free
   */
  private long summed(int node, int slotLevel, int most) {
    long[] a = pool.array(node);
    int at = WordPool.offset(node);
    int level = BlockNode.level(a[at]);
    if (level < slotLevel - 1) {
      return BlockEntry.node(node, BlockEntry.half(slotLevel));
    }
    long free = BlockNode.free(a, at);
    return BlockEntry.node(
        node, free == 0 ? most : level * BlockNode.SLOT_BITS + BlockNode.largestRun(free));
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
    if (BlockEntry.isBlock(entry) || entry == 0) {
      assert BlockEntry.firstPage(entry) == page && BlockEntry.order(entry) == order
          : "another block";
      return 0;
    }
    int node = BlockEntry.address(entry);
    long[] a = pool.array(node);
    int at = WordPool.offset(node);
    int level = BlockNode.level(a[at]);
    int slot = BlockNode.slotOf(page, level);
    if (BlockNode.levelOf(order) == level) {
      BlockNode.unmark(a, at, slot, 1 << order - level * BlockNode.SLOT_BITS);
    } else {
      int place = BlockNode.entryAt(a, at, slot);
      long left = removed(a[place], level, page, order);
      if (left != 0) {
        BlockNode.replace(a, at, slot, place, left);
        // As many things as before, and the largest free block is what it was, or this slot's.
        return summed(node, slotLevel, Math.max(BlockEntry.free(entry), BlockEntry.free(left)));
      }
      BlockNode.remove(a, at, slot);
    }
    long things = BlockNode.begins(a, at) | BlockNode.below(a, at);
    if ((things & things - 1) == 0) {
      return lifted(node, slotLevel);
    }
    return summed(BlockNode.shrunk(pool, node), slotLevel, -1); // a slot is free
  }

  /** The only thing that is left in a node, which goes. */
  private long lifted(int node, int slotLevel) {
    long[] a = pool.array(node);
    int at = WordPool.offset(node);
    long begins = BlockNode.begins(a, at);
    long left =
        begins == 0
            ? a[BlockNode.firstEntryAt(at)]
            : marked(a, at, Long.numberOfTrailingZeros(begins));
    BlockNode.free(pool, node);
    return BlockEntry.lifted(left, slotLevel);
  }

  /** The block that begins at a slot of a node. */
  private static long marked(long[] a, int at, int slot) {
    int level = BlockNode.level(a[at]);
    boolean reserved = (BlockNode.used(a, at) >>> slot & 1) == 0;
    int slots = reserved ? 1 : BlockNode.slots(a, at, slot);
    int order = level * BlockNode.SLOT_BITS + Integer.numberOfTrailingZeros(slots);
    return BlockEntry.block(
        BlockNode.page(a[at]) + slot * BlockNode.slotPages(level), order, reserved, 0);
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
    while (!BlockEntry.isBlock(entry)) {
      if (entry == 0) {
        return -1;
      }
      int node = BlockEntry.address(entry);
      long[] a = pool.array(node);
      int at = WordPool.offset(node);
      long header = a[at];
      if (!BlockNode.holds(header, page)) {
        return -1;
      }
      int level = BlockNode.level(header);
      int slot = BlockNode.slotOf(page, level);
      if ((BlockNode.below(a, at) >>> slot & 1) == 0) {
        boolean begins = (BlockNode.used(a, at) & BlockNode.begins(a, at)) >>> slot << 63 != 0;
        boolean first = (page & BlockNode.slotPages(level) - 1) == 0;
        return begins && first ? BlockEntry.order(marked(a, at, slot)) : -1;
      }
      entry = a[BlockNode.entryAt(a, at, slot)];
    }
    return BlockEntry.firstPage(entry) == page && !BlockEntry.reserved(entry)
        ? BlockEntry.order(entry)
        : -1;
  }

  /**
   * The lowest block that does not end below a page.
   *
   * @param page the page, 0 .. 2^54 - 1
   * @return the block, a {@link BlockEntry}; 0 when there is none
   */
  public long next(long page) {
    return next(root, page);
  }

  private long next(long entry, long page) {
    if (entry == 0 || BlockEntry.isBlock(entry)) {
      return entry != 0 && BlockEntry.lastPage(entry) >= page ? entry : 0;
    }
    int node = BlockEntry.address(entry);
    long[] a = pool.array(node);
    int at = WordPool.offset(node);
    long first = BlockNode.page(a[at]);
    int level = BlockNode.level(a[at]);
    int slot = 0;
    if (page > first) {
      if (!BlockNode.holds(a[at], page)) {
        return 0;
      }
      slot = BlockNode.slotOf(page, level);
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

  /**
   * The lowest free place.
   *
   * @param order the binary logarithm of the pages wanted
   * @param from the lowest page allowed, 0 .. 2^54 - 1
   * @return the first page of an aligned block that is free, or -1; it may lie behind all blocks
   */
  public long lowestFree(int order, long from) {
    return search.lowest(root, LEVELS, order, from);
  }
}
