package dev.mapwright.core.index;

import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import java.util.Arrays;

/**
 * The memory of one {@link BlockTrie}: blocks of longs in nine sizes, cut from larger arrays.
 *
 * <p><b>The principle</b> is that of {@link NodePool}: acquiring is separate from using. {@link
 * #prepare} alone can fail; from then on blocks of so many words in all can be taken without
 * failing. There is one user, who prepares at the beginning of each change, so there are no
 * accounts: what was prepared and not taken is simply there for the next.
 *
 * <p><b>Why another pool.</b> Nodes of a {@link BlockTrie} are bitmaps of 64 bits and entries as
 * wide, which in arrays of ints would take two loads each. Arrays are small (32 KiB), because the
 * one call in many that makes one must not take much longer than the others.
 *
 * <p><b>Reuse.</b> A node that grows leaves a smaller block behind, and in a space that fills up
 * many do at the same time, so a returned block is also cut up for smaller ones. Most sizes are
 * multiples of six words, and so is what is left of them; blocks of 4 and 8 are cut three at a
 * time.
 *
 * <p><b>Addresses.</b> A block's address is an array's number and the word in it; 0 is no block.
 * The first array starts small and is replaced by larger copies, so that a space of ten ranges
 * costs a few hundred bytes. A block never lies across two arrays: the rest of an array that is too
 * short for a block is lost, and it is shorter than the largest block.
 *
 * <p>The owner's lock guards every method.
 */
final class WordPool {
  /** Words in a block of each class. */
  private static final int[] WORDS = {4, 6, 8, 12, 18, 24, 36, 48, 68};

  /** The smallest class of which a block is cut up when one of a class is wanted; see there. */
  private static final int[] DONOR = {3, 3, 5, 4, 5, 6, 7, 8, 9};

  static final int LARGEST = WORDS.length - 1;
  static final int LARGEST_WORDS = 68;

  private static final int ARRAY_BITS = 12;
  private static final int ARRAY_WORDS = 1 << ARRAY_BITS;
  private static final int ARRAY_MASK = ARRAY_WORDS - 1;
  private static final int FIRST_WORDS = 32;

  /** Addresses are positive ints. */
  private static final int MOST_ARRAYS = 1 << (31 - ARRAY_BITS);

  /** What an array holds at least, whatever blocks are cut from it. */
  private static final int USABLE_WORDS = ARRAY_WORDS - LARGEST_WORDS;

  private static final long[] NOTHING = {};

  private final FailurePoints failures;

  /** Guarded by the owner, as every field here. Array 0 may be shorter than the others. */
  private long[][] arrays = {NOTHING};

  private int arrayCount;

  /**
   * The array that blocks are cut from, and the next word in it. Arrays behind it are untouched.
   */
  private int cutArray;

  private int cutAt;

  /** Heads of the lists of returned blocks, linked through their first word. */
  private final int[] returned = new int[WORDS.length];

  WordPool(FailurePoints failures) {
    this.failures = failures;
  }

  /**
   * Makes sure that blocks of this many words in all can be taken.
   *
   * @return false when the memory could not be had; nothing changed then
   */
  boolean prepare(long words) {
    if (failures.refuses(AllocationPoint.INDEX_NODE)) {
      return false;
    }
    return fits(words) || grow(words);
  }

  private boolean fits(long words) {
    if (arrayCount == 0) {
      return false;
    }
    long rest = (long) arrays[cutArray].length - cutAt;
    long untouched = (long) (arrayCount - 1 - cutArray) * USABLE_WORDS;
    return rest >= words || Math.max(0, rest - LARGEST_WORDS) + untouched >= words;
  }

  /** Makes room; whatever it takes is given back when it is not enough. */
  private boolean grow(long words) {
    int before = arrayCount;
    try {
      if (arrayCount <= 1 && words + cutAt + FIRST_WORDS <= ARRAY_WORDS) {
        growFirst(words);
        return true;
      }
      while (!fits(words)) {
        if (arrayCount == MOST_ARRAYS) {
          forgetFrom(before);
          return false;
        }
        addArray();
      }
      return true;
    } catch (OutOfMemoryError e) {
      forgetFrom(before);
      return false;
    }
  }

