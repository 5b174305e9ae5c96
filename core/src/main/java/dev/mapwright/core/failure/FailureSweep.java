package dev.mapwright.core.failure;

import java.util.function.Supplier;

/**
 * Repeats a scenario with its first acquisition failing, then its second, and so on until none is
 * left to fail. This is how "a failed call changes nothing" is shown for code that runs on the
 * engine, a user's own included:
 *
 * <pre>{@code
 * long points = FailureSweep.run(MyScenario::new, 10_000);
 * }</pre>
 */
public final class FailureSweep {
  /** One run of the scenario, on a machine of its own. */
  public interface Scenario {
    /**
     * Sets the scenario up; nothing fails yet.
     *
     * @return the failure points of the machine that {@link #act} will use
     */
    FailurePoints prepare();

    /** What is swept. It has to cope with refusals; an exception ends the sweep. */
    void act();

    /**
     * Looks at what {@link #act} left behind; nothing fails any more. Throw to report a defect.
     *
     * @param failed true when an acquisition was refused during {@code act}
     */
    void check(boolean failed);
  }

  private FailureSweep() {}

  /**
   * Runs the sweep on the calling thread.
   *
   * @param scenarios makes a fresh scenario for each run
   * @param limit the largest number of acquisitions to try, so that a scenario which always
   *     acquires more ends
   * @return how many acquisitions were failed, one in each run
   * @throws IllegalStateException when the limit was reached before a run passed undisturbed
   */
  public static long run(Supplier<? extends Scenario> scenarios, long limit) {
    for (long nth = 1; nth <= limit; nth++) {
      Scenario scenario = scenarios.get();
      FailurePoints points = scenario.prepare();
      points.failNth(nth);
      scenario.act();
      boolean failed = points.refused() > 0;
      points.off();
      scenario.check(failed);
      if (!failed) {
        return nth - 1;
      }
    }
    throw new IllegalStateException("the scenario still acquires after " + limit + " runs");
  }
}
