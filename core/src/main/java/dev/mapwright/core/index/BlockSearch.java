package dev.mapwright.core.index;

import static dev.mapwright.core.index.BlockNode.SLOT_BITS;
import static dev.mapwright.core.index.BlockNode.slotOf;
import static dev.mapwright.core.index.BlockNode.slotPages;

/**
 * The search for the lowest free place in a {@link BlockTrie}.
 *
 * <p>It goes down from the root, and an entry says whether it is worth entering: the largest free
 * block in its slot is large enough. In a slot that the lowest page allowed cuts that is no
 * promise, since it may lie below; such a slot is at most one a node, and of the nodes of one level
 * there is at most one that is cut. In every other slot the promise is kept. So the search goes one
 * path down in vain and another one to the place.
 */
final class BlockSearch {
  private final WordPool pool;

  BlockSearch(WordPool pool) {
    this.pool = pool;
  }

  /**
   * The lowest free place.
   *
   * @param root the entry of all
   * @param rootLevel the level of its slot, which begins at page 0
   * @param order the binary logarithm of the pages wanted
   * @param from the lowest page allowed, 0 .. 2^54 - 1
   * @return the first page of an aligned block that is free, or -1; it may lie behind all blocks
   */
  long lowest(long root, int rootLevel, int order, long from) {
    return root == 0
        ? fitting(order, from, slotPages(rootLevel))
        : inSlot(root, 0, rootLevel, order, from);
  }

  /** The lowest aligned place from a page on that ends before another; -1 if there is none. */
  private static long fitting(int order, long from, long before) {
    long size = 1L << order;
    long place = from + size - 1 & -size;
    return place + size <= before ? place : -1;
  }

  /** The lowest place in a slot that has an entry. */
  private long inSlot(long entry, long slotPage, int slotLevel, int order, long from) {
    if (BlockEntry.free(entry) < order) {
      return -1;
    }
    long start = Math.max(slotPage, from);
    long begin;
    long end;
    long[] a = null;
    int at = 0;
    if (BlockEntry.isBlock(entry)) {
      begin = BlockEntry.firstPage(entry);
      end = begin + (1L << BlockEntry.order(entry));
    } else {
      int node = BlockEntry.address(entry);
      a = pool.array(node);
      at = WordPool.offset(node);
      begin = BlockNode.page(a[at]);
      end = begin + slotPages(BlockNode.level(a[at]) + 1);
    }
    long place = fitting(order, start, begin);
    if (place < 0 && a != null && start < end) {
      place = inNode(a, at, order, start);
    }
    return place >= 0
        ? place
        : fitting(order, Math.max(start, end), slotPage + slotPages(slotLevel));
  }

  /** The lowest place in a node; the lowest page allowed does not lie behind it. */
  private long inNode(long[] a, int at, int order, long from) {
    int level = BlockNode.level(a[at]);
    long first = BlockNode.page(a[at]);
    long free = BlockNode.free(a, at);
    long offset = Math.max(0, from - first);
    int slot = slotOf(offset, level);
    boolean cut = (offset & slotPages(level) - 1) != 0;
    int slots = order - level * SLOT_BITS;
    if (slots >= 0) {
      // Of as many slots; one that is cut is none.
      long places = slots >= SLOT_BITS ? 0 : BlockNode.runs(free, slots);
      places &= cut ? -2L << slot : -1L << slot;
      return places == 0 ? -1 : first + Long.numberOfTrailingZeros(places) * slotPages(level);
    }
    long open = BlockNode.open(a, at);
    if (cut) {
      long slotPage = first + slot * slotPages(level);
      long place = -1;
      if ((free >>> slot & 1) != 0) {
        place = fitting(order, from, slotPage + slotPages(level));
      } else if ((open >>> slot & 1) != 0) {
        place = inSlot(a[BlockNode.entryAt(a, at, slot)], slotPage, level, order, from);
      }
      if (place >= 0) {
        return place;
      }
    }
    long rest = cut ? -2L << slot : -1L << slot;
    return inWholeSlots(a, at, order, free & rest, open & rest);
  }

  /** The lowest place in slots that the lowest page allowed does not cut. */
  private long inWholeSlots(long[] a, int at, int order, long free, long open) {
    int level = BlockNode.level(a[at]);
    long first = BlockNode.page(a[at]);
    int firstFree = Long.numberOfTrailingZeros(free);
    long nearer = open & (free & -free) - 1; // all of them when no slot is free
    for (; nearer != 0; nearer &= nearer - 1) {
      int slot = Long.numberOfTrailingZeros(nearer);
      long entry = a[BlockNode.entryAt(a, at, slot)];
      if (BlockEntry.free(entry) >= order) {
        long slotPage = first + slot * slotPages(level);
        return inSlot(entry, slotPage, level, order, slotPage);
      }
    }
    return free == 0 ? -1 : first + firstFree * slotPages(level);
  }
}
