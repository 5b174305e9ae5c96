package dev.mapwright.core.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.failure.FailurePoints;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTrieTest {
  private final FailurePoints failures = new FailurePoints();
  private final NodePool pool = new NodePool(failures);
  private final PageTrie trie = new PageTrie(pool);

  @ParameterizedTest
  @ValueSource(longs = {40, 100, 700, 5_000, 1L << 18, 1L << 20, 1L << 27, 1L << 35, 1L << 52})
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
      if (step % 1_000 == 0) {
        trie.check(defect -> fail("span " + span + ": " + defect));
      }
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

  /** Compares and, for every second key, leaves the path there for what comes next. */
  private void check(NavigableMap<Long, Integer> model, long probe) {
    long floor = compare(model, probe);
    if ((probe & 1) == 0) {
      assertThat(trie.floorToChange(probe)).isEqualTo(floor);
    }
  }

  /** Compares what the searches find; returns the floor. */
  private long compare(NavigableMap<Long, Integer> model, long probe) {
    var floor = model.floorEntry(probe);
    long exact = floor != null && floor.getKey() == probe ? PageTrie.EXACT : 0;
    long expected = floor == null ? 0 : floor.getValue() + exact;
    assertThat(trie.floor(probe)).isEqualTo(expected);
    var ceiling = model.ceilingEntry(probe);
    assertThat(trie.ceilingKey(probe)).isEqualTo(ceiling == null ? -1 : ceiling.getKey());
    assertThat(trie.ceiling(probe)).isEqualTo(ceiling == null ? 0 : ceiling.getValue());
    assertThat(trie.get(probe)).isEqualTo(model.getOrDefault(probe, 0));
    return expected;
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

  /** Keys that crowd at many places: leaves of every level burst, become dense, and empty again. */
  @Test
  void leaves_of_every_level_burst_and_are_given_back() {
    Random random = new Random(3);
    TreeMap<Long, Integer> model = new TreeMap<>();
    for (int round = 0; round < 3; round++) {
      for (int cluster = 0; cluster < 60; cluster++) {
        long base = random.nextLong(1L << 40);
        int shift = random.nextInt(28);
        for (int i = 0; i < 300; i++) {
          long key = base + random.nextLong(1L << shift);
          assertThat(trie.ensure(1)).isTrue();
          trie.put(key, 1 + i);
          trie.settle();
          model.put(key, 1 + i);
        }
        trie.check(defect -> fail(defect));
      }
      for (int i = 0; i < 20_000; i++) {
        check(
            model, model.ceilingKey(random.nextLong(model.lastKey() + 1)) + random.nextInt(3) - 1);
      }
      long held = pool.bytes();
      for (Long key : model.keySet().toArray(Long[]::new)) {
        assertThat(trie.remove(key)).isEqualTo(model.remove(key));
      }
      trie.check(defect -> fail(defect));
      assertThat(trie.size()).isZero();
      assertThat(pool.bytes()).isEqualTo(held);
    }
  }

  @Test
  void a_leaf_that_is_fuller_than_a_wide_one_may_be_is_not_made_wider() {
    for (int i = 0; i < 100; i++) {
      assertThat(trie.ensure(1)).isTrue();
      trie.put(i, 1 + i);
      trie.settle();
    }
    for (long key = 512; key < 1L << 52; key = 3 * key + 1) {
      assertThat(trie.ensure(1)).isTrue();
      trie.put(key, 7);
      trie.settle();
      trie.check(defect -> fail(defect));
    }
    for (int i = 0; i < 100; i++) {
      assertThat(trie.get(i)).isEqualTo(1 + i);
    }
  }

  /** Entries as the records of mappings have them that were made one after the other. */
  @Test
  void what_ascends_from_key_to_key_is_guessed_and_what_was_put_back_is_guessed_again() {
    for (int i = 0; i < 2_048; i++) {
      assertThat(trie.ensure(1)).isTrue();
      trie.put(2L * i, 7 + 2 * i);
      trie.settle();
    }
    Random random = new Random(9);
    for (int step = 0; step < 20_000; step++) {
      int i = random.nextInt(2_048);
      assertThat(trie.glance(2L * i, true)).isEqualTo(7 + 2 * i | PageTrie.GUESSED);
      assertThat(trie.glance(2L * i, false)).isEqualTo(7 + 2 * i | PageTrie.EXACT);
      assertThat(trie.glance(2L * i + 1, true)).isEqualTo(7 + 2 * i);
      assertThat(trie.guessToChange(2L * i + 1)).isZero();
      assertThat(trie.guessToChange(2L * i)).isEqualTo(7 + 2 * i);
      assertThat(trie.remove(2L * i)).isEqualTo(7 + 2 * i);
      assertThat(trie.guessToChange(2L * i)).isZero();
      assertThat(trie.ensure(1)).isTrue();
      trie.put(2L * i, 7 + 2 * i);
      trie.settle();
    }
    trie.check(defect -> fail(defect));
  }

  /** A trie that is changed meanwhile, as a glance finds it, and not at all when it is empty. */
  @Test
  void a_glance_comes_to_an_end_whatever_others_do() throws Exception {
    assertThat(trie.glance(5, true)).isZero();
    var stop = new java.util.concurrent.atomic.AtomicBoolean();
    try (var threads = Executors.newFixedThreadPool(1)) {
      Future<?> changer =
          threads.submit(() -> {
            Random random = new Random(1);
            while (!stop.get()) {
              long span = 1L << random.nextInt(40);
              for (int i = 0; i < 2_000; i++) {
                assertThat(trie.ensure(1)).isTrue();
                trie.put(random.nextLong(span), 1 + i);
                trie.settle();
              }
              for (long key = trie.ceilingKey(0); key >= 0; key = trie.ceilingKey(key)) {
                trie.remove(key);
              }
            }
          });
      Random random = new Random(2);
      for (int i = 0; i < 300_000; i++) {
        try {
          trie.glance(random.nextLong(1L << random.nextInt(41)), (i & 1) == 0);
        } catch (IndexOutOfBoundsException | NullPointerException torn) {
          // as its contract says
        }
      }
      stop.set(true);
      changer.get();
    }
  }

  @Test
  void few_entries_far_apart_take_little() {
    for (int i = 0; i < 10; i++) {
      assertThat(trie.ensure(1)).isTrue();
      trie.put((long) i << 31, 1);
      trie.settle();
    }
    assertThat(pool.bytes()).isLessThan(2_000);
  }

  @Test
  void several_may_search_at_the_same_time() throws Exception {
    TreeMap<Long, Integer> model = new TreeMap<>();
    for (int i = 1; i <= 3_000; i++) {
      long key = (long) i * i * 977;
      assertThat(trie.ensure(1)).isTrue();
      trie.put(key, i);
      trie.settle();
      model.put(key, i);
    }
    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> searchers = new ArrayList<>();
      for (int seed = 0; seed < 4; seed++) {
        Random random = new Random(seed);
        searchers.add(
            threads.submit(() -> {
              for (int i = 0; i < 50_000; i++) {
                compare(model, random.nextLong(model.lastKey() + 1_000));
              }
            }));
      }
      for (Future<?> searcher : searchers) {
        searcher.get();
      }
    }
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
