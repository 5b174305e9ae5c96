package dev.mapwright.bench;

/**
 * A stream of pseudo-random indexes that costs half a nanosecond each and never waits for the one
 * before, so that it doesn't hide the cost of what it feeds. Its state survives from batch to
 * batch: started anew each time, a large working set would silently shrink to what one batch
 * touches.
 */
public final class IndexStream {
  public static final long STEP = 0x9E3779B97F4A7C15L;
  static final long MIX = 0xD1342543DE82EF95L;

  /**
   * Continue with {@code state += STEP} in a local variable, and write it back at a batch's end.
   */
  public long state;

  IndexStream(long seed) {
    state = seed;
  }

  /** Spreads a state over 64 bits; the upper ones are the good ones. */
  static long mix(long state) {
    return (state ^ state >>> 31) * MIX;
  }

  /** An index below a bound of at most 2^31. */
  public static int below(long state, int bound) {
    return (int) ((mix(state) >>> 32) * bound >>> 32);
  }
}
