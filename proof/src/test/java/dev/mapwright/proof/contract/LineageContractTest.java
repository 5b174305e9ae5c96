package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.StateImage;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.SpaceSnapshot;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Relatives that are asked for what would turn the family upside down, and those that have ended.
 */
@OnEverySubstrate
class LineageContractTest extends Contract {
  LineageContractTest(Substrate substrate) {
    super(substrate);
  }

  private MemoryObject live(MemoryObject parent, long pages) {
    return keep(parent.child(ChildKind.LIVE_VIEW, 0, pages).get());
  }

  private MemoryObject snapshot(MemoryObject parent, long offset, long pages) {
    return keep(parent.child(ChildKind.SNAPSHOT, offset, pages).get());
  }

  /** Every page begins with 7 and its number. */
  private MemoryObject sourced(long pages) {
    return keep(
        MemoryObject.paged(
                machine,
                pages,
                (page, frame) -> {
                  frame.fill((byte) 0);
                  frame.set(ValueLayout.JAVA_LONG, 0, 700 + page);
                  return true;
                })
            .get());
  }

  // ---- going back to what is no snapshot of oneself

  @Test
  void nobody_goes_back_to_a_snapshot_of_somebody_else() {
    MemoryObject object = object(4);
    put(object, 0, 1);
    MemoryObject child = live(object, 4);
    put(child, 1, 2);
    MemoryObject sibling = live(object, 4);
    MemoryObject ofObject = snapshot(object, 0, 4);
    MemoryObject ofChild = snapshot(child, 0, 4);
    MemoryObject ofSnapshot = snapshot(ofObject, 0, 4);
    MemoryObject stranger = snapshot(object(4), 0, 4);
    for (MemoryObject then : List.of(object, child, sibling, ofChild, ofSnapshot, stranger)) {
      assertRefused(Outcome.INVALID, () -> object.revertTo(then));
    }
    for (MemoryObject then : List.of(object, child, sibling, ofObject, ofSnapshot, stranger)) {
      assertRefused(Outcome.INVALID, () -> child.revertTo(then));
    }
    for (MemoryObject then : List.of(object, child, sibling, ofObject, ofChild, stranger)) {
      assertRefused(Outcome.INVALID, () -> ofObject.revertTo(then));
    }
    assertThat(object.revertTo(ofObject)).isEqualTo(Outcome.OK);
    assertThat(child.revertTo(ofChild)).isEqualTo(Outcome.OK);
    assertThat(ofObject.revertTo(ofSnapshot)).isEqualTo(Outcome.OK);
    assertThat(Invariants.violations(machine)).isEmpty();
  }

  @Test
  void a_snapshot_of_a_part_from_elsewhere_is_nothing_to_go_back_to() {
    MemoryObject object = object(8);
    for (int i = 0; i < 8; i++) {
      put(object, i, i + 1);
    }
    MemoryObject part = snapshot(object, 2, 4);
    put(object, 3, 99);
    assertRefused(Outcome.INVALID, () -> object.revertTo(part));
    assertThat(get(part, 1)).isEqualTo(4);
    assertThat(get(object, 3)).isEqualTo(99);
  }

  @Test
  void an_ancestor_does_not_become_its_own_descendant_by_any_way_round() {
    MemoryObject object = object(4);
    MemoryObject at = object;
    List<MemoryObject> line = new ArrayList<>(List.of(object));
    for (int i = 0; i < 6; i++) {
      put(at, i & 3, i + 1);
      at = (i & 1) == 0 ? live(at, 4) : snapshot(at, 0, 4);
      line.add(at);
    }
    for (MemoryObject one : line) {
      for (MemoryObject other : line) {
        one.revertTo(other); // refused or not
        assertThat(Invariants.violations(machine)).isEmpty();
        for (MemoryObject each : line) {
          each.frameOf(3); // comes back
        }
      }
    }
  }

  // ---- growing

