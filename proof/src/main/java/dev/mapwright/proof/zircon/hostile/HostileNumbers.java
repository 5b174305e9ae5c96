package dev.mapwright.proof.zircon.hostile;

import dev.mapwright.proof.SplitMix;

/** Numbers that programs get wrong, and those that they would rather give. */
final class HostileNumbers {
  static final long PAGE = 4096;

  /** Where additions wrap, signs turn and shifts fall off the end. */
  private static final long[] EDGES = {
    0,
    1,
    PAGE - 1,
    PAGE,
    PAGE + 1,
    (1L << 32) - 1,
    1L << 32,
    (1L << 32) + PAGE,
    (1L << 47) - PAGE,
    1L << 47,
    1L << 52,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MIN_VALUE + PAGE,
    -2 * PAGE,
    -PAGE,
    -PAGE + 1,
    -1,
  };

  private HostileNumbers() {}

  /** An edge, something near one, or any number of any length. */
  static long any(SplitMix random) {
    return switch (random.below(4)) {
      case 0, 1 -> EDGES[random.below(EDGES.length)];
      case 2 -> EDGES[random.below(EDGES.length)] + (random.below(5) - 2) * PAGE;
      default -> random.next() >>> random.below(64);
    };
  }

  /** A length in bytes that a program would give: some pages, seldom many, sometimes not whole. */
  static long length(SplitMix random) {
    long pages = 1L + random.below(random.chance(10) ? 600 : 8);
    return pages * PAGE - (random.chance(15) ? random.below((int) PAGE) : 0);
  }

  /** An offset of some pages. */
  static long offset(SplitMix random) {
    return random.below(random.chance(10) ? 600 : 8) * PAGE;
  }

  /** Bits of a set of flags: one too many, one too few, or any. */
  static int bits(SplitMix random, int sensible) {
    return switch (random.below(4)) {
      case 0 -> sensible ^ 1 << random.below(32);
      case 1 -> sensible ^ 1 << random.below(12);
      case 2 -> 0;
      default -> (int) random.next();
    };
  }
}
