package dev.mapwright.sim.cpu;

/**
 * A set of numbers below {@value #SLOTS} that is emptied in a time that follows what is in it: a
 * bit for each number, and a bit for each word of those that is not zero. Only the thread that
 * drives the CPU uses it.
 */
final class SlotSet {
  static final int SLOTS = 1 << 12;

  private final long[] words = new long[SLOTS / Long.SIZE];

  /** Bit w is set when {@code words[w]} may be other than 0. */
  private long summary;

  /** Told of numbers. */
  @FunctionalInterface
  interface Action {
    void accept(int slot);
  }

  void add(int slot) {
    words[slot >>> 6] |= 1L << slot;
    summary |= 1L << (slot >>> 6);
  }

  /** Empties the set into an action. What threw is still in it, and so is what comes after. */
  void drain(Action action) {
    while (summary != 0) {
      int word = Long.numberOfTrailingZeros(summary);
      while (words[word] != 0) {
        long lowest = Long.lowestOneBit(words[word]);
        action.accept((word << 6) + Long.numberOfTrailingZeros(lowest));
        words[word] &= ~lowest;
      }
      summary &= ~(1L << word);
    }
  }
}
