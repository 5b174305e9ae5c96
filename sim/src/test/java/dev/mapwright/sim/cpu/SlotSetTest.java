package dev.mapwright.sim.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SlotSetTest {
  @Test
  void what_was_added_is_drained_once_in_ascending_order() {
    Random random = new Random(3);
    SlotSet set = new SlotSet();
    for (int round = 0; round < 2000; round++) {
      TreeSet<Integer> added = new TreeSet<>();
      for (int i = random.nextInt(1 << random.nextInt(11)); i > 0; i--) {
        int slot = random.nextInt(SlotSet.SLOTS);
        set.add(slot);
        added.add(slot);
      }
      List<Integer> drained = new ArrayList<>();
      set.drain(drained::add);
      assertThat(drained).containsExactlyElementsOf(added);
    }
  }

  @Test
  void what_an_exception_interrupted_is_drained_the_next_time() {
    SlotSet set = new SlotSet();
    List<Integer> all = List.of(0, 63, 64, 4095);
    all.forEach(set::add);
    List<Integer> drained = new ArrayList<>();
    SlotSet.Action failing =
        slot -> {
          if (slot == 63) {
            throw new IllegalArgumentException("on purpose");
          }
          drained.add(slot);
        };
    assertThatThrownBy(() -> set.drain(failing)).isInstanceOf(IllegalArgumentException.class);
    set.drain(drained::add);
    assertThat(drained).containsExactlyElementsOf(all);
  }
}
