package dev.mapwright.sim.cpu;

import dev.mapwright.core.Pages;

/**
 * The entries of a {@link Tlb} for one kind of access: those of pages, then those of 2 MiB. An
 * entry is a pair of a tag and a <em>place</em>. Where the pairs are stored is the subclass's, and
 * so is how the CPU's fast path reads them; everybody else comes through here.
 *
 * <p>What tags mean is at the top of {@link Tlb}. An empty entry has the tag that generation 0
 * would have given to the first page of its slot; there is no generation 0.
 */
abstract sealed class TlbArray permits HeapTlbArray, HostTlbArray {
  /** How many small entries there are: they reach 16 MiB. */
  static final int SMALL = 1 << 12;

  /** How many large entries there are, which is as many: they reach 8 GiB. */
  static final int LARGE = SMALL;

  static final int ENTRIES = SMALL + LARGE;
  static final int LARGE_LOG2_BYTES = 21;
  static final int LARGE_BYTES = 1 << LARGE_LOG2_BYTES;

  /** Tags and places in turn of an array in which nothing is found. */
  private static final long[] EMPTY;

  static {
    // What emptyTag says. A short command runs this interpreted, and a class that is being
    // initialised looks up its statics anew at every access: so there is none in the loops.
    long[] pairs = new long[2 * ENTRIES];
    long tag = 0;
    for (int pair = 0; pair < 2 * SMALL; pair += 2) {
      pairs[pair] = tag;
      tag += Pages.BYTES;
    }
    tag = 0;
    for (int pair = 2 * SMALL; pair < 2 * ENTRIES; pair += 2) {
      pairs[pair] = tag;
      tag += 1L << LARGE_LOG2_BYTES;
    }
    EMPTY = pairs;
  }

  /** The pairs of an array in which nothing is found; callers copy them. */
  static long[] emptyPairs() {
    return EMPTY;
  }

  private static long emptyTag(int entry) {
    return entry < SMALL ? (long) entry << Pages.SHIFT : (long) (entry - SMALL) << LARGE_LOG2_BYTES;
  }

  /** The only entry that a page can have among the small ones. */
  static int small(long address) {
    return (int) (address >>> Pages.SHIFT) & SMALL - 1;
  }

  /** The only entry that 2 MiB can have among the large ones. */
  static int large(long address) {
    return SMALL + ((int) (address >>> LARGE_LOG2_BYTES) & LARGE - 1);
  }

  abstract long tag(int entry);

  abstract long place(int entry);

  abstract void put(int entry, long tag, long place);

  final void empty(int entry) {
    put(entry, emptyTag(entry), 0);
  }

  /** Empties all of them. */
  abstract void emptyAll();

  /** An array of the same kind, empty. */
  abstract TlbArray another();

  /** What is stored for a page of RAM, where that begins at an address of this process. */
  abstract long placeOf(long ramAddress, long offset);

  /** The offset in RAM of what is stored. */
  abstract long offsetOf(long ramAddress, long place);
}
