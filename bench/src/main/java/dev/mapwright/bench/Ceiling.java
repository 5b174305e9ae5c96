package dev.mapwright.bench;

import org.jspecify.annotations.Nullable;

/**
 * What two threads reach that share nothing, each on a machine of its own: what this computer gives
 * to two threads at the moment, which nothing that they share can exceed.
 */
final class Ceiling {
  /** Below this the two did not have a processor each, and what is shared is not to blame. */
  private static final double LEAST = 1.8;

  private Ceiling() {}

  /** Why rows about two threads can't be judged, or null when they can. */
  static @Nullable String tooLow(Quartiles machines) {
    return machines.median() >= LEAST
        ? null
        : Table.format(
            "two separate machines reach %.2f times one thread, not %.1f",
            machines.median(), LEAST);
  }

  static Row.Goal goal(double atLeast, Quartiles machines) {
    return new Row.Goal(atLeast, true, tooLow(machines));
  }

  /** The goal of threads that write what is the other's, too. */
  static Row.Goal goal(double atLeast, Quartiles machines, LineTime line) {
    String low = tooLow(machines);
    return new Row.Goal(atLeast, true, low != null ? low : line.tooLong());
  }
}
