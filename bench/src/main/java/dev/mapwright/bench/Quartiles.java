package dev.mapwright.bench;

import java.util.Arrays;

/**
 * The middle of a set of measured values.
 *
 * @param p25 a quarter is at most this
 * @param median half is at most this
 * @param p75 three quarters are at most this
 */
record Quartiles(double p25, double median, double p75) {
  /** Beyond this a run does not count. */
  static final double MOST_SPREAD = 0.15;

  static Quartiles of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Quartiles(at(sorted, 0.25), at(sorted, 0.5), at(sorted, 0.75));
  }

  static Quartiles of(java.util.List<Double> values) {
    return of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static double at(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /** How far the middle half spreads, relative to the median. */
  double spread() {
    return p75 == p25 ? 0 : (p75 - p25) / median;
  }

  boolean noisy() {
    return spread() > MOST_SPREAD;
  }
}
