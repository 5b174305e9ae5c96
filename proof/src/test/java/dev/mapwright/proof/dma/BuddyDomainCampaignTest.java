package dev.mapwright.proof.dma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.proof.engine.Machines;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A domain with an allocator, with and without quarantine and deferred flush, at random. */
class BuddyDomainCampaignTest {
  private static final boolean LONG = "long".equals(System.getProperty("mapwright.campaign"));
  private static final int STEPS = LONG ? 10_000_000 : 50_000;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void nobody_gets_what_somebody_has_or_what_waits(long seed) {
    try (Machine machine = Machines.simulated(seed)) {
      Translation tables = Objects.requireNonNull(machine.newTranslation(0, 0xF_FFFF));
      BuddyDomainRun run = new BuddyDomainRun(machine, tables, seed);
      for (int step = 0; step < STEPS; step++) {
        try {
          run.step();
          if (step % 500 == 0) {
            run.compare();
          }
        } catch (AssertionError | RuntimeException different) {
          throw new AssertionError("seed " + seed + ", step " + step, different);
        }
      }
      run.compare();
      run.close();
      assertThat(machine.census().leaks()).isEmpty();
      assertThat(run.noRoom).isPositive();
      if ((seed & 1) == 1) {
        assertThat(run.drained).isPositive();
      }
    }
  }
}
