package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Counted;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Copy-on-write children: live views, snapshots, long chains, going back. */
@OnEverySubstrate
class FamilyContractTest extends Contract {
  FamilyContractTest(Substrate substrate) {
    super(substrate);
  }

  private MemoryObject live(MemoryObject parent, long offset, long pages) {
    return keep(parent.child(ChildKind.LIVE_VIEW, offset, pages).get());
  }

  private MemoryObject snapshot(MemoryObject parent, long offset, long pages) {
    return keep(parent.child(ChildKind.SNAPSHOT, offset, pages).get());
  }

  /** Objects, and what snapshots hide behind them; spaces are not counted. */
  private long objects() {
    List<Counted> living = machine.census().living(Counted.class);
    return living.stream().filter(one -> !(one instanceof AddressSpace)).count();
  }

  @Test
  void a_live_view_shows_each_page_of_the_parent_until_it_writes_that_page() {
    MemoryObject parent = object(8);
    MemoryObject child = live(parent, 2, 4);
    long p = map(parent, 8, 0x2000);
    long c = map(child, 4, 0x3000);
    for (int i = 0; i < 4; i++) {
      assertThat(load(c + i * BYTES)).isZero();
      store(p + (2 + i) * BYTES, 10 + i);
      assertThat(load(c + i * BYTES)).isEqualTo(10 + i);
    }
    store(c + BYTES, 50);
    store(p + 3 * BYTES, 60);
    assertThat(load(c + BYTES)).isEqualTo(50);
    assertThat(load(p + 3 * BYTES)).isEqualTo(60);
    store(p + 2 * BYTES, 61);
    assertThat(load(c)).isEqualTo(61);
    assertThat(child.committedPages()).isEqualTo(1);
    assertThat(child.decommit(0, 4)).isEqualTo(Outcome.OK);
    assertThat(load(c + BYTES)).isEqualTo(60);
  }

  @Test
  void a_live_view_follows_its_parent_when_that_shrinks_and_grows() {
    MemoryObject parent = object(4);
    MemoryObject child = live(parent, 1, 6);
    MemoryObject grandchild = live(child, 1, 6);
    long c = map(child, 6, 0x3000);
    long g = map(grandchild, 6, 0x4000);
    put(parent, 3, 33);
    assertThat(load(c + 2 * BYTES)).isEqualTo(33);
    assertThat(load(g + BYTES)).isEqualTo(33);
    assertThat(load(c + 4 * BYTES)).isZero();
    parent.resize(2).orThrow();
    assertThat(load(c + 2 * BYTES)).isZero();
    assertThat(load(g + BYTES)).isZero();
    parent.resize(10).orThrow();
    put(parent, 5, 55);
    assertThat(load(c + 4 * BYTES)).isEqualTo(55);
    assertThat(load(g + 3 * BYTES)).isEqualTo(55);
    child.resize(3).orThrow();
    assertThat(load(g + 3 * BYTES)).isZero();
    assertLoadFaults(c + 4 * BYTES, FaultReason.BEYOND_OBJECT);
    child.resize(6).orThrow();
    assertThat(load(c + 4 * BYTES)).isEqualTo(55);
    assertThat(load(g + 3 * BYTES)).isEqualTo(55);
  }

  @Test
  void a_snapshot_and_its_object_see_none_of_each_others_later_writes() {
    MemoryObject object = object(4);
    long a = map(object, 4, 0x2000);
    store(a, 1);
    store(a + BYTES, 2);
    MemoryObject snapshot = snapshot(object, 0, 4);
    long b = map(snapshot, 4, 0x3000);
    assertThat(snapshot.committedPages() + object.committedPages()).isZero();
    store(a, 11);
    store(a + 2 * BYTES, 13);
    store(b + BYTES, 22);
    store(b + 3 * BYTES, 24);
    assertThat(List.of(load(a), load(a + BYTES), load(a + 2 * BYTES), load(a + 3 * BYTES)))
        .containsExactly(11L, 2L, 13L, 0L);
    assertThat(List.of(load(b), load(b + BYTES), load(b + 2 * BYTES), load(b + 3 * BYTES)))
        .containsExactly(1L, 22L, 0L, 24L);
    object.resize(1).orThrow();
    object.resize(4).orThrow();
    assertThat(load(a + BYTES)).isZero();
    assertThat(load(b + BYTES)).isEqualTo(22);
    assertThat(snapshot.decommit(0, 2)).isEqualTo(Outcome.OK);
    assertThat(load(b)).isZero();
    assertThat(load(a)).isEqualTo(11);
  }

