package dev.mapwright.core.index;

/**
 * An entry of a {@link BlockTrie}: what is taken in one slot of a node. A block that the trie finds
 * is one, too.
 *
 * <p>0 is none. Bits 56 to 61 are the order of the largest free block in the slot, plus one; 0 when
 * all of it is taken. Bit 63 is set when the entry is a block: bit 62 then says that it is
 * reserved, and bits 0 to 54 are 2 * page + 2^order, in which the lowest bit set tells the order.
 * Of a node, bits 0 to 31 are the address in the pool.
 */
public final class BlockEntry {
  private static final long LONE = 1L << 63;
  private static final long RESERVED = 1L << 62;
  private static final int ROOM_SHIFT = 56;
  private static final long ROOM_MASK = 0x3FL << ROOM_SHIFT;
  private static final long CODE_MASK = (1L << 55) - 1;

  private BlockEntry() {}

  /** {@return the first page of a block} */
  public static long firstPage(long block) {
    long code = block & CODE_MASK;
    return (code & code - 1) >>> 1;
  }

  /** {@return the binary logarithm of the pages of a block} */
  public static int order(long block) {
    return Long.numberOfTrailingZeros(block);
  }

  /** {@return the last page of a block, inclusive} */
  public static long lastPage(long block) {
    return firstPage(block) + (1L << order(block)) - 1;
  }

  /** {@return whether a block is reserved} */
  public static boolean reserved(long block) {
    return (block & RESERVED) != 0;
  }

  /** The entry of a slot of some level in which there is one smaller block and nothing else. */
  static long block(long page, int order, boolean reserved, int slotLevel) {
    long kind = reserved ? LONE | RESERVED : LONE;
    return kind | halfFree(slotLevel) | page << 1 | 1L << order;
  }

  /**
   * The entry of a node.
   *
   * @param free the order of the largest free block in the slot; -1 if there is none
   */
  static long node(int address, int free) {
    return address | (long) (free + 1) << ROOM_SHIFT;
  }

  static boolean isBlock(long entry) {
    return entry < 0;
  }

  static int address(long entry) {
    return (int) entry;
  }

  /** The order of the largest free block in the slot; -1 if there is none. */
  static int free(long entry) {
    return (int) ((entry & ROOM_MASK) >>> ROOM_SHIFT) - 1;
  }

  /** The same thing in a slot of a higher level, in which nothing else is. */
  static long lifted(long entry, int slotLevel) {
    return entry & ~ROOM_MASK | halfFree(slotLevel);
  }

  /** The order of one half of a slot, which is free when what is taken lies in the other. */
  static int half(int slotLevel) {
    return slotLevel * BlockNode.SLOT_BITS - 1;
  }

  private static long halfFree(int slotLevel) {
    return (long) (half(slotLevel) + 1) << ROOM_SHIFT;
  }
}
