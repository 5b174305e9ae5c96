package dev.mapwright.proof.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random steps on the bare engine and its brute-force model. */
class EngineCampaignTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));
  private static final int STEPS = 1500;
  private static final int EVERYTHING_EVERY = 250;

  /** Address spaces of different scale. */
  enum Scale {
    PAGES(220, 0, 0x7_0000, 80),
    HIGH_PAGES(220, 0, 0x7_ffff_ff00L, 40),
    LAST_PAGES_OF_64_BITS(220, 0, (1L << 52) - 220, 40),
    TABLES(150, 9, 0x20_0000, 60),
    ODD_BLOCKS(150, 5, 0x20_0000, 40),
    GIGABYTES(64, 18, 0x40_0000, 40);

    final int units;
    final int alignmentLog2;
    final long basePage;
    final int seeds;

    Scale(int units, int alignmentLog2, long basePage, int seeds) {
      this.units = units;
      this.alignmentLog2 = alignmentLog2;
      this.basePage = basePage;
      this.seeds = LONG ? seeds * 100 : seeds;
    }
  }

  private static List<Step> draw(long seed, int kinds, int pages) {
    SplitMix random = new SplitMix(seed);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      steps.add(Step.draw(random, kinds, pages));
    }
    return steps;
  }

  private static @Nullable Throwable spaces(
      Scale scale, List<Step> steps, int every, Map<String, Integer> tally) {
    try (Machine machine = Machines.simulated(steps.hashCode())) {
      long before = machine.frames().free();
      SpaceRun run = new SpaceRun(machine, scale.units, scale.alignmentLog2, scale.basePage);
      try {
        int done = 0;
        for (Step step : steps) {
          run.step(step);
          if (++done % every == 0) {
            run.compareAll();
          }
        }
        run.compareAll();
        run.close();
      } finally {
        run.judge.tally.forEach((what, count) -> tally.merge(what, count, Integer::sum));
      }
      assertThat(before - machine.frames().free()).as("frames leaked").isLessThan(2);
      assertThat(machine.census().leaks()).isEmpty();
      return null;
    } catch (RuntimeException | AssertionError e) {
      return e;
    }
  }

  @ParameterizedTest
  @EnumSource
  void an_address_space_does_what_its_model_does(Scale scale) {
    Map<String, Integer> tally = new TreeMap<>();
    for (int seed = 0; seed < scale.seeds; seed++) {
      List<Step> steps = draw(seed, SpaceRun.KINDS, scale.units);
      Throwable failure = spaces(scale, steps, EVERYTHING_EVERY, tally);
      if (failure != null) {
        report(
            scale + ", seed " + seed,
            failure,
            steps,
            some -> spaces(scale, some, EVERYTHING_EVERY, new TreeMap<>()));
      }
    }
    System.out.println(scale + " " + tally);
    assertThat(tally)
        .containsKeys(
            "unmap OK", "protect OK", "map AT OK", "map RANDOM NO_ROOM", "in three parts or more")
        .containsKeys(
            "hook OK",
            "hook closed",
            "hook told, SET_ANOTHER",
            "hook told, CLOSE_ITSELF",
            "hook told, UNMAP",
            "crossing load STOPPED",
            "bulk load STOPPED",
            "bulk store thrown",
            "swap STOPPED");
  }

  private static @Nullable Throwable objects(
      List<Step> steps, int every, Map<String, Integer> tally) {
    try (Machine machine = Machines.simulated(steps.hashCode())) {
      long before = machine.frames().free();
      ObjectRun run = new ObjectRun(machine);
      try {
        int done = 0;
        for (Step step : steps) {
          run.step(step);
          if (++done % every == 0) {
            run.compareAll();
          }
        }
        run.compareAll();
        run.releaseAll();
      } finally {
        run.tally.forEach((what, count) -> tally.merge(what, count, Integer::sum));
      }
      assertThat(machine.frames().free()).isEqualTo(before);
      assertThat(machine.census().leaks()).isEmpty();
      return null;
    } catch (RuntimeException | AssertionError e) {
      return e;
    }
  }

  @Test
  void memory_objects_do_what_their_models_do() {
    Map<String, Integer> tally = new TreeMap<>();
    for (int seed = 0; seed < (LONG ? 4000 : 40); seed++) {
      List<Step> steps = draw(seed, ObjectRun.KINDS, ObjectRun.PAGES);
      Throwable failure = objects(steps, EVERYTHING_EVERY, tally);
      if (failure != null) {
        report(
            "seed " + seed,
            failure,
            steps,
            some -> objects(some, EVERYTHING_EVERY, new TreeMap<>()));
      }
    }
    System.out.println(tally);
    assertThat(tally).containsKeys("snapshot OK", "live OK", "decommit PINNED", "resize OK");
  }

  /** Tries a step with each of its acquisitions failing in turn, then carries it out. */
  private static int starve(Hunger hunger, Runnable step, Runnable compare) {
    int refused = 0;
    for (long nth = 1; ; nth++) {
      hunger.failNth(nth);
      try {
        step.run();
        return refused;
      } catch (Hunger.Refused e) {
        refused++;
      } finally {
        hunger.failNth(0);
      }
      compare.run();
    }
  }

  @ParameterizedTest
  @EnumSource
  void a_change_of_a_space_refused_for_want_of_memory_has_changed_nothing(Scale scale) {
    int refused = 0;
    for (int seed = 0; seed < 3; seed++) {
      try (Machine machine = Machines.simulated(seed)) {
        SpaceRun run = new SpaceRun(machine, scale.units, scale.alignmentLog2, scale.basePage);
        for (Step step : draw(seed, SpaceRun.KINDS, scale.units).subList(0, 300)) {
          refused += starve(run.judge.hunger, () -> run.step(step), run::compareAll);
        }
        run.close();
        assertThat(machine.census().leaks()).isEmpty();
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  @Test
  void a_change_of_an_object_refused_for_want_of_memory_has_changed_nothing() {
    int refused = 0;
    for (int seed = 0; seed < 4; seed++) {
      try (Machine machine = Machines.simulated(seed)) {
        long before = machine.frames().free();
        ObjectRun run = new ObjectRun(machine);
        for (Step step : draw(seed, ObjectRun.KINDS, ObjectRun.PAGES).subList(0, 500)) {
          refused += starve(run.hunger, () -> run.step(step), run::compareAll);
        }
        run.releaseAll();
        assertThat(machine.frames().free()).isEqualTo(before);
        assertThat(machine.census().leaks()).isEmpty();
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  /** Runs steps on a machine of their own; null when nothing diverged. */
  private interface Runner {
    @Nullable Throwable run(List<Step> steps);
  }

  private static void report(String where, Throwable failure, List<Step> steps, Runner runner) {
    List<Step> shortest = Shrinker.shrink(steps, some -> runner.run(some) != null);
    Throwable cause = runner.run(shortest);
    fail(
        where
            + ":\n"
            + shortest.stream().map(Step::toString).collect(Collectors.joining("\n"))
            + "\n",
        cause == null ? failure : cause);
  }
}