  @Test
  void a_snapshot_of_a_part_shows_that_part_and_zeros_beyond_the_end() {
    MemoryObject object = object(4);
    for (int i = 0; i < 4; i++) {
      put(object, i, 10 + i);
    }
    MemoryObject part = snapshot(object, 2, 4);
    object.resize(8).orThrow();
    put(object, 4, 99);
    put(object, 2, 98);
    assertThat(List.of(get(part, 0), get(part, 1), get(part, 2), get(part, 3)))
        .containsExactly(12L, 13L, 0L, 0L);
    MemoryObject beyond = snapshot(object, 1000, 2);
    assertThat(get(beyond, 1)).isZero();
    MemoryObject empty = snapshot(object, 0, 0);
    assertThat(empty.pages()).isZero();
  }

  @Test
  void children_have_bounds() {
    MemoryObject object = object(4);
    assertRefused(Outcome.INVALID, () -> object.child(ChildKind.LIVE_VIEW, -1, 1).outcome());
    assertRefused(Outcome.INVALID, () -> object.child(ChildKind.SNAPSHOT, 0, -1).outcome());
    assertRefused(
        Outcome.INVALID,
        () -> object.child(ChildKind.SNAPSHOT, MemoryObject.MOST_PAGES, 2).outcome());
    assertRefused(
        Outcome.INVALID, () -> object.child(ChildKind.LIVE_VIEW, 1, Long.MAX_VALUE).outcome());
    MemoryObject last = live(object, MemoryObject.MOST_PAGES, 1);
    assertThat(get(last, 0)).isZero();
    put(last, 0, 5);
    assertThat(get(last, 0)).isEqualTo(5);
  }

  @Test
  void a_parent_that_is_let_go_lives_on_for_its_children() {
    MemoryObject parent = object(4);
    put(parent, 1, 7);
    MemoryObject child = live(parent, 0, 4);
    drop(parent);
    assertThat(get(child, 1)).isEqualTo(7);
    put(child, 1, 8);
    assertThat(get(child, 1)).isEqualTo(8);
  }

  @Test
  void a_chain_of_5000_live_views_is_written_read_and_ended_without_recursion() {
    MemoryObject first = object(4);
    List<MemoryObject> chain = new ArrayList<>(List.of(first));
    for (int i = 0; i < 5000; i++) {
      chain.add(chain.getLast().child(ChildKind.LIVE_VIEW, 0, 4).get());
    }
    long a = map(chain.getLast(), 4, 0x2000);
    assertThat(load(a)).isZero();
    put(first, 0, 1);
    assertThat(load(a)).isEqualTo(1);
    put(chain.get(2500), 0, 2);
    assertThat(load(a)).isEqualTo(2);
    put(first, 0, 3);
    put(first, 1, 4);
    assertThat(load(a)).isEqualTo(2);
    assertThat(load(a + BYTES)).isEqualTo(4);
    store(a + BYTES, 5);
    assertThat(get(chain.get(4999), 1)).isEqualTo(4);
    first.resize(0).orThrow();
    assertThat(load(a)).isEqualTo(2);
    for (int i = 1; i < chain.size(); i++) {
      chain.get(i).release();
    }
    assertThat(load(a)).isEqualTo(2);
    root().unmap(0x2000, 4).orThrow();
    assertThat(objects()).isEqualTo(1);
  }