  private void growFirst(long words) {
    int old = arrays[0].length;
    long wanted = Math.max(2L * old, words + cutAt + FIRST_WORDS);
    arrays[0] = Arrays.copyOf(arrays[0], (int) Math.min(ARRAY_WORDS, wanted));
    begin();
  }

  private void addArray() {
    if (arrayCount == arrays.length) {
      long[][] more = Arrays.copyOf(arrays, arrayCount * 2);
      Arrays.fill(more, arrayCount, more.length, NOTHING);
      arrays = more;
    }
    arrays[arrayCount] = new long[ARRAY_WORDS];
    if (arrayCount == 0) {
      begin();
    } else {
      arrayCount++;
    }
  }

  private void begin() {
    if (arrayCount == 0) {
      arrayCount = 1;
      cutAt = 1; // word 0 means no block
    }
  }

  private void forgetFrom(int array) {
    for (int i = array; i < arrayCount; i++) {
      arrays[i] = NOTHING;
    }
    arrayCount = array;
    if (array == 0) {
      cutAt = 0;
    }
  }

  /** Whether a block can be had of what was returned; used where doing without is fine. */
  boolean hasReturned(int sizeClass) {
    boolean has = returned[sizeClass] != 0;
    for (int donor = DONOR[sizeClass]; !has && donor <= LARGEST; donor++) {
      has = returned[donor] != 0;
    }
    return has;
  }

  /** Takes a block that was prepared, or one that was returned; its contents are unspecified. */
  int take(int sizeClass) {
    int block = returned[sizeClass];
    if (block != 0) {
      returned[sizeClass] = (int) array(block)[offset(block)];
      return block;
    }
    for (int donor = DONOR[sizeClass]; donor <= LARGEST; donor++) {
      if (returned[donor] != 0) {
        return cut(take(donor), WORDS[donor], sizeClass);
      }
    }
    int words = WORDS[sizeClass];
    if (arrays[cutArray].length - cutAt < words) {
      giveBackPieces(cutArray << ARRAY_BITS | cutAt, arrays[cutArray].length - cutAt);
      cutArray++;
      cutAt = 0;
    }
    block = cutArray << ARRAY_BITS | cutAt;
    cutAt += words;
    return block;
  }

  /** Makes the beginning of a block one of a smaller class, and returns the rest. */
  private int cut(int block, int words, int sizeClass) {
    int piece = WORDS[sizeClass];
    int at = block + piece;
    if (piece == 4 || piece == 8) {
      giveBack(at, sizeClass);
      giveBack(at + piece, sizeClass);
      at += 2 * piece;
    }
    giveBackPieces(at, block + words - at);
    return block;
  }

  private void giveBackPieces(int first, int words) {
    int at = first;
    int left = words;
    for (int sizeClass = LARGEST; sizeClass >= 0; sizeClass--) {
      while (left >= WORDS[sizeClass]) {
        giveBack(at, sizeClass);
        at += WORDS[sizeClass];
        left -= WORDS[sizeClass];
      }
    }
  }

  void giveBack(int block, int sizeClass) {
    array(block)[offset(block)] = returned[sizeClass];
    returned[sizeClass] = block;
  }

  long[] array(int block) {
    return arrays[block >>> ARRAY_BITS];
  }

  static int offset(int block) {
    return block & ARRAY_MASK;
  }

  static int words(int sizeClass) {
    return WORDS[sizeClass];
  }

  /** The memory that the pool holds, in bytes. */
  long bytes() {
    long bytes = 0;
    for (int i = 0; i < arrayCount; i++) {
      bytes += 8L * arrays[i].length;
    }
    return bytes;
  }
}
