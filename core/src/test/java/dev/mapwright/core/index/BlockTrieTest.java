package dev.mapwright.core.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.failure.FailurePoints;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockTrieTest {
  private final FailurePoints failures = new FailurePoints();
  private final BlockTrie trie = new BlockTrie(failures);

  /** Orders by first page of what is taken. */
  private final TreeMap<Long, Integer> model = new TreeMap<>();

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 6, 7, 12, 13, 25, 51, 53})
  void agrees_with_a_sorted_map_after_every_random_change(int spaceOrder) {
    Random random = new Random(spaceOrder);
    for (int step = 0; step < 40_000; step++) {
      int order = order(random, spaceOrder);
      long page = random.nextLong(1L << spaceOrder) & -1L << order;
      boolean fill = step / 5_000 % 2 == 0;
      if (random.nextInt(10) < (fill ? 7 : 3)) {
        if (random.nextInt(3) == 0) {
          page = trie.lowestFree(order, page);
        }
        if (page >= 0 && isFree(page, order)) {
          assertThat(trie.prepare(1)).isTrue();
          trie.enter(page, order, false);
          model.put(page, order);
        }
      } else {
        Map.Entry<Long, Integer> victim = model.ceilingEntry(page);
        if (victim != null) {
          trie.remove(victim.getKey(), victim.getValue());
          model.remove(victim.getKey());
        }
      }
      check(random.nextLong(1L << spaceOrder), order(random, spaceOrder));
    }
    for (Map.Entry<Long, Integer> one : Map.copyOf(model).entrySet()) {
      trie.remove(one.getKey(), one.getValue());
    }
    assertThat(trie.next(0)).isZero();
    assertThat(trie.lowestFree(53, 0)).isZero();
  }

  /** Small blocks mostly, some of every size. */
  private static int order(Random random, int spaceOrder) {
    return random.nextInt(1 + (random.nextBoolean() ? spaceOrder : Math.min(spaceOrder, 3)));
  }

  private boolean isFree(long page, int order) {
    Map.Entry<Long, Integer> before = model.lowerEntry(page + (1L << order));
    return before == null || before.getKey() + (1L << before.getValue()) <= page;
  }

  private void check(long page, int order) {
    Map.Entry<Long, Integer> before = model.floorEntry(page);
    assertThat(trie.orderAt(page))
        .isEqualTo(before != null && before.getKey() == page ? before.getValue() : -1);
    Map.Entry<Long, Integer> next =
        before != null && before.getKey() + (1L << before.getValue()) > page
            ? before
            : model.higherEntry(page);
    long found = trie.next(page);
    if (next == null) {
      assertThat(found).isZero();
    } else {
      assertThat(BlockEntry.firstPage(found)).isEqualTo(next.getKey());
      assertThat(BlockEntry.order(found)).isEqualTo(next.getValue());
      assertThat(BlockEntry.reserved(found)).isFalse();
    }
    long lowest = lowestFree(order, page);
    boolean inside = lowest + (1L << order) <= 1L << 54;
    assertThat(trie.lowestFree(order, page)).isEqualTo(inside ? lowest : -1);
  }

  private long lowestFree(int order, long from) {
    long size = 1L << order;
    long place = from + size - 1 & -size;
    while (!isFree(place, order)) {
      Map.Entry<Long, Integer> inTheWay = model.lowerEntry(place + size);
      long behind = inTheWay.getKey() + (1L << inTheWay.getValue());
      place = behind + size - 1 & -size;
    }
    return place;
  }

  @Test
  void a_block_ends_before_a_slot_in_which_nothing_is_free() {
    assertThat(trie.prepare(70)).isTrue();
    trie.enter(0, 6, false);
    for (int page = 64; page < 128; page++) {
      trie.enter(page, 0, false);
    }
    assertThat(trie.orderAt(0)).isEqualTo(6);
    assertThat(BlockEntry.lastPage(trie.next(0))).isEqualTo(63);
    assertThat(BlockEntry.firstPage(trie.next(64))).isEqualTo(64);
    assertThat(trie.lowestFree(0, 0)).isEqualTo(128);
    trie.remove(100, 0);
    assertThat(trie.lowestFree(0, 0)).isEqualTo(100);
  }

  @Test
  void entering_asks_the_failure_points_and_changes_nothing_when_refused() {
    failures.failNth(1);
    assertThat(trie.prepare(1)).isFalse();
    assertThat(trie.bytes()).isZero();
    assertThat(trie.prepare(1)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {100_000, 1_000_000})
  void pages_scattered_over_the_widest_space_take_less_than_24_bytes_each(int many) {
    Random random = new Random(7);
    for (int i = 0; i < many; i++) {
      long page = trie.lowestFree(0, random.nextLong(1L << 51));
      assertThat(trie.prepare(1)).isTrue();
      trie.enter(page, 0, false);
    }
    assertThat(trie.bytes()).isLessThan(24L * many);
  }

  @Test
  void a_million_pages_side_by_side_take_less_than_a_byte_each() {
    for (int i = 0; i < 1_000_000; i++) {
      assertThat(trie.prepare(1)).isTrue();
      trie.enter(trie.lowestFree(0, 0), 0, false);
    }
    assertThat(trie.bytes()).isLessThan(1_000_000);
  }

  @Test
  void what_emptier_nodes_no_longer_need_is_used_again() {
    int nodes = 1_000;
    enterNodes(0, nodes);
    long before = trie.bytes();
    for (int i = 0; i < nodes * 64; i++) {
      if (i % 64 > 1) {
        trie.remove(i * 64L, 0);
      }
    }
    enterNodes(1L << 40, nodes);
    assertThat(trie.bytes()).isLessThan(before + before / 4);
  }

  /** One page in each of the 64 slots of so many nodes. */
  private void enterNodes(long from, int nodes) {
    for (int i = 0; i < nodes * 64; i++) {
      assertThat(trie.prepare(1)).isTrue();
      trie.enter(from + i * 64L, 0, false);
    }
  }
}
