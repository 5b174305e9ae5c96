package dev.mapwright.windows.memory.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Handles are found by whoever takes no lock, whatever others enter and take out meanwhile. */
@Timeout(60)
class HandleTableTest {
  private static final long STAYING = 0x1000;
  private static final int ROUNDS = 200_000;

  @Test
  void one_that_stays_is_always_found_and_no_other_in_its_place() throws InterruptedException {
    HandleTable<Long> table = new HandleTable<>();
    table.add(STAYING, STAYING);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger wrong = new AtomicInteger();
    Thread finder =
        new Thread(() -> {
          for (long other = 1; !stop.get(); other = other % 64 + 1) {
            Long stays = table.find(STAYING);
            Long comes = table.find(STAYING + other);
            boolean right = stays != null && stays == STAYING;
            if (!right || comes != null && comes != STAYING + other) {
              wrong.incrementAndGet();
            }
          }
        });
    finder.start();
    for (int round = 0; round < ROUNDS; round++) {
      long other = STAYING + 1 + round % 61;
      if (table.find(other) == null) {
        table.add(other, other);
      } else {
        table.remove(other);
      }
    }
    stop.set(true);
    finder.join();
    assertThat(wrong).hasValue(0);
    assertThat(table.find(0)).isNull();
    assertThat(table.find(-1)).isNull();
  }
}