  @Test
  void a_chain_of_5000_snapshots_is_written_read_and_ended_without_recursion() {
    MemoryObject last = object(4);
    List<MemoryObject> chain = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      put(last, i & 3, i + 1);
      MemoryObject next = last.child(ChildKind.SNAPSHOT, 0, 4).get();
      if (i > 0) {
        chain.add(last);
      }
      last = next;
    }
    for (int i = 0; i < chain.size(); i += 499) {
      // chain[i] was written for the last time with i + 2, before its snapshot was made.
      assertThat(get(chain.get(i), i + 1 & 3)).isEqualTo(i + 2);
    }
    assertThat(get(last, 3)).isEqualTo(5000);
    long a = map(last, 4, 0x2000);
    assertThat(load(a)).isEqualTo(4997);
    chain.forEach(MemoryObject::release);
    assertThat(load(a + BYTES)).isEqualTo(4998);
    last.release();
    root().unmap(0x2000, 4).orThrow();
    assertThat(objects()).isEqualTo(1);
  }

  @Test
  void forking_2000_times_keeps_the_chain_short() {
    MemoryObject parent = object(16);
    long a = map(parent, 16, 0x2000);
    for (int i = 0; i < 16; i++) {
      store(a + i * BYTES, i);
    }
    long before = objects();
    long frames = machine.frames().free();
    for (int fork = 0; fork < 2000; fork++) {
      MemoryObject child = parent.child(ChildKind.SNAPSHOT, 0, 16).get();
      long written = fork & 15;
      store(a + written * BYTES, 1000 + fork);
      put(child, fork + 1 & 15, -1);
      assertThat(get(child, written)).isEqualTo(fork < 16 ? written : 1000 + fork - 16);
      child.release();
      assertThat(objects()).isLessThanOrEqualTo(before + 1);
    }
    assertThat(machine.frames().free()).isGreaterThanOrEqualTo(frames - 4);
    for (int i = 0; i < 16; i++) {
      assertThat(load(a + i * BYTES)).isEqualTo(1000 + 1984 + i);
    }
  }

  @Test
  void a_line_of_2000_generations_in_which_the_parents_end_keeps_the_chain_short() {
    MemoryObject process = object(16);
    for (int i = 0; i < 16; i++) {
      put(process, i, i);
    }
    process.retain();
    MemoryObject now = process;
    for (int generation = 0; generation < 2000; generation++) {
      MemoryObject next = now.child(ChildKind.SNAPSHOT, 0, 16).get();
      put(now, 0, -1);
      put(next, generation & 15, generation);
      now.release();
      now = next;
      assertThat(objects()).isLessThanOrEqualTo(4);
    }
    for (int i = 0; i < 16; i++) {
      assertThat(get(now, i)).isEqualTo(1984 + i);
    }
    now.release();
  }

  @Test
  void going_back_to_a_snapshot_restores_contents_and_size_as_often_as_wanted() {
    MemoryObject object = object(8);
    long a = map(object, 8, 0x2000);
    for (int i = 0; i < 8; i++) {
      store(a + i * BYTES, 10 + i);
    }
    MemoryObject then = snapshot(object, 0, 8);
    for (int round = 0; round < 3; round++) {
      store(a + round * BYTES, -1);
      object.decommit(5, 1).orThrow();
      object.resize(round == 1 ? 3 : 12).orThrow();
      assertThat(object.revertTo(then)).isEqualTo(Outcome.OK);
      assertThat(object.pages()).isEqualTo(8);
      for (int i = 0; i < 8; i++) {
        assertThat(load(a + i * BYTES)).isEqualTo(10 + i);
        assertThat(get(then, i)).isEqualTo(10 + i);
      }
    }
    assertThat(objects()).isEqualTo(3);
  }

  @Test
  void going_back_works_across_later_snapshots_and_leaves_them_alone() {
    MemoryObject object = object(4);
    put(object, 0, 1);
    MemoryObject one = snapshot(object, 0, 4);
    put(object, 0, 2);
    put(object, 1, 2);
    MemoryObject two = snapshot(object, 0, 4);
    put(object, 0, 3);
    assertThat(object.revertTo(one)).isEqualTo(Outcome.OK);
    assertThat(List.of(get(object, 0), get(object, 1))).containsExactly(1L, 0L);
    assertThat(List.of(get(two, 0), get(two, 1))).containsExactly(2L, 2L);
    assertThat(object.revertTo(two)).isEqualTo(Outcome.OK);
    assertThat(List.of(get(object, 0), get(object, 1))).containsExactly(2L, 2L);
    put(object, 0, 4);
    assertThat(List.of(get(one, 0), get(two, 0))).containsExactly(1L, 2L);
    drop(two);
    assertThat(object.revertTo(one)).isEqualTo(Outcome.OK);
    assertThat(get(object, 0)).isEqualTo(1);
  }

  @Test
  void going_back_is_refused_without_a_change() {
    MemoryObject object = object(4);
    MemoryObject stranger = object(4);
    MemoryObject then = snapshot(object, 0, 4);
    assertRefused(Outcome.INVALID, () -> object.revertTo(stranger));
    assertRefused(Outcome.INVALID, () -> stranger.revertTo(then));
    put(object, 0, 1);
    object.pin(0, 1).orThrow();
    assertRefused(Outcome.PINNED, () -> object.revertTo(then));
    object.unpin(0, 1);
    assertThat(object.revertTo(then)).isEqualTo(Outcome.OK);
    assertThat(get(object, 0)).isZero();
    assertThat(Pages.BYTES).isEqualTo(4096);
  }
}
