package dev.mapwright.linux.input;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A heap of 800 bytes of which nothing is used: the marks are at 600 and 500. */
class HeapRoomTest {

  private long used;
  private long live;
  private int collections;

  private HeapRoom room(long others) {
    used = others;
    return new HeapRoom(800, () -> used, this::collect);
  }

  private void collect() {
    collections++;
    used = live;
    System.gc();
  }

  @Test
  void below_the_upper_mark_there_is_room_and_nothing_is_collected() {
    HeapRoom room = room(0);
    used = 550;
    assertThat(room.has(50)).isTrue();
    assertThat(collections).isZero();
  }

  @Test
  void what_can_be_made_before_a_collection_is_what_is_below_the_upper_mark() {
    HeapRoom room = room(0);
    used = 550;
    assertThat(room.untilCollected()).isEqualTo(50);
    used = 620;
    assertThat(room.untilCollected()).isEqualTo(-20);
  }

  @Test
  void above_it_only_what_is_left_after_a_collection_counts() {
    HeapRoom room = room(0);
    used = 700;
    live = 400;
    assertThat(room.has(100)).isTrue();
    assertThat(collections).isEqualTo(1);
  }

  @Test
  void what_is_left_above_the_lower_mark_leaves_no_room() {
    HeapRoom room = room(0);
    used = 601;
    live = 501;
    assertThat(room.has(0)).isFalse();
    used = 401;
    live = 400;
    assertThat(room.has(200)).isFalse();
  }

  @Test
  void what_others_used_before_is_theirs() {
    live = 400;
    HeapRoom room = room(600);
    assertThat(collections).isEqualTo(1);
    used = 700;
    assertThat(room.has(0)).isTrue();
    used = 701;
    live = 650;
    assertThat(room.has(0)).isTrue();
    used = 701;
    live = 651;
    assertThat(room.has(0)).isFalse();
  }

  @Test
  void where_nobody_collects_nothing_is_refused() {
    HeapRoom room = new HeapRoom(800, () -> used, () -> {});
    used = 799;
    assertThat(room.has(1_000)).isTrue();
  }
}
