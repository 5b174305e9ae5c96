package dev.mapwright.proof.dma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.proof.engine.Machines;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.sim.format.TinyFormat;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A domain does what a model with one element a page does, also when acquisitions fail. */
class DomainCampaignTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));

  /** 1,000,000 operations together with those of {@link BuddyDomainCampaignTest}. */
  private static final int STEPS = LONG ? 20_000_000 : 100_000;

  /** From this seed on tables have 8 pages, and leaves 1, 8 or 16. */
  private static final long FIRST_TINY = 9;

  private static Machine tiny(long seed) {
    return SimulatedMachine.builder()
        .ram(0x200, 1 << 14)
        .seed(seed)
        .format(new TinyFormat(3, 1, 4, 9, 9))
        .singleThreaded()
        .build();
  }

  /** How many mappings began with a large leaf, over all seeds: in some the place is taken. */
  private static final AtomicLong LARGE = new AtomicLong();

  @AfterAll
  static void large_leaves_occurred() {
    assertThat(LARGE.get()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void a_domain_agrees_with_one_element_a_page(long seed) {
    try (Machine machine = seed < FIRST_TINY ? Machines.simulated(seed) : tiny(seed)) {
      Translation tables = Objects.requireNonNull(machine.newTranslation(0, 0xF_FFFF));
      DomainRun run = new DomainRun(machine, tables, seed);
      for (int step = 0; step < STEPS; step++) {
        try {
          run.step();
          if (step % 200 == 0) {
            run.compare();
          }
        } catch (AssertionError | RuntimeException different) {
          throw new AssertionError("seed " + seed + ", step " + step, different);
        }
      }
      run.compare();
      run.close();
      assertThat(machine.census().leaks()).isEmpty();
      assertThat(run.carriedOut).isGreaterThan(STEPS / 4);
      assertThat(run.refusedForWant).isPositive();
      LARGE.addAndGet(run.large);
    }
  }
}
