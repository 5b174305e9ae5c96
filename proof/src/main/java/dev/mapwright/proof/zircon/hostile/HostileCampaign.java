package dev.mapwright.proof.zircon.hostile;

import dev.mapwright.proof.Shrinker;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs hostile sequences; when one makes the machine misbehave, makes it as short as it gets. */
final class HostileCampaign {
  final HostileTally tally = new HostileTally();

  /** Runs the sequence of a seed; null when all went well. */
  @Nullable Fault run(long seed, int steps) {
    return run(seed, HostileRun.steps(steps));
  }

  /** Runs some steps of the sequence of a seed; null when all went well. */
  @Nullable Fault run(long seed, List<Integer> steps) {
    return HostileRun.run(seed, steps, tally, null) == null ? null : shrunk(seed, steps);
  }

  private static Fault shrunk(long seed, List<Integer> steps) {
    List<Integer> shortest = Shrinker.shrink(steps, some -> fails(seed, some));
    List<String> trace = new ArrayList<>();
    Throwable cause = HostileRun.run(seed, shortest, new HostileTally(), trace);
    return new Fault(
        seed, shortest, cause == null ? new Misbehaviour("only without a trace") : cause, trace);
  }

  private static boolean fails(long seed, List<Integer> steps) {
    return HostileRun.run(seed, steps, new HostileTally(), null) != null;
  }
}
