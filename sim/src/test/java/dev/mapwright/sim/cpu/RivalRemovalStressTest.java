package dev.mapwright.sim.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * The same where all pages share two places in the TLB, and two each a lowest table: so that
 * accesses miss, and find their entries in tables that were walked before.
 */
class RivalRemovalStressTest extends RemovalStressTest {
  @Override
  long page(int place) {
    return 0x1234L + place / 2 * ((1L << 18) + TlbArray.SMALL) + place % 2 * 8L;
  }

  @Test
  void a_remover_passes_beside_a_cpu_that_is_always_in_known_tables() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicBoolean began = new AtomicBoolean();
    for (int place = 0; place < 6; place++) {
      space.map(page(place));
    }
    Cpu cpu = machine.newCpu();
    cpu.attach(space);
    Future<?> driver =
        threads.submit(() -> {
          cpu.enter();
          for (int i = 0; i <= Tlb.MISSES_WITHOUT_ARRAYS; i++) {
            for (int place = 0; place < 6; place++) {
              cpu.load(Pages.address(page(place)), 8);
            }
          }
          while (!stop.get()) {
            // These have one place, and each drives the other out.
            cpu.load(Pages.address(page(0)), 8);
            cpu.load(Pages.address(page(2)), 8);
            began.set(true);
          }
          cpu.exit();
        });
    try {
      while (!began.get()) {
        Thread.onSpinWait();
      }
      Future<?> remover = threads.submit(() -> space.translation().remove(page(5), page(5)));
      remover.get(30, TimeUnit.SECONDS);
      assertThat(driver.isDone()).isFalse();
    } finally {
      stop.set(true);
    }
    driver.get(30, TimeUnit.SECONDS);
  }
}
