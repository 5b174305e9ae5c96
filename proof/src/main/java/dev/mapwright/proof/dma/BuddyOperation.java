package dev.mapwright.proof.dma;

import dev.mapwright.proof.SplitMix;

/**
 * One random operation, as numbers that say what to do whatever happened before; so a sequence from
 * which some are taken out is a sequence.
 *
 * @param kind what is done
 * @param pages how many pages, where a size is wanted; at least 1
 * @param draw which page or live range, taken modulo how many there are
 * @param window how long a window is beyond what is asked for; negative for the whole space
 * @param refuse whether the acquisition fails, if there is one
 */
record BuddyOperation(Kind kind, long pages, long draw, long window, boolean refuse) {
  enum Kind {
    ALLOCATE,
    FREE,
    FREE_WHAT_IS_NOT_LIVE,
    RESERVE
  }

  /** Draws one for a space of 2^order pages. */
  static BuddyOperation draw(SplitMix random, int order, boolean filling) {
    int percent = random.below(100);
    Kind kind =
        percent < 2
            ? Kind.RESERVE
            : percent < 5
                ? Kind.FREE_WHAT_IS_NOT_LIVE
                : percent < (filling ? 65 : 45) ? Kind.ALLOCATE : Kind.FREE;
    int log = random.below(1 + (random.chance(60) ? Math.min(order, 3) : order));
    long pages = (1L << log) + (random.chance(40) ? random.below(1L << log) : 0);
    if (kind == Kind.RESERVE) {
      pages = 1 + random.below(random.chance(80) ? 20L : 1L << order);
    }
    long window =
        random.chance(60) ? -1 : random.below(random.chance(60) ? 4 * pages : 1L << order);
    return new BuddyOperation(
        kind, pages, random.next() >>> 1, window, kind != Kind.FREE && random.chance(6));
  }
}
