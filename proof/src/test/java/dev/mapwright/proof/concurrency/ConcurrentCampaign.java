package dev.mapwright.proof.concurrency;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Runs of the concurrent campaign, one seed after the other: the same few in every build, ten
 * minutes of others with the profile {@code campaign}, or the one that {@code -Dmapwright.seed=N}
 * names. What is found is a sentence with a seed. Threads meet differently each time, so a run may
 * have to be repeated.
 */
public final class ConcurrentCampaign implements Callable<String> {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));
  private static final long STAMPS = 6_000;
  private static final int FEWEST = 8;
  private static final long SHORT_NANOS = TimeUnit.SECONDS.toNanos(8);
  private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final CampaignTally tally = new CampaignTally();
  private int runs;

  /** What was found; empty for nothing. */
  @Override
  public String call() {
    Long only = Long.getLong("mapwright.seed");
    long first = only != null ? only : LONG ? 1000 : 1;
    long started = System.nanoTime();
    long budget = only != null ? 0 : LONG ? LONG_NANOS : SHORT_NANOS;
    int fewest = only != null ? 1 : FEWEST;
    while (runs < fewest || System.nanoTime() - started < budget) {
      String found = run(first + runs++);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return only != null ? "" : tally.missing();
  }

  private String run(long seed) {
    CampaignRun run = new CampaignRun(seed);
    try {
      run.run(STAMPS);
    } catch (Throwable problem) {
      Throwable cause = problem.getCause() == null ? problem : problem.getCause();
      StringBuilder text = new StringBuilder("seed " + seed + ", " + run.shape + ": " + cause);
      for (StackTraceElement element : cause.getStackTrace()) {
        text.append("\n    at ").append(element);
      }
      return text.toString();
    }
    tally.add(run.tally);
    return "";
  }

  @Override
  public String toString() {
    return runs + " runs: " + tally;
  }
}
