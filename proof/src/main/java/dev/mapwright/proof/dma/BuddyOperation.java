package dev.mapwright.proof.dma;

import dev.mapwright.proof.SplitMix;
import java.util.ArrayList;
import java.util.List;

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

  /** What a sequence is about. */
  enum Style {
    /** Small blocks mostly, some of every size. */
    ANY,

    /** As many of each size, so that of none so many are freed that its oldest has to go. */
    ALL_SIZES,

    /**
     * Hardly any room: whole slots of the trie are taken at every level, and what is left is small.
     */
    CROWDED;

    /** One of the widths of address spaces for it, from 0 on. */
    int width(int which) {
      int[] widths =
          switch (this) {
            case ANY -> new int[] {13, 14, 16, 18, 19, 22, 25, 33, 48, 63};
            case ALL_SIZES -> new int[] {40, 48, 63};
            case CROWDED -> new int[] {24, 30, 36};
          };
      return widths[which % widths.length];
    }
  }

  private static final int SEQUENCE = 500;

  /** A slot of the trie is a 64th of what the next higher level's is. */
  private static final int SLOT_BITS = 6;

  private static final int HIGHEST_OF_ALL_SIZES = 20;

  /** Draws a sequence for a space of 2^order pages. */
  static List<BuddyOperation> sequence(SplitMix random, Style style, int order) {
    List<BuddyOperation> operations = new ArrayList<>();
    if (style == Style.CROWDED) {
      for (int slot = order - SLOT_BITS; slot > 0; slot -= SLOT_BITS) {
        for (int i = slot == order - SLOT_BITS ? 62 : 126; i > 0; i--) {
          operations.add(new BuddyOperation(Kind.ALLOCATE, 1L << slot, 0, -1, false));
        }
      }
    }
    for (int i = 0; i < SEQUENCE; i++) {
      operations.add(draw(random, style, order, i / 100 % 2 == 0));
    }
    return operations;
  }

  private static BuddyOperation draw(SplitMix random, Style style, int order, boolean filling) {
    int percent = random.below(100);
    Kind kind =
        percent < 2
            ? Kind.RESERVE
            : percent < 5
                ? Kind.FREE_WHAT_IS_NOT_LIVE
                : percent < (filling ? 75 : 30) ? Kind.ALLOCATE : Kind.FREE;
    int highest = style == Style.ALL_SIZES ? HIGHEST_OF_ALL_SIZES : Math.min(order, 3);
    int log = random.below(1 + (random.chance(90) ? highest : order));
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
