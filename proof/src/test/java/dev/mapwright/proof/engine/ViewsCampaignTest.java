package dev.mapwright.proof.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.proof.Shrinker;
import dev.mapwright.proof.SplitMix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Several views of one object agree at every moment, whoever asks first. */
class ViewsCampaignTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));
  private static final int STEPS = 400;
  private static final int INVARIANTS_EVERY = 40;

  private static @Nullable Throwable run(List<Step> steps, Map<String, Integer> tally) {
    try (Machine machine = Machines.simulated(steps.hashCode())) {
      long before = machine.frames().free();
      ViewsRun run = new ViewsRun(machine);
      int done = 0;
      for (Step step : steps) {
        run.step(step);
        if (++done % INVARIANTS_EVERY == 0 || done == steps.size()) {
          Invariants.verify(machine);
        }
      }
      run.releaseAll();
      run.tally.forEach((what, count) -> tally.merge(what, count, Integer::sum));
      assertThat(before - machine.frames().free()).as("frames but that of zeros").isLessThan(2);
      assertThat(machine.census().leaks()).isEmpty();
      return null;
    } catch (RuntimeException | AssertionError e) {
      return e;
    }
  }

  @Test
  void every_view_of_an_object_agrees_with_every_other_after_every_step() {
    Map<String, Integer> tally = new TreeMap<>();
    for (int seed = 0; seed < (LONG ? 10_000 : 150); seed++) {
      SplitMix random = new SplitMix(seed);
      List<Step> steps = new ArrayList<>();
      for (int i = 0; i < STEPS; i++) {
        steps.add(Step.draw(random, ViewsRun.kinds(), ViewsRun.PAGES));
      }
      Throwable failure = run(steps, tally);
      if (failure != null) {
        report(seed, failure, steps);
      }
    }
    System.out.println(tally);
    assertThat(tally).hasSize(ViewsRun.kinds() + 1);
    assertThat(tally.get("GO_BACK for good")).isGreaterThan(50);
  }

  private static void report(int seed, Throwable failure, List<Step> steps) {
    List<Step> shortest = Shrinker.shrink(steps, some -> run(some, new TreeMap<>()) != null);
    Throwable cause = run(shortest, new TreeMap<>());
    String text = shortest.stream().map(Step::toString).collect(Collectors.joining("\n"));
    fail("seed " + seed + ":\n" + text + "\n", cause == null ? failure : cause);
  }
}
