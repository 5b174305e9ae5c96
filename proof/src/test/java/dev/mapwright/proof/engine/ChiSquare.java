package dev.mapwright.proof.engine;

/** Whether counts could come from drawing uniformly. */
public final class ChiSquare {
  /** A standard normal value is above this once in a million times. */
  private static final double ONCE_IN_A_MILLION = 4.753;

  private ChiSquare() {}

  /** The sum of squared deviations, each divided by what was expected. */
  public static double of(int[] counts) {
    double sum = 0;
    for (int count : counts) {
      sum += count;
    }
    double expected = sum / counts.length;
    double statistic = 0;
    for (int count : counts) {
      statistic += (count - expected) * (count - expected) / expected;
    }
    return statistic;
  }

  /**
   * What a uniform source stays below but once in a million runs (Wilson and Hilferty's
   * approximation).
   */
  public static double limit(int categories) {
    double freedom = categories - 1;
    double spread = 2 / (9 * freedom);
    return freedom * Math.pow(1 - spread + ONCE_IN_A_MILLION * Math.sqrt(spread), 3);
  }
}