  @Test
  void when_an_object_with_a_source_grows_every_view_of_it_sees_the_new_pages() {
    MemoryObject file = sourced(1);
    MemoryObject child = live(file, 4);
    MemoryObject grandchild = live(child, 4);
    long f = map(file, 4, 0x2000);
    long c = map(child, 4, 0x3000);
    long g = map(grandchild, 4, 0x4000);
    for (int page = 1; page < 4; page++) {
      assertThat(load(c + page * BYTES)).isZero();
      assertThat(load(g + page * BYTES)).isZero();
    }
    file.resize(3).orThrow();
    MemoryObject copy = snapshot(grandchild, 0, 4);
    long s = map(copy, 4, 0x5000);
    for (int page = 1; page < 3; page++) {
      long expected = 700L + page;
      assertThat(load(g + page * BYTES)).isEqualTo(expected);
      assertThat(get(child, page)).isEqualTo(expected);
      assertThat(load(c + page * BYTES)).isEqualTo(expected);
      assertThat(load(f + page * BYTES)).isEqualTo(expected);
      assertThat(get(copy, page)).isEqualTo(expected);
      assertThat(load(s + page * BYTES)).isEqualTo(expected);
      assertThat(child.frameOf(page)).isEqualTo(file.frameOf(page));
    }
    assertThat(load(g + 3 * BYTES)).isZero();
    file.resize(0).orThrow();
    assertThat(load(g + BYTES)).isZero();
    assertThat(get(child, 1)).isZero();
  }

  @Test
  void a_page_that_its_object_gave_up_reads_the_same_to_everybody_and_each_time() {
    MemoryObject file = sourced(4);
    get(file, 0);
    MemoryObject snapshot = snapshot(file, 0, 4);
    file.decommit(0, 4).orThrow();
    MemoryObject view = live(file, 4);
    long v = map(view, 4, 0x2000);
    long f = map(file, 4, 0x3000);
    for (int page = 0; page < 4; page++) {
      for (int again = 0; again < 2; again++) {
        assertThat(load(v + page * BYTES)).isEqualTo(700 + page);
        assertThat(get(view, page)).isEqualTo(700 + page);
        assertThat(get(file, page)).isEqualTo(700 + page);
        assertThat(load(f + page * BYTES)).isEqualTo(700 + page);
        assertThat(get(snapshot, page)).isEqualTo(700 + page);
      }
    }
  }

  @Test
  void pages_end_with_the_last_that_shows_them() {
    for (long offset : new long[] {0, 5000}) {
      MemoryObject object = object(1000);
      object.commit(0, 1000).orThrow();
      long before = machine.frames().free();
      MemoryObject nothing = snapshot(object, offset, offset == 0 ? 0 : 3);
      drop(object);
      assertThat(machine.frames().free()).isEqualTo(before + 1000);
      drop(nothing);
    }
  }

  // ---- a space that maps views only

  @Test
  void a_snapshot_of_a_space_brings_back_what_its_views_showed_of_parents_that_nobody_maps() {
    MemoryObject object = object(4);
    put(object, 0, 1);
    put(object, 1, 2);
    MemoryObject between = live(object, 4);
    MemoryObject view = live(between, 4);
    long v = map(view, 4, 0x2000);
    store(v + BYTES, 20);
    assertThat(load(v)).isEqualTo(1);
    SpaceSnapshot then = space.snapshot().get();
    for (int round = 0; round < 3; round++) {
      put(object, 0, 100);
      put(between, 2, 300);
      store(v + BYTES, 200);
      object.resize(round).orThrow();
      assertThat(then.differences()).isNotEmpty();
      assertThat(then.restore()).isEqualTo(Outcome.OK);
      assertThat(List.of(load(v), load(v + BYTES), load(v + 2 * BYTES)))
          .containsExactly(1L, 20L, 0L);
      assertThat(get(view, 0)).isEqualTo(1);
      assertThat(then.differences()).isEmpty();
    }
    then.close();
    assertThat(load(v)).isEqualTo(1);
  }

