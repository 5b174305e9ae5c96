package dev.mapwright.sim.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BitTreeTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 4096, 4097, 300_000})
  void it_answers_as_a_sorted_set_does(int size) {
    Random random = new Random(size);
    BitTree tree = new BitTree(size);
    TreeSet<Integer> model = new TreeSet<>();
    for (int step = 0; step < 20_000; step++) {
      int member = random.nextInt(random.nextBoolean() ? size : Math.min(size, 130));
      if (random.nextInt(3) == 0) {
        tree.add(member);
        model.add(member);
      } else {
        tree.remove(member);
        model.remove(member);
      }
      int from = random.nextInt(size);
      Integer next = model.ceiling(from);
      assertThat(tree.next(from)).isEqualTo(next == null ? -1 : next);
      assertThat(tree.contains(from)).isEqualTo(model.contains(from));
    }
  }
}
