package dev.mapwright.proof.zircon;

/** The proof's own random numbers (the SplitMix64 recurrence): the same everywhere, for ever. */
final class SplitMix {
  private long state;

  SplitMix(long seed) {
    state = seed;
  }

  long next() {
    state += 0x9e3779b97f4a7c15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** From 0 to bound - 1. */
  int below(int bound) {
    return (int) Long.remainderUnsigned(next(), bound);
  }

  long below(long bound) {
    return Long.remainderUnsigned(next(), bound);
  }

  /** True in about percent of 100 cases. */
  boolean chance(int percent) {
    return below(100) < percent;
  }

  int oneOf(int... values) {
    return values[below(values.length)];
  }
}
