package dev.mapwright.proof.zircon;

import dev.mapwright.proof.SplitMix;
import java.util.Arrays;

/**
 * Collects where among all possible positions random placements fell. Whatever the numbers of
 * positions were, the shares are uniform when each placement was.
 */
final class Spread {
  private static final int CLASSES = 16;

  /**
   * A uniform source exceeds this sum of squared deviations (15 degrees of freedom) once in a
   * thousand million looks; a campaign looks a thousand times.
   */
  private static final double LIMIT = 73;

  private static final int FEWEST = 5 * CLASSES;

  private final long[] counts = new long[CLASSES];
  private final SplitMix within = new SplitMix(1);
  private long sum;

  void add(long rank, long positions) {
    // A position is a stretch of the unit line; a point of it is drawn, so few positions do no
    // harm.
    double share = (rank + (within.next() >>> 11) * 0x1.0p-53) / positions;
    counts[Math.min(CLASSES - 1, (int) (share * CLASSES))]++;
    sum++;
  }

  void add(Spread other) {
    for (int i = 0; i < CLASSES; i++) {
      counts[i] += other.counts[i];
    }
    sum += other.sum;
  }

  /** Throws when what was collected is not uniform. */
  void judge() {
    if (sum < FEWEST) {
      return;
    }
    double expected = (double) sum / CLASSES;
    double statistic = 0;
    for (long count : counts) {
      statistic += (count - expected) * (count - expected) / expected;
    }
    if (statistic > LIMIT) {
      throw new Divergence(
          "random placement is not uniform: chi-square %.1f of %d placements, %s"
              .formatted(statistic, sum, Arrays.toString(counts)));
    }
  }
}
