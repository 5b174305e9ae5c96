package dev.mapwright.proof.zircon.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mapwright.zircon.answer.Routine;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Hostile programs, two hundred thousand calls in every build and ten millions with {@code
 * -Dmapwright.campaign=long}. What a failure prints is run again by {@code -Dmapwright.hostile=},
 * and a seed alone runs that whole sequence.
 */
class HostileCampaignTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));
  private static final int STEPS = 5000;
  private static final int SEQUENCES = LONG ? 5000 : 40;

  /** What some mappings and objects more or less make. */
  private static final long MOST_GROWTH_BYTES = 8 << 20;

  /** Every long campaign tries other seeds. */
  private static final long FIRST_SEED = LONG ? System.currentTimeMillis() : 0;

  @Test
  void whatever_a_program_does_each_answer_is_documented_and_nothing_is_left_at_the_end() {
    assumeTrue(again() == null);
    System.out.println("hostile seeds from " + FIRST_SEED);
    HostileCampaign campaign = new HostileCampaign();
    for (int i = 0; i < SEQUENCES; i++) {
      Fault fault = campaign.run(FIRST_SEED + i, STEPS);
      if (fault != null) {
        fail(fault.toString(), fault.cause());
      }
    }
    System.out.println(campaign.tally);
    System.out.println("answers that never came: " + campaign.tally.missing());
    // It means something only while enough of it succeeds.
    assertThat(campaign.tally.successPercent()).isGreaterThan(40);
    for (Routine routine : Routine.values()) {
      assertThat(campaign.tally.of(routine.conditions().getFirst())).as("%s", routine).isPositive();
    }
  }

  @Test
  void a_sequence_that_failed_is_run_again() {
    String again = again();
    assumeTrue(again != null);
    String[] parts = String.valueOf(again).split(":");
    List<Integer> steps =
        parts.length == 1
            ? HostileRun.steps(STEPS)
            : Arrays.stream(parts[1].split(",")).map(Integer::valueOf).toList();
    Fault fault = new HostileCampaign().run(Long.parseLong(parts[0]), steps);
    if (fault != null) {
      fail(fault.toString(), fault.cause());
    }
  }

  @Test
  void a_machine_that_many_processes_came_and_went_on_needs_no_more_heap() {
    HostileRun.Growth growth = HostileRun.growth(3, 4000, 40_000);
    System.out.println(growth);
    assertThat(growth.after() - growth.before()).isLessThan(MOST_GROWTH_BYTES);
  }

  @Test
  void the_same_seed_makes_the_same_calls() {
    HostileTally first = new HostileTally();
    HostileTally second = new HostileTally();
    List<Integer> steps = HostileRun.steps(1000);
    assertThat(HostileRun.run(7, steps, first, null)).isNull();
    assertThat(HostileRun.run(7, steps, second, null)).isNull();
    assertThat(first.answers()).isEqualTo(second.answers());
    assertThat(first.calls()).isGreaterThan(800);
  }

  private static @Nullable String again() {
    return System.getProperty("mapwright.hostile");
  }
}
