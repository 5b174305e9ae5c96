package dev.mapwright.core.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTrieTest {
  private final FailurePoints failures = new FailurePoints();
  private final NodePool pool = new NodePool(failures);
  private final PageTrie trie = new PageTrie(pool);

  @ParameterizedTest
  @ValueSource(longs = {40, 700, 5_000, 1L << 20, 1L << 35, 1L << 52})
  void agrees_with_a_sorted_map_after_every_random_change(long span) {
    Random random = new Random(span);
    TreeMap<Long, Integer> model = new TreeMap<>();
    for (int step = 0; step < 200_000; step++) {
      long key = key(random, span);
      int action = random.nextInt(step / 20_000 % 2 == 0 ? 3 : 5);
      if (action < 2) {
        int entry = 1 + random.nextInt(Integer.MAX_VALUE - 1);
        assertThat(trie.ensure(1)).isTrue();
        trie.put(key, entry);
        trie.settle();
        model.put(key, entry);
      } else {
        Long victim = model.ceilingKey(key);
        if (victim == null || action == 2) {
          victim = key;
        }
        Integer expected = model.remove(victim);
        assertThat(trie.remove(victim)).isEqualTo(expected == null ? 0 : expected);
      }
      check(model, key(random, span));
    }
    assertThat(trie.size()).isEqualTo(model.size());
    for (Long key : model.keySet().toArray(Long[]::new)) {
      assertThat(trie.remove(key)).isEqualTo(model.get(key));
    }
    assertThat(trie.ceilingKey(0)).isEqualTo(-1);
  }

  private static long key(Random random, long span) {
    long key = random.nextLong(span);
    return random.nextInt(4) == 0 ? key & ~0x1FFL : key;
  }

  private void check(NavigableMap<Long, Integer> model, long probe) {
    var floor = model.floorEntry(probe);
    assertThat(trie.floor(probe)).isEqualTo(floor == null ? 0 : floor.getValue());
    var ceiling = model.ceilingEntry(probe);
    assertThat(trie.ceilingKey(probe)).isEqualTo(ceiling == null ? -1 : ceiling.getKey());
    assertThat(trie.ceiling(probe)).isEqualTo(ceiling == null ? 0 : ceiling.getValue());
    assertThat(trie.get(probe)).isEqualTo(model.getOrDefault(probe, 0));
  }

  @Test
  void acquiring_asks_the_failure_points_and_changes_nothing_when_refused() {
    failures.failNth(1);
    assertThat(trie.ensure(1)).isFalse();
    assertThat(trie.ensureRange(0, 10)).isTrue();
    assertThat(failures.refused()).isEqualTo(1);
    failures.failNth(1, java.util.Set.of(AllocationPoint.FRAME));
    assertThat(trie.ensure(1)).isTrue();
  }

  @Test
  void a_million_scattered_entries_take_less_than_thirty_bytes_each() {
    Random random = new Random(5);
    for (int i = 0; i < 1_000_000; i++) {
      assertThat(trie.ensure(1)).isTrue();
      trie.put(random.nextLong(1L << 35), 1);
      trie.settle();
    }
    assertThat(pool.bytes()).isLessThan(30L * 1_000_000);
  }

  @Test
  void a_dense_run_takes_about_four_bytes_an_entry() {
    for (int i = 0; i < 1_000_000; i++) {
      assertThat(trie.ensure(1)).isTrue();
      trie.put(i, 1);
      trie.settle();
    }
    assertThat(pool.bytes()).isLessThan(6L * 1_000_000);
  }
}
