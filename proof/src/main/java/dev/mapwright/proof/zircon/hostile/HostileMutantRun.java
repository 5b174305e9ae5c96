package dev.mapwright.proof.zircon.hostile;

import org.jspecify.annotations.Nullable;

/** Hostile sequences with nothing but numbers at the border, for another class loader to call. */
public final class HostileMutantRun {
  private static final int STEPS = 2000;

  private HostileMutantRun() {}

  /**
   * Runs sequences, each from a seed of its own.
   *
   * @param sequences how many
   * @return what went wrong first, or null
   */
  public static @Nullable String find(int sequences) {
    HostileTally tally = new HostileTally();
    for (int seed = 0; seed < sequences; seed++) {
      Throwable cause = HostileRun.run(seed, HostileRun.steps(STEPS), tally, null);
      if (cause != null) {
        return "after %d calls: %s".formatted(tally.calls(), cause);
      }
    }
    return null;
  }
}
