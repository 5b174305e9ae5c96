package dev.mapwright.proof;

/** The proof's own random numbers (the SplitMix64 recurrence): the same everywhere, for ever. */
public final class SplitMix {
  private long state;

  /** A stream of its own for every seed. */
  public SplitMix(long seed) {
    state = seed;
  }

  /** Any 64 bits. */
  public long next() {
    state += 0x9e3779b97f4a7c15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** From 0 to bound - 1. */
  public int below(int bound) {
    return (int) Long.remainderUnsigned(next(), bound);
  }

  /** From 0 to bound - 1. */
  public long below(long bound) {
    return Long.remainderUnsigned(next(), bound);
  }

  /** True in about percent of 100 cases. */
  public boolean chance(int percent) {
    return below(100) < percent;
  }

  /** One of the values. */
  public int oneOf(int... values) {
    return values[below(values.length)];
  }
}
