package dev.mapwright.bench;

import java.util.List;

/**
 * Interleaved rounds: each round runs a short batch of every contender, one after the other, and
 * ratios are taken round by round. A busy neighbour or a slower clock then disturbs both sides of a
 * ratio alike, and the median throws out what it did not.
 *
 * <p>Each timed batch follows an untimed one of the same contender, which brings back to the caches
 * what the contenders before have driven out: otherwise the order would decide.
 *
 * <p>A run whose ratios spread too far is refused and repeated; when all repetitions are noisy, the
 * quietest one is kept and says so.
 */
final class Rounds {
  private static final long BATCH_NANOS = 3_000_000;
  private static final long WARM_UP_NANOS = 250_000_000;
  private static final int MOST_OPERATIONS = 1 << 24;

  /** Nanoseconds per operation, by contender and round. */
  private final double[][] nanos;

  private Rounds(double[][] nanos) {
    this.nanos = nanos;
  }

  /** A repeated comparison: of two contenders, or one against several others. */
  interface Judge {
    /** The ratios that must be quiet. */
    List<Quartiles> ratios(Rounds rounds);
  }

  /**
   * Measures until a run is quiet.
   *
   * @param contenders in the order in which they run
   * @param rounds how many rounds a run has
   * @param attempts how many runs at most
   * @param judge which ratios decide whether a run is quiet
   */
  static Rounds measure(List<Contender> contenders, int rounds, int attempts, Judge judge) {
    int[] operations = new int[contenders.size()];
    for (int i = 0; i < operations.length; i++) {
      operations[i] = calibrate(contenders.get(i).batch());
    }
    Rounds best = null;
    double bestSpread = Double.MAX_VALUE;
    for (int attempt = 0; attempt < attempts; attempt++) {
      Rounds run = run(contenders, operations, rounds);
      double spread = 0;
      for (Quartiles ratio : judge.ratios(run)) {
        spread = Math.max(spread, ratio.spread());
      }
      if (best == null || spread < bestSpread) {
        best = run;
        bestSpread = spread;
      }
      if (spread <= Quartiles.MOST_SPREAD) {
        break;
      }
    }
    if (best == null) {
      throw new IllegalArgumentException("no attempts");
    }
    return best;
  }

  /** Warms a contender up and finds how many operations make a batch. */
  private static int calibrate(Contender.Batch batch) {
    int operations = 1;
    long began = Clock.nanos();
    while (true) {
      long start = Clock.nanos();
      batch.run(operations);
      long took = Math.max(1, Clock.nanos() - start);
      boolean warm = Clock.nanos() - began > WARM_UP_NANOS;
      if (warm && took >= BATCH_NANOS * 2 / 3 && took <= BATCH_NANOS * 3 / 2) {
        return operations;
      }
      if (Clock.nanos() - began > 4 * WARM_UP_NANOS) {
        return operations;
      }
      double scale = Math.min(8, Math.max(1.0 / 8, (double) BATCH_NANOS / took));
      operations = (int) Math.min(MOST_OPERATIONS, Math.max(1, Math.round(operations * scale)));
    }
  }

  private static Rounds run(List<Contender> contenders, int[] operations, int rounds) {
    double[][] nanos = new double[operations.length][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < operations.length; i++) {
        Contender.Batch batch = contenders.get(i).batch();
        batch.run(operations[i]);
        long start = Clock.nanos();
        batch.run(operations[i]);
        nanos[i][round] = (double) (Clock.nanos() - start) / operations[i];
      }
    }
    return new Rounds(nanos);
  }

  /** One contender's time over another's, round by round. */
  Quartiles ratio(int contender, int baseline) {
    double[] ratios = new double[nanos[contender].length];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] = nanos[contender][round] / nanos[baseline][round];
    }
    return Quartiles.of(ratios);
  }

  /** The time of one operation. */
  Quartiles time(int contender) {
    return Quartiles.of(nanos[contender]);
  }

  /** The median time of one operation. */
  double nanos(int contender) {
    return time(contender).median();
  }
}
