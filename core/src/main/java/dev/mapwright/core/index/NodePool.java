package dev.mapwright.core.index;

import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import java.util.Arrays;

/**
 * The memory of trie nodes: blocks of ints in eight sizes, cut from large arrays.
 *
 * <p><b>Why not objects.</b> A million one-page mappings, scattered, need a hundred thousand nodes
 * of eight entries. As objects with arrays they would take 40 bytes more each and the collector
 * would walk them; as blocks they take nothing but what they hold, and nothing has to be
 * initialised but what is used.
 *
 * <p><b>The principle.</b> Acquiring is separate from using. {@link #promise} is the only method
 * that can fail; what was promised is taken later without failing. Several may hold promises at
 * once, for several tries of one pool: all that is promised and not yet taken or given back is
 * counted in {@link #promised}, and the pool always has room for that much, however it is taken. A
 * {@link Promise} is one holder's account; nobody takes but from an account.
 *
 * <p><b>Why there is room.</b> What is promised is measured against the part of the arrays that was
 * never cut, since returned blocks come in sizes that may not fit. Blocks are cut from one array at
 * a time. The rest of an array that is too short for a block is lost, and it is shorter than the
 * largest block: so an array counts as full size less one such block, unless all that is promised
 * fits into the one being cut.
 *
 * <p>The owner's lock guards every method.
 *
 * <p><b>Addresses.</b> Bits 0-2 of a block's address are its class, so whoever has the address
 * knows the block's shape before anything of it was read. Bit 3 is the user's. The bits above count
 * units of four ints; 0 is no block. The array that holds a block is its address {@code >>>
 * ARRAY_SHIFT}. The first array starts small and is replaced by larger copies, so that an index of
 * ten entries costs a few hundred bytes; later arrays have full size. A block never lies across two
 * arrays: the rest of an array that is too short for a block is lost (at most 2 KiB of 256).
 *
 * <p><b>Overflow.</b> Addresses are positive, so a pool has at most 2 GiB; what does not fit is
 * refused as memory that could not be had.
 */
public final class NodePool {
  /** Classes below have {@code 4 << class} ints, this one a bitmap and 512 entries. */
  static final int DENSE = 7;

  static final int CLASS_MASK = 7;

  /** Bit of a block's address that the pool leaves to its user, and does not look at. */
  static final int USERS_BIT = 8;

  private static final int DENSE_INTS = 548;

  private static final int ARRAY_BITS = 16;
  private static final int ARRAY_INTS = 1 << ARRAY_BITS;
  private static final int UNIT_SHIFT = 4;
  private static final int ARRAY_SHIFT = ARRAY_BITS - 2 + UNIT_SHIFT;
  private static final int MOST_ARRAYS = 1 << 31 - ARRAY_SHIFT;
  private static final int FIRST_INTS = 64;

  /** What an array holds at least, whatever blocks are cut from it. */
  private static final int USABLE_INTS = ARRAY_INTS - DENSE_INTS;

  private static final int[] NOTHING = {};

  private final FailurePoints failures;

  /** Guarded by the owner, as every field here. Array 0 may be shorter than the others. */
  private int[][] arrays = {NOTHING};

  private int arrayCount;

  /** The array that blocks are cut from, and the next int in it. Arrays behind it are untouched. */
  private int cutArray;

  private int cutAt;

  /** Lines before and behind what is written with each change, for who changes another pool. */
  @SuppressWarnings("unused")
  private long before1, before2, before3, before4, before5, before6;

  /** Ints promised to all accounts together. */
  private long promised;

  @SuppressWarnings("unused")
  private long behind1, behind2, behind3;

  /** Heads of the lists of returned blocks, linked through their first int. */
  private final int[] returned = new int[DENSE + 1];

  /**
   * Makes an empty pool, which takes no memory yet.
   *
   * @param failures asked before memory is acquired
   */
  public NodePool(FailurePoints failures) {
    this.failures = failures;
  }

  /**
   * Promises blocks of this many ints in all, besides what is promised already.
   *
   * @param ints an upper bound of what will be taken
   * @return false when the memory could not be had; nothing changed then
   */
  boolean promise(long ints) {
    if (failures.refuses(AllocationPoint.INDEX_NODE)) {
      return false;
    }
    long all = promised + ints;
    if (!fits(all) && !grow(all)) {
      return false;
    }
    promised = all;
    return true;
  }

