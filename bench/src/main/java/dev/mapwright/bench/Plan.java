package dev.mapwright.bench;

/**
 * How much is measured.
 *
 * @param rounds in one run
 * @param attempts how often a noisy run is repeated at most, the first included
 */
record Plan(int rounds, int attempts) {
  static final Plan QUICK = new Plan(31, 2);
  static final Plan FULL = new Plan(101, 4);
}