  // ---- the end

  @Test
  void an_object_that_has_ended_answers_so_and_takes_nothing() {
    MemoryObject parent = object(4);
    put(parent, 0, 1);
    MemoryObject plain = MemoryObject.paged(machine, 4).get();
    MemoryObject child = parent.child(ChildKind.LIVE_VIEW, 0, 4).get();
    MemoryObject file = MemoryObject.paged(machine, 4, (page, frame) -> true).get();
    for (MemoryObject ended : List.of(plain, child, file)) {
      ended.release();
      MemorySegment eight = MemorySegment.ofArray(new long[1]);
      List<Supplier<Outcome>> calls =
          List.of(
              () -> ended.commit(0, 4),
              () -> ended.pin(0, 4),
              () -> ended.decommit(0, 4),
              () -> ended.resize(9),
              () -> ended.read(0, eight, 0, 8),
              () -> ended.write(0, eight, 0, 8),
              () -> ended.putOut(0, 4, new NoStore()),
              () -> ended.child(ChildKind.LIVE_VIEW, 0, 4).outcome(),
              () -> ended.child(ChildKind.SNAPSHOT, 0, 4).outcome(),
              () -> ended.revertTo(parent));
      for (Supplier<Outcome> call : calls) {
        assertRefused(Outcome.DEAD, call);
      }
      assertThat(ended.frameOf(0)).isEqualTo(Frames.NONE);
      assertThat(ended.tryRetain()).isFalse();
      assertThat(ended.references()).isZero();
    }
  }

  @Test
  void an_object_that_has_ended_can_not_be_mapped() {
    MemoryObject ended = MemoryObject.paged(machine, 4).get();
    ended.release();
    assertRefused(Outcome.DEAD, () -> root().map(of(ended, 4)));
    assertThat(ended.references()).isZero();
  }

  private static final class NoStore implements dev.mapwright.core.memory.PageStore {
    @Override
    public int keep(MemorySegment frame) {
      return -1;
    }

    @Override
    public void fetch(int token, MemorySegment frame) {}

    @Override
    public void discard(int token) {}
  }

  // ---- buffers

  @Test
  void a_buffer_that_can_not_take_part_is_refused_before_a_page_is_committed() {
    MemoryObject object = object(4);
    MemoryObject file = sourced(4);
    MemorySegment closed;
    try (Arena arena = Arena.ofConfined()) {
      closed = arena.allocate(2 * Pages.BYTES);
    }
    MemorySegment small = MemorySegment.ofArray(new byte[10]);
    MemorySegment readOnly = MemorySegment.ofArray(new byte[2 * Pages.BYTES]).asReadOnly();
    StateImage before = StateImage.of(machine);
    for (MemoryObject one : List.of(object, file)) {
      List<Runnable> calls =
          List.of(
              () -> one.write(0, small, 0, 11),
              () -> one.write(0, small, 5, 6),
              () -> one.write(0, small, -1, 2),
              () -> one.write(0, small, Long.MAX_VALUE, 8),
              () -> one.write(0, closed, 0, 2 * Pages.BYTES),
              () -> one.read(0, small, 0, 11),
              () -> one.read(0, small, 3, Long.MAX_VALUE),
              () -> one.read(0, readOnly, 0, 2 * Pages.BYTES),
              () -> one.read(0, closed, 0, 1));
      for (Runnable call : calls) {
        assertThat(catchThrowable(call::run)).isInstanceOf(RuntimeException.class);
        assertThat(before.differences(StateImage.of(machine))).isEmpty();
      }
    }
    assertThat(object.write(0, readOnly, 0, 2 * Pages.BYTES)).isEqualTo(Outcome.OK);
    assertThat(object.cachePolicy()).isEqualTo(CachePolicy.CACHED);
  }
}