  /** A part of a promise will not be needed, or has just been taken. */
  void unpromise(long ints) {
    promised -= ints;
    assert promised >= 0 : "more was taken than was promised";
  }

  /**
   * How much is promised and neither taken nor given back.
   *
   * @return ints; 0 whenever no operation is under way
   */
  public long promised() {
    return promised;
  }

  private boolean fits(long ints) {
    if (arrayCount == 0) {
      return false;
    }
    long rest = (long) arrays[cutArray].length - cutAt;
    long untouched = (long) (arrayCount - 1 - cutArray) * USABLE_INTS;
    return rest >= ints || Math.max(0, rest - DENSE_INTS) + untouched >= ints;
  }

  /** Makes room; whatever it takes is given back when it is not enough. */
  private boolean grow(long ints) {
    if (ints > Runtime.getRuntime().maxMemory() / Integer.BYTES) {
      return false; // to try would leave no memory to anybody else
    }
    int before = arrayCount;
    try {
      if (arrayCount <= 1 && ints + cutAt + 4 <= ARRAY_INTS) {
        growFirst(ints);
        return true;
      }
      if (addArrays(ints)) {
        return true;
      }
    } catch (OutOfMemoryError e) {
      // As when there are no more numbers for arrays.
    }
    for (int i = before; i < arrayCount; i++) {
      arrays[i] = NOTHING;
    }
    arrayCount = before;
    return false;
  }

  private void growFirst(long ints) {
    int old = arrayCount == 0 ? 0 : arrays[0].length;
    long wanted = Math.max(Math.max(FIRST_INTS, 2L * old), ints + cutAt + 4);
    int length = (int) Math.min(ARRAY_INTS, wanted + 3 & ~3);
    arrays[0] = old == 0 ? new int[length] : Arrays.copyOf(arrays[0], length);
    if (arrayCount == 0) {
      arrayCount = 1;
      cutAt = 4; // unit 0 means no block
    }
  }

  /** False when there are no more numbers for arrays. */
  private boolean addArrays(long ints) {
    if (arrayCount == 0) {
      arrays[0] = new int[ARRAY_INTS];
      arrayCount = 1;
      cutAt = 4;
    }
    while (!fits(ints)) {
      if (arrayCount == MOST_ARRAYS) {
        return false;
      }
      if (arrayCount == arrays.length) {
        int[][] more = Arrays.copyOf(arrays, arrayCount * 2);
        Arrays.fill(more, arrayCount, more.length, NOTHING);
        arrays = more;
      }
      arrays[arrayCount] = new int[ARRAY_INTS];
      arrayCount++;
    }
    return true;
  }

  /** Whether a returned block can be had without a promise; used where doing without is fine. */
  boolean hasReturned(int sizeClass) {
    return returned[sizeClass] != 0;
  }

  /** Takes a block, for a {@link Promise}; its contents are unspecified. */
  int take(int sizeClass) {
    int block = returned[sizeClass];
    if (block != 0) {
      returned[sizeClass] = array(block)[offset(block)];
      return block;
    }
    int ints = ints(sizeClass);
    if (arrays[cutArray].length - cutAt < ints) {
      cutArray++;
      cutAt = 0;
    }
    block = cutArray << ARRAY_SHIFT | cutAt >>> 2 << UNIT_SHIFT | sizeClass;
    cutAt += ints;
    return block;
  }

  /** Takes a block back, whatever its user made of the bit that is his. */
  void giveBack(int address) {
    int block = address & ~USERS_BIT;
    int sizeClass = block & CLASS_MASK;
    array(block)[offset(block)] = returned[sizeClass];
    returned[sizeClass] = block;
  }

  int[] array(int block) {
    return arrays[block >>> ARRAY_SHIFT];
  }

  static int offset(int block) {
    return block >>> UNIT_SHIFT - 2 & ARRAY_INTS - 4;
  }

  static int ints(int sizeClass) {
    return sizeClass == DENSE ? DENSE_INTS : 4 << sizeClass;
  }

  /**
   * The memory that the pool holds.
   *
   * @return bytes
   */
  public long bytes() {
    long bytes = 0;
    for (int i = 0; i < arrayCount; i++) {
      bytes += 4L * arrays[i].length;
    }
    return bytes;
  }
}
