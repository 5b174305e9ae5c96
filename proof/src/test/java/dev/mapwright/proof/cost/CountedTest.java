package dev.mapwright.proof.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.memory.MemoryObject;
import org.junit.jupiter.api.Test;

/** The counters count, or all other tests here would pass for nothing. */
class CountedTest {
  /** Unmaps many mappings at once. */
  public static final class Many extends CostWorld {
    private void unmap(int mappings) {
      MemoryObject object = MemoryObject.paged(machine, 1).get();
      for (int i = 0; i < mappings; i++) {
        map(object, 0, 1, 0x2000 + 2L * i);
      }
      long steps = within(100L * mappings, "unmap", () -> root.unmap(0x2000, 0x10_0000).orThrow());
      require(steps >= mappings, "a step for each of " + mappings + " mappings, not " + steps);
      object.release();
    }

    @Override
    void play() {
      unmap(10);
      unmap(1000);
    }
  }

  /** Does more than it may. */
  public static final class TooMuch extends CostWorld {
    @Override
    void play() {
      MemoryObject object = MemoryObject.paged(machine, 1000).get();
      within(500, "a commit of 1,000 pages", () -> object.commit(0, 1000).orThrow());
    }
  }

  @Test
  void each_round_of_a_loop_is_a_step() throws Exception {
    Counted.run(Many.class);
  }

  @Test
  void an_operation_that_takes_too_many_steps_is_stopped() {
    assertThatThrownBy(() -> Counted.run(TooMuch.class))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("a commit of 1,000 pages: more than 500 steps");
    assertThat(new TooMuch().within(500, "as everybody has the classes", () -> {})).isZero();
  }
}
