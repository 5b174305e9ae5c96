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

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 65, 4096, 4097, 300_000})
  void adding_a_range_is_adding_each_of_it(int size) {
    Random random = new Random(size);
    for (int step = 0; step < 50; step++) {
      int first = random.nextInt(size);
      int last = step == 0 ? size - 1 : Math.min(size - 1, first + random.nextInt(300));
      int before = random.nextInt(size);
      BitTree one = new BitTree(size);
      BitTree another = new BitTree(size);
      one.add(before);
      another.add(before);
      one.add(first, last);
      for (int member = first; member <= last; member++) {
        another.add(member);
      }
      int at = 0;
      while (at >= 0 && at < size) {
        int next = another.next(at);
        assertThat(one.next(at)).isEqualTo(next);
        at = next < 0 ? size : next + 1;
      }
    }
  }
}
