package dev.mapwright.proof.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.mapwright.core.machine.Machine;
import dev.mapwright.proof.Shrinker;
import dev.mapwright.proof.SplitMix;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.format.TableFormat;
import dev.mapwright.sim.format.TinyFormat;
import dev.mapwright.sim.format.X86Format;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random steps on frames, objects and reservations in one space, and its brute-force model. */
class FramesCampaignTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));
  private static final int STEPS = 500;
  private static final int EVERYTHING_EVERY = 50;

  /** Tables of several formats, at a border of lowest tables or at the end of all. */
  enum Kind {
    FOUR_LEVELS_AT_THE_END((1L << 35) - 1, true),
    FIVE_LEVELS_AT_THE_END((1L << 44) - 1, true),
    FOUR_LEVELS_ACROSS_TABLES((1L << 18) + 30, false),
    FIVE_LEVELS_ACROSS_TABLES((1L << 36) + 30, false),
    TINY_AT_THE_END((1L << 11) - 1, true),
    TINY_ACROSS_TABLES(1030, false);

    final long last;
    final boolean atTheEnd;

    Kind(long last, boolean atTheEnd) {
      this.last = last;
      this.atTheEnd = atTheEnd;
    }

    TableFormat format() {
      return switch (this) {
        case FOUR_LEVELS_AT_THE_END, FOUR_LEVELS_ACROSS_TABLES -> new X86Format(4);
        case FIVE_LEVELS_AT_THE_END, FIVE_LEVELS_ACROSS_TABLES -> new X86Format(5);
        case TINY_AT_THE_END -> new TinyFormat(2, 3, 1, 2, 3);
        case TINY_ACROSS_TABLES -> new TinyFormat(3, 2, 4, 2);
      };
    }

    Machine machine(long seed) {
      return SimulatedMachine.builder()
          .ram(0x100, 4096)
          .seed(seed)
          .format(format())
          .singleThreaded()
          .build();
    }

    FramesRun run(Machine machine) {
      return new FramesRun(machine, last, atTheEnd, format() instanceof X86Format);
    }
  }

  private static List<Step> draw(long seed) {
    SplitMix random = new SplitMix(seed);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      steps.add(Step.draw(random, FramesRun.KINDS, FramesRun.PAGES));
    }
    return steps;
  }

  private static @Nullable Throwable run(Kind kind, List<Step> steps, Map<String, Integer> tally) {
    try (Machine machine = kind.machine(steps.hashCode())) {
      long before = machine.frames().free();
      FramesRun run = kind.run(machine);
      int done = 0;
      for (Step step : steps) {
        run.step(step);
        if (++done % EVERYTHING_EVERY == 0) {
          run.compareAll();
        }
      }
      run.compareAll();
      run.close();
      run.judge.tally.forEach((what, count) -> tally.merge(what, count, Integer::sum));
      assertThat(before - machine.frames().free()).as("frames leaked").isLessThan(2);
      assertThat(machine.census().leaks()).isEmpty();
      return null;
    } catch (RuntimeException | AssertionError e) {
      return e;
    }
  }

  @ParameterizedTest
  @EnumSource
  void frames_objects_and_reservations_do_what_their_model_does(Kind kind) {
    Map<String, Integer> tally = new TreeMap<>();
    for (int seed = 0; seed < (LONG ? 5000 : 40); seed++) {
      List<Step> steps = draw(seed);
      Throwable failure = run(kind, steps, tally);
      if (failure != null) {
        report(kind, seed, failure, steps);
      }
    }
    System.out.println(kind + " " + tally);
    assertThat(tally)
        .containsKeys(
            "map frames OK",
            "map frames INVALID",
            "map reserved OK",
            "map reserved IN_USE",
            "protect OK",
            "protect reserved OK",
            "move OK",
            "restore OK",
            "snapshot IN_USE");
    assertThat(tally.containsKey("map frames OUTSIDE")).isTrue();
  }

  /** What is found within so many sequences on each kind; empty for nothing. */
  static String find(int seeds) {
    for (int seed = 0; seed < seeds; seed++) {
      for (Kind kind : Kind.values()) {
        Throwable failure = run(kind, draw(seed), new TreeMap<>());
        if (failure != null) {
          return kind + ", seed " + seed + ": " + failure;
        }
      }
    }
    return "";
  }

  private static void report(Kind kind, int seed, Throwable failure, List<Step> steps) {
    List<Step> shortest = Shrinker.shrink(steps, some -> run(kind, some, new TreeMap<>()) != null);
    Throwable cause = run(kind, shortest, new TreeMap<>());
    String text = shortest.stream().map(Step::toString).collect(Collectors.joining("\n"));
    fail(kind + ", seed " + seed + ":\n" + text + "\n", cause == null ? failure : cause);
  }

  @ParameterizedTest
  @EnumSource
  void what_is_refused_for_want_of_memory_has_changed_nothing(Kind kind) {
    int refused = 0;
    for (int seed = 0; seed < 3; seed++) {
      try (Machine machine = kind.machine(seed)) {
        FramesRun run = kind.run(machine);
        for (Step step : draw(1000 + seed).subList(0, 250)) {
          refused += starve(run, step);
        }
        run.close();
        assertThat(machine.census().leaks()).isEmpty();
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  /** Tries a step with each of its acquisitions failing in turn, then carries it out. */
  private static int starve(FramesRun run, Step step) {
    int refused = 0;
    for (long nth = 1; ; nth++) {
      run.judge.hunger.failNth(nth);
      try {
        run.step(step);
        return refused;
      } catch (Hunger.Refused e) {
        refused++;
      } finally {
        run.judge.hunger.failNth(0);
      }
      run.compareAll();
    }
  }
}
