package dev.mapwright.core.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.mapwright.core.failure.FailurePoints;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several tries of one pool, as objects of one family have them, that are promised memory at the
 * same time and use it in any order. What was promised is there, whatever the others do.
 */
class PromiseTest {
  private static final int TRIES = 5;

  private final FailurePoints failures = new FailurePoints();
  private final NodePool pool = new NodePool(failures);
  private final List<Trie> tries = new ArrayList<>();

  /** A trie, what should be in it, and how many puts it may still make. */
  private final class Trie {
    final PageTrie trie = new PageTrie(pool);
    final TreeMap<Long, Integer> model = new TreeMap<>();
    int promised;

    /** Nothing can be acquired while it is put. */
    void put(long key, int entry) {
      failures.failAll();
      trie.put(key, entry);
      failures.off();
      model.put(key, entry);
    }

    void remove(long key) {
      Integer expected = model.remove(key);
      assertThat(trie.remove(key)).isEqualTo(expected == null ? 0 : expected);
    }

    void compare() {
      assertThat(trie.size()).isEqualTo(model.size());
      long key = trie.ceilingKey(0);
      for (Map.Entry<Long, Integer> entry : model.entrySet()) {
        assertThat(key).isEqualTo(entry.getKey());
        assertThat(trie.get(key)).isEqualTo(entry.getValue());
        key = trie.ceilingKey(key + 1);
      }
      assertThat(key).isEqualTo(-1);
    }

    void empty() {
      for (Long key : model.keySet().toArray(Long[]::new)) {
        remove(key);
      }
      trie.settle();
    }
  }

  private static long key(Random random, long span) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextLong(span);
      case 1 -> random.nextLong(span) & ~0x1FFL;
      case 2 -> random.nextLong(Math.min(span, 2000));
      default -> span - 1 - random.nextLong(Math.min(span, 600));
    };
  }

  private void step(Random random, long span) {
    Trie one = tries.get(random.nextInt(TRIES));
    switch (random.nextInt(10)) {
      case 0, 1 -> {
        int puts = 1 + random.nextInt(random.nextInt(10) == 0 ? 300 : 5);
        assertThat(one.trie.ensure(puts)).isTrue();
        one.promised += puts;
      }
      case 2, 3, 4, 5 -> {
        for (int i = random.nextInt(8); i > 0 && one.promised > 0; i--, one.promised--) {
          one.put(key(random, span), 1 + random.nextInt(1000));
        }
      }
      case 6, 7 -> {
        Long victim = one.model.ceilingKey(key(random, span));
        if (victim != null) {
          one.remove(victim);
        }
      }
      case 8 -> {
        one.trie.settle();
        one.promised = 0;
      }
      default -> {
        // A whole range at once; what it does not need goes back when it ends.
        one.trie.settle();
        one.promised = 0;
        long first = key(random, span);
        long last = Math.min(span - 1, first + random.nextInt(60));
        assertThat(one.trie.ensureRange(first, last)).isTrue();
        for (long key = first; key <= last; key++) {
          one.put(key, 7);
        }
        one.trie.settle();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {700, 1L << 18, 1L << 27, 1L << 36, 1L << 52})
  void what_was_promised_to_one_is_not_eaten_by_the_others(long span) {
    for (int seed = 0; seed < 6; seed++) {
      Random random = new Random(span + seed);
      tries.clear();
      for (int i = 0; i < TRIES; i++) {
        tries.add(new Trie());
      }
      for (int step = 0; step < 6_000; step++) {
        step(random, span);
        if (step % 1_000 == 0) {
          tries.forEach(Trie::compare);
        }
      }
      tries.forEach(Trie::compare);
      tries.forEach(Trie::empty);
      assertThat(pool.promised()).isZero();
      tries.forEach(one -> assertThat(one.trie.ceilingKey(0)).isEqualTo(-1));
    }
  }

  @Test
  void a_range_is_filled_from_its_promise_while_others_take_theirs() {
    for (int pages : new int[] {1, 511, 513, 70_000, 300_000}) {
      PageTrie filled = new PageTrie(pool);
      PageTrie other = new PageTrie(pool);
      assertThat(filled.ensureRange(300, 300 + pages - 1)).isTrue();
      assertThat(other.ensure(2_000)).isTrue();
      failures.failAll();
      for (int i = 0; i < pages; i++) {
        filled.put(300L + i, 1);
        if (i < 2_000) {
          other.put((long) i << 20, 2);
        }
      }
      failures.off();
      filled.settle();
      other.settle();
      assertThat(filled.size()).isEqualTo(pages);
      assertThat(pool.promised()).isZero();
    }
  }

  /** Many puts are promised less than each by itself could take; wherever they go, it is enough. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 6, 9, 14, 18, 20, 27, 36, 52})
  void what_is_promised_for_many_puts_is_enough_wherever_they_crowd(int crowdBits) {
    for (int first : new int[] {0, 60, 3_000}) {
      Random random = new Random(crowdBits + first);
      PageTrie trie = new PageTrie(pool);
      for (int i = 0; i < first; i++) {
        assertThat(trie.ensure(1)).isTrue();
        trie.put(random.nextLong(1L << 52), 1);
        trie.settle();
      }
      int puts = 20_000;
      assertThat(trie.ensure(puts)).isTrue();
      failures.failAll();
      long crowd = 0;
      for (int i = 0; i < puts; i++) {
        if (i % 70 == 0) {
          crowd = random.nextLong(1L << 52) & -1L << crowdBits;
        }
        trie.put(crowd + random.nextLong(1L << crowdBits), 1);
      }
      failures.off();
      trie.settle();
      trie.check(defect -> fail(defect));
      assertThat(pool.promised()).isZero();
    }
  }

  @Test
  void a_refused_promise_leaves_others_as_they_were() {
    PageTrie first = new PageTrie(pool);
    PageTrie second = new PageTrie(pool);
    assertThat(first.ensure(100)).isTrue();
    long bytes = pool.bytes();
    long promised = pool.promised();
    assertThat(second.ensureRange(0, 1L << 45)).isFalse();
    failures.failAll();
    assertThat(second.ensure(1)).isFalse();
    assertThat(pool.bytes()).isEqualTo(bytes);
    assertThat(pool.promised()).isEqualTo(promised);
    for (int i = 0; i < 100; i++) {
      first.put((long) i << 30, 1);
    }
    first.settle();
    assertThat(pool.promised()).isZero();
  }
}
