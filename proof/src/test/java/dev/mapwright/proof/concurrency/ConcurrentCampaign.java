package dev.mapwright.proof.concurrency;

import java.util.concurrent.Callable;

/** Runs of the concurrent campaign, one seed after the other; a defect is a sentence with a seed. */
public final class ConcurrentCampaign implements Callable<String> {
  private final long firstSeed;
  private final int fewest;
  private final int most;
  private final long budgetNanos;
  private final long stamps;
  private final CampaignTally tally = new CampaignTally();
  private int runs;

  /** For a loader of mutants: as many runs as every build has. */
  public ConcurrentCampaign() {
    this(1, 6, 40, 8_000_000_000L, 20_000);
  }

  ConcurrentCampaign(long firstSeed, int fewest, int most, long budgetNanos, long stamps) {
    this.firstSeed = firstSeed;
    this.fewest = fewest;
    this.most = most;
    this.budgetNanos = budgetNanos;
    this.stamps = stamps;
  }

  /** What was found; empty for nothing. */
  @Override
  public String call() {
    long started = System.nanoTime();
    while (runs < fewest || runs < most && System.nanoTime() - started < budgetNanos) {
      CampaignRun run = new CampaignRun(firstSeed + runs++);
      try {
        run.run(stamps);
      } catch (Throwable problem) {
        Throwable cause = problem.getCause() == null ? problem : problem.getCause();
        return "seed " + run.seed + ", " + run.shape + ": " + cause;
      }
      tally.add(run.tally);
    }
    return "";
  }

  CampaignTally tally() {
    return tally;
  }

  @Override
  public String toString() {
    return runs + " runs from seed " + firstSeed + ": " + tally;
  }
}
