package dev.mapwright.bench;

/**
 * How much is measured.
 *
 * @param rounds in one run
 * @param mostAttempts how often a noisy run is repeated at most, the first included
 * @param patienceNanos how long after the program began noisy runs are no longer repeated
 * @param startNanos how long starting programs may take in all; then what there is has to do
 */
record Plan(int rounds, int mostAttempts, long patienceNanos, long startNanos) {
  static final Plan QUICK = new Plan(31, 2, 15_000_000_000L, 6_000_000_000L);
  static final Plan FULL = new Plan(101, 4, Long.MAX_VALUE, 120_000_000_000L);

  private static final long BEGAN = System.nanoTime();

  /** How often what is measured next may be measured, the first time included. */
  int attempts() {
    return System.nanoTime() - BEGAN > patienceNanos ? 1 : mostAttempts;
  }
}
