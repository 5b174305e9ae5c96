package dev.mapwright.proof.windows;

import dev.mapwright.proof.Shrinker;
import dev.mapwright.proof.SplitMix;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs sequences of steps; when one fails, makes it as short as it gets. */
final class Campaign {
  private static final int INVARIANTS_EVERY = 1000;

  final Tally tally = new Tally();

  /** Runs one generated sequence; null when nothing diverged. */
  @Nullable Failure generate(long seed, int steps) {
    SplitMix random = new SplitMix(seed);
    List<Step> done = new ArrayList<>();
    try (WindowsRun run = new WindowsRun(seed)) {
      try {
        for (int i = 1; i <= steps; i++) {
          done.add(Kind.step(random));
          run.step(done.getLast());
          if (i % INVARIANTS_EVERY == 0 || i == steps) {
            run.invariants();
          }
        }
      } finally {
        tally.add(run.judge.tally);
      }
    } catch (RuntimeException | AssertionError e) {
      return new Failure(seed, done, e, "");
    }
    return null;
  }

  /** Runs given steps; null when nothing diverged. */
  private static @Nullable Failure run(long seed, List<Step> steps, @Nullable List<String> story) {
    try (WindowsRun run = new WindowsRun(seed)) {
      run.judge.story = story;
      for (Step step : steps) {
        run.step(step);
      }
      run.invariants();
      return null;
    } catch (RuntimeException | AssertionError e) {
      String text = story == null ? "" : String.join("\n", story);
      return new Failure(seed, steps, e, text);
    }
  }

  /** Takes out ever smaller pieces for as long as what is left still fails, and tells the story. */
  static Failure shrink(Failure failure) {
    List<Step> shortest =
        Shrinker.shrink(failure.steps(), some -> run(failure.seed(), some, null) != null);
    Failure last = run(failure.seed(), shortest, new ArrayList<>());
    return last == null ? failure : last;
  }

  /**
   * A sequence that diverged in its last step.
   *
   * @param seed of the system, and of the generator
   * @param steps all of them, to be run on a new system
   * @param cause what went wrong
   * @param story what the steps did
   */
  record Failure(long seed, List<Step> steps, Throwable cause, String story) {
    @Override
    public String toString() {
      return "%s%nseed %d, %d steps:%n%s%n%s"
          .formatted(
              cause,
              seed,
              steps.size(),
              story,
              steps.stream().map(one -> "  " + one).collect(Collectors.joining("\n")));
    }
  }
}
