package dev.mapwright.core.index;

import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import java.util.Arrays;

/**
 * The memory of trie nodes: blocks of ints in seven sizes, cut from large arrays.
 *
 * <p><b>Why not objects.</b> A million one-page mappings, scattered, need a million nodes of two
 * entries. As objects with arrays they would take 60 bytes each and the collector would walk them;
 * as blocks they take 16, and nothing has to be initialised but what is used.
 *
 * <p><b>The principle.</b> Acquiring is separate from using. {@link #ensure} is the only method
 * that can fail; what it promised, {@link #take} delivers. Between the two nobody else uses the
 * pool (the owner's lock guards every method).
 *
 * <p><b>Addresses.</b> A block's address counts units of four ints; 0 is no block. Array {@code a
 * >>> UNIT_BITS} of {@link #arrays} holds it. The first array starts small and is replaced by
 * larger copies, so that an index of ten entries costs a few hundred bytes; later arrays have full
 * size. A block never lies across two arrays: the rest of an array that is too short for a block is
 * lost (at most 2 KiB of 256).
 */
public final class NodePool {
  static final int CLASSES = 7;
  static final int DENSE = CLASSES - 1;

  /** Ints in a block of each class, a multiple of four. */
  private static final int[] INTS = {4, 8, 16, 32, 64, 128, 532};

  private static final int ARRAY_BITS = 16;
  private static final int ARRAY_INTS = 1 << ARRAY_BITS;
  private static final int UNIT_BITS = ARRAY_BITS - 2;
  private static final int UNIT_MASK = (1 << UNIT_BITS) - 1;
  private static final int FIRST_INTS = 64;

  private final FailurePoints failures;

  /** Guarded by the owner, as every field here. Array 0 may be shorter than the others. */
  private int[][] arrays = new int[1][];

  private int arrayCount;

  /** The array that blocks are cut from, and the next int in it. Arrays behind it are untouched. */
  private int cutArray;

  private int cutAt;

  /** Heads of the lists of returned blocks, linked through their first int. */
  private final int[] returned = new int[CLASSES];

  /**
   * Makes an empty pool, which takes no memory yet.
   *
   * @param failures asked before memory is acquired
   */
  public NodePool(FailurePoints failures) {
    this.failures = failures;
  }

  /**
   * Makes sure that blocks of this many ints in all can be taken without failing.
   *
   * @param ints an upper bound
   * @return false when the memory could not be had; nothing changed then
   */
  public boolean ensure(long ints) {
    if (failures.refuses(AllocationPoint.INDEX_NODE)) {
      return false;
    }
    if (fits(ints)) {
      return true;
    }
    try {
      grow(ints);
      return true;
    } catch (OutOfMemoryError e) {
      return false;
    }
  }

  /**
   * Whether blocks of so many ints in all fit, however they are mixed: into the array being cut,
   * which then loses nothing, or into the untouched ones, each of which may lose its rest to one
   * block.
   */
  private boolean fits(long ints) {
    if (arrayCount == 0) {
      return false;
    }
    long untouched = (long) (arrayCount - 1 - cutArray) * (ARRAY_INTS - INTS[DENSE]);
    return arrays[cutArray].length - cutAt >= ints || untouched >= ints;
  }

  private void grow(long ints) {
    if (arrayCount <= 1 && ints + cutAt + 4 <= ARRAY_INTS) {
      int old = arrayCount == 0 ? 0 : arrays[0].length;
      long wanted = Math.max(Math.max(FIRST_INTS, 2L * old), ints + cutAt + 4);
      int length = (int) Math.min(ARRAY_INTS, wanted + 3 & ~3);
      arrays[0] = old == 0 ? new int[length] : Arrays.copyOf(arrays[0], length);
      if (arrayCount == 0) {
        arrayCount = 1;
        cutAt = 4; // unit 0 means no block
      }
      return;
    }
    if (arrayCount == 0) {
      arrays[0] = new int[ARRAY_INTS];
      arrayCount = 1;
      cutAt = 4;
    }
    while (!fits(ints)) {
      if (arrayCount == arrays.length) {
        arrays = Arrays.copyOf(arrays, arrayCount * 2);
      }
      arrays[arrayCount] = new int[ARRAY_INTS];
      arrayCount++;
    }
  }

  /** Whether a block can be had without {@link #ensure}; used where doing without is fine. */
  boolean has(int sizeClass) {
    return returned[sizeClass] != 0;
  }

  /** Takes a block that {@link #ensure} has promised; its contents are unspecified. */
  int take(int sizeClass) {
    int block = returned[sizeClass];
    if (block != 0) {
      returned[sizeClass] = array(block)[offset(block)];
      return block;
    }
    int ints = INTS[sizeClass];
    if (arrays[cutArray].length - cutAt < ints) {
      cutArray++;
      cutAt = 0;
    }
    block = cutArray << UNIT_BITS | cutAt >>> 2;
    cutAt += ints;
    return block;
  }

  void giveBack(int block, int sizeClass) {
    array(block)[offset(block)] = returned[sizeClass];
    returned[sizeClass] = block;
  }

  int[] array(int block) {
    return arrays[block >>> UNIT_BITS];
  }

  static int offset(int block) {
    return (block & UNIT_MASK) << 2;
  }

  static int ints(int sizeClass) {
    return INTS[sizeClass];
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
