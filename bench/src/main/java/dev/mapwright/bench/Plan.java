package dev.mapwright.bench;

/**
 * How much is measured.
 *
 * @param rounds in one run
 * @param attempts how often a noisy run is repeated at most, the first included
 * @param startNanos how long starting programs may take in all; then what there is has to do
 */
record Plan(int rounds, int attempts, long startNanos) {
  static final Plan QUICK = new Plan(31, 2, 12_000_000_000L);
  static final Plan FULL = new Plan(101, 4, 120_000_000_000L);
}
