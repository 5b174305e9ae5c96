package dev.mapwright.sim.cpu;

/** Entries in an array of the heap; places are offsets in RAM. */
final class HeapTlbArray extends TlbArray {
  /** An array in which nothing is ever found. */
  static final HeapTlbArray NOTHING = new HeapTlbArray();

  /** What an address shifted right by {@link #SMALL_SHIFT} is masked with for a small pair. */
  static final int SMALL_MASK = 2 * SMALL - 2;

  static final int SMALL_SHIFT = 11;

  /** The same for a large pair, which stands from {@link #LARGE_FIRST} on. */
  static final int LARGE_MASK = 2 * LARGE - 2;

  static final int LARGE_SHIFT = 20;
  static final int LARGE_FIRST = 2 * SMALL;

  /** Tags and places in turn. */
  final long[] pairs = emptyPairs().clone();

  @Override
  long tag(int entry) {
    return pairs[2 * entry];
  }

  @Override
  long place(int entry) {
    return pairs[2 * entry + 1];
  }

  @Override
  void put(int entry, long tag, long place) {
    pairs[2 * entry] = tag;
    pairs[2 * entry + 1] = place;
  }

  @Override
  void emptyAll() {
    System.arraycopy(emptyPairs(), 0, pairs, 0, pairs.length);
  }

  @Override
  TlbArray another() {
    return new HeapTlbArray();
  }

  @Override
  long placeOf(long ramAddress, long offset) {
    return offset;
  }

  @Override
  long offsetOf(long ramAddress, long place) {
    return place;
  }
}
