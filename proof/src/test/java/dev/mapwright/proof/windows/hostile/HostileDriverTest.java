package dev.mapwright.proof.windows.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Effect;
import dev.mapwright.windows.answer.Routine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Drivers that call any routine with any arguments: ten seconds in every build, five minutes with
 * {@code -Dmapwright.campaign=long}.
 */
class HostileDriverTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));
  private static final long NANOS = (LONG ? 300 : 10) * 1_000_000_000L;
  private static final int STEPS = 20_000;

  /** How many answers may be missing after a short campaign on a slow machine. */
  private static final int FEW = 100;

  /** Every long campaign tries other seeds. */
  private static final long FIRST_SEED = LONG ? System.currentTimeMillis() : 1;

  @Test
  void whatever_a_driver_passes_nothing_comes_out_but_documented_answers_and_nothing_is_lost() {
    Map<Condition, Integer> answers = new HashMap<>();
    long end = System.nanoTime() + NANOS;
    long calls = 0;
    long seed = FIRST_SEED;
    for (; System.nanoTime() < end; seed++) {
      System.out.println("hostile driver of seed " + seed);
      try (HostileDriver driver = new HostileDriver(seed, answers)) {
        driver.run(STEPS);
        calls += driver.calls();
      }
    }
    report(answers, calls, seed - FIRST_SEED);
  }

  /** False for a routine that is not implemented, and for what only ARM64 does. */
  private static boolean canBeDone(Routine routine) {
    return routine.conditions().stream()
        .anyMatch(condition ->
            condition.effect() == Effect.DONE
                && !condition.answer().sentence().endsWith("(only on ARM64)"));
  }

  private static void report(Map<Condition, Integer> answers, long calls, long drivers) {
    long done = 0;
    List<String> never = new ArrayList<>();
    List<String> neverDone = new ArrayList<>();
    for (Routine routine : Routine.values()) {
      long before = done;
      for (Condition condition : routine.conditions()) {
        int times = answers.getOrDefault(condition, 0);
        boolean succeeded = condition.effect() == Effect.DONE || condition.effect() == Effect.NOTED;
        done += succeeded ? times : 0;
        if (times == 0 && routine.callable()) {
          never.add(routine.documentedName() + " " + condition);
        }
      }
      if (done == before && routine.callable() && canBeDone(routine)) {
        neverDone.add(routine.documentedName());
      }
    }
    long percent = 100 * done / calls;
    System.out.println(drivers + " drivers, " + calls + " calls, " + percent + " % carried out");
    System.out.println(never.size() + " answers never came: " + never);
    assertThat(percent).isGreaterThan(40);
    assertThat(neverDone).isEmpty();
    assertThat(never).hasSizeLessThan(FEW);
  }
}
