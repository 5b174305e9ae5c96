package dev.mapwright.core.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureSweepTest {
  @Test
  void a_plan_fails_the_nth_acquisition_and_no_other() {
    FailurePoints points = new FailurePoints();
    assertThat(points.refuses(AllocationPoint.FRAME)).isFalse();
    assertThat(points.asked()).isZero();
    points.failNth(3);
    List<Boolean> answers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      answers.add(points.refuses(AllocationPoint.TABLE));
    }
    assertThat(answers).containsExactly(false, false, true, false, false);
    assertThat(points.asked()).isEqualTo(5);
    assertThat(points.refused()).isEqualTo(1);
    points.off();
    assertThat(points.refuses(AllocationPoint.TABLE)).isFalse();
    assertThat(points.refused()).isZero();
  }

  @Test
  void kinds_that_are_not_named_pass_uncounted() {
    FailurePoints points = new FailurePoints();
    points.failNth(1, EnumSet.of(AllocationPoint.FRAME));
    assertThat(points.refuses(AllocationPoint.TABLE)).isFalse();
    assertThat(points.asked()).isZero();
    assertThat(points.refuses(AllocationPoint.FRAME)).isTrue();
  }

  @Test
  void everything_can_fail_or_only_be_counted() {
    FailurePoints points = new FailurePoints();
    points.failAll();
    for (AllocationPoint point : AllocationPoint.values()) {
      assertThat(points.refuses(point)).isTrue();
    }
    points.countOnly();
    for (AllocationPoint point : AllocationPoint.values()) {
      assertThat(points.refuses(point)).isFalse();
    }
    assertThat(points.asked()).isEqualTo(AllocationPoint.values().length);
    assertThat(points.refused()).isZero();
  }

  @Test
  void a_lasting_plan_stays_while_a_program_makes_and_ends_its_own() {
    FailurePoints points = new FailurePoints();
    points.failNthThroughout(3);
    assertThat(points.refuses(AllocationPoint.FRAME)).isFalse();
    assertThat(points.asked()).isZero(); // the program has no plan
    points.failAll();
    assertThat(points.refuses(AllocationPoint.FRAME)).isTrue();
    assertThat(points.refused()).isEqualTo(1);
    points.off();
    assertThat(points.refusedThroughout()).isZero();
    assertThat(points.refuses(AllocationPoint.TABLE)).isFalse();
    points.failNth(2);
    assertThat(points.refuses(AllocationPoint.TABLE)).isTrue();
    assertThat(points.refused()).isZero();
    assertThat(points.refusedThroughout()).isEqualTo(1);
    assertThat(points.refuses(AllocationPoint.TABLE)).isTrue();
    points.off();
    assertThat(points.refuses(AllocationPoint.TABLE)).isFalse();
    points.offThroughout();
    assertThat(points.refusedThroughout()).isZero();
  }

  /** Acquires a number of things, and stops at the first that it does not get. */
  private static final class Scenario implements FailureSweep.Scenario {
    private final FailurePoints points = new FailurePoints();
    private final int things;
    private final List<String> seen;
    private int got;

    Scenario(int things, List<String> seen) {
      this.things = things;
      this.seen = seen;
    }

    @Override
    public FailurePoints prepare() {
      return points;
    }

    @Override
    public void act() {
      while (got < things && !points.refuses(AllocationPoint.OBJECT)) {
        got++;
      }
    }

    @Override
    public void check(boolean failed) {
      assertThat(points.refuses(AllocationPoint.OBJECT)).as("nothing fails any more").isFalse();
      seen.add(got + (failed ? " failed" : " passed"));
    }
  }

  @Test
  void a_sweep_fails_each_acquisition_once_and_ends_with_a_run_that_passes() {
    List<String> seen = new ArrayList<>();
    assertThat(FailureSweep.run(() -> new Scenario(3, seen), 100)).isEqualTo(3);
    assertThat(seen).containsExactly("0 failed", "1 failed", "2 failed", "3 passed");
    assertThat(FailureSweep.run(() -> new Scenario(0, seen), 1)).isZero();
  }

  @Test
  void a_scenario_that_always_acquires_more_is_ended_by_the_limit() {
    List<String> seen = new ArrayList<>();
    assertThatThrownBy(() -> FailureSweep.run(() -> new Scenario(1000, seen), 10))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("10 runs");
  }
}
