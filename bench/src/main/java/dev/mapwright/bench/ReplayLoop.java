package dev.mapwright.bench;

import dev.mapwright.linux.replay.Replay;
import dev.mapwright.sim.SimulatedMachine;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * Replays a recording again and again, on a machine of its own each time, and tells how long one
 * takes: the process that {@link ReplayRows} starts.
 */
final class ReplayLoop {
  /** As much as the command {@code replay} gives. */
  private static final long RAM_PAGES = 1L << 24;

  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long ROUND_NANOS = 50_000_000L;

  /** A replay is of so much code that compiling it takes many seconds. */
  private static final int MOST_SECONDS = 60;

  /** It is warm when the compilers have had little to do for so many seconds. */
  private static final int QUIET_SECONDS = 4;

  private static final int MOST_COMPILING_MILLIS = 120;

  private final Path recording;

  private ReplayLoop(Path recording) {
    this.recording = recording;
  }

  /**
   * Prints the quartiles of the time of one replay, in nanoseconds of the thread's CPU time.
   *
   * @param args a recording's folder, the number of rounds, and how many runs of so many there are
   *     at most, of which the quietest counts
   */
  public static void main(String[] args) throws IOException {
    ReplayLoop loop = new ReplayLoop(Path.of(args[0]));
    loop.warmUp();
    int rounds = Integer.parseInt(args[1]);
    Quartiles best = loop.run(rounds);
    for (int left = Integer.parseInt(args[2]) - 1; left > 0 && best.noisy(); left--) {
      Quartiles run = loop.run(rounds);
      best = run.spread() < best.spread() ? run : best;
    }
    System.out.println(best.p25() + " " + best.median() + " " + best.p75());
  }

  private void warmUp() throws IOException {
    CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
    int quiet = 0;
    for (int second = 0; second < MOST_SECONDS && quiet < QUIET_SECONDS; second++) {
      long before = compilers.getTotalCompilationTime();
      replaysFor(SECOND_NANOS);
      boolean busy = compilers.getTotalCompilationTime() - before > MOST_COMPILING_MILLIS;
      quiet = busy ? 0 : quiet + 1;
    }
  }

  private Quartiles run(int rounds) throws IOException {
    double[] nanos = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      nanos[round] = replaysFor(ROUND_NANOS);
    }
    return Quartiles.of(nanos);
  }

  /** Replays for a while; returns what one replay took. */
  private double replaysFor(long nanos) throws IOException {
    long began = Clock.nanos();
    long took = 0;
    int replays = 0;
    for (; took < nanos; replays++) {
      try (SimulatedMachine machine =
          SimulatedMachine.builder().ram(0, RAM_PAGES).singleThreaded().build()) {
        Replay.of(recording).run(machine);
      }
      took = Clock.nanos() - began;
    }
    return (double) took / replays;
  }
}
