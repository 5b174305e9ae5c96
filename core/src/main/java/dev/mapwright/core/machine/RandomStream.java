package dev.mapwright.core.machine;

/**
 * A stream of pseudo-random numbers (SplitMix64: a counter with a strong finalizer, period 2^64).
 * Not thread-safe: each process, CPU and device has its own.
 */
public final class RandomStream {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  RandomStream(long seed) {
    state = seed;
  }

  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** {@return the next 64 bits, any value} */
  public long nextLong() {
    state += GOLDEN;
    return mix(state);
  }

  /**
   * {@return a number drawn exactly uniformly from 0 .. bound - 1}
   *
   * @param bound how many values there are, at least 1
   */
  public long below(long bound) {
    if ((bound & (bound - 1)) == 0) {
      return nextLong() & (bound - 1);
    }
    long bits = nextLong() >>> 1;
    long value = bits % bound;
    // Draws from the last, incomplete block of numbers would favour small values.
    while (bits - value > Long.MAX_VALUE - (bound - 1)) {
      bits = nextLong() >>> 1;
      value = bits % bound;
    }
    return value;
  }
}
