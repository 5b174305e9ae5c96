package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.memory.PageStore;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pages whose contents come from elsewhere, or are elsewhere. */
@OnEverySubstrate
class SourceAndStoreContractTest extends Contract {
  private final List<Long> asked = new ArrayList<>();
  private boolean broken;

  SourceAndStoreContractTest(Substrate substrate) {
    super(substrate);
  }

  /** A store that counts what it keeps. */
  private static final class Store implements PageStore {
    private final Map<Integer, byte[]> kept = new HashMap<>();
    private final int most;
    private int tokens;

    Store(int most) {
      this.most = most;
    }

    @Override
    public int keep(MemorySegment frame) {
      if (kept.size() == most) {
        return -1;
      }
      kept.put(tokens, frame.toArray(ValueLayout.JAVA_BYTE));
      return tokens++;
    }

    @Override
    public void fetch(int token, MemorySegment frame) {
      byte[] contents = kept.remove(token);
      assertThat(contents).as("token " + token).isNotNull();
      MemorySegment.copy(MemorySegment.ofArray(contents), 0, frame, 0, Pages.BYTES);
    }

    @Override
    public void discard(int token) {
      assertThat(kept.remove(token)).as("token " + token).isNotNull();
    }
  }

  /** Page n begins with 1000 + n, and holds rubbish nowhere. */
  private MemoryObject sourced(long pages) {
    return keep(
        MemoryObject.paged(
                machine,
                pages,
                (page, frame) -> {
                  if (broken) {
                    return false;
                  }
                  asked.add(page);
                  frame.fill((byte) 0);
                  frame.set(ValueLayout.JAVA_LONG, 0, 1000 + page);
                  return true;
                })
            .get());
  }

  @Test
  void a_source_is_asked_once_for_each_page_that_is_needed() {
    MemoryObject object = sourced(8);
    long a = map(object, 8, 0x2000);
    assertThat(asked).isEmpty();
    assertThat(load(a + 3 * BYTES)).isEqualTo(1003);
    assertThat(load(a + 3 * BYTES)).isEqualTo(1003);
    assertThat(get(object, 3)).isEqualTo(1003);
    store(a + 5 * BYTES, 1);
    assertThat(asked).containsExactly(3L, 5L);
    assertThat(object.committedPages()).isEqualTo(2);
  }

  @Test
  void a_source_that_fails_is_reported_and_nothing_is_committed() {
    MemoryObject object = sourced(8);
    long a = map(object, 8, 0x2000);
    broken = true;
    assertLoadFaults(a, FaultReason.SOURCE_FAILED);
    assertRefused(Outcome.SOURCE_FAILED, () -> object.commit(0, 8));
    MemorySegment eight = MemorySegment.ofArray(new long[1]);
    assertRefused(Outcome.SOURCE_FAILED, () -> object.read(0, eight, 0, 8));
    assertRefused(Outcome.SOURCE_FAILED, () -> object.write(0, eight, 0, 8));
    assertRefused(Outcome.SOURCE_FAILED, () -> object.pin(0, 1));
    assertThat(space.lease(0x2000, 1, false).outcome()).isEqualTo(Outcome.SOURCE_FAILED);
    broken = false;
    assertThat(load(a)).isEqualTo(1000);
  }

  @Test
  void decommitted_pages_come_from_the_source_again() {
    MemoryObject object = sourced(4);
    long a = map(object, 4, 0x2000);
    store(a, 1);
    assertThat(object.decommit(0, 4)).isEqualTo(Outcome.OK);
    assertThat(load(a)).isEqualTo(1000);
    assertThat(asked).containsExactly(0L, 0L);
  }

  @Test
  void children_of_an_object_with_a_source_see_what_it_supplies() {
    MemoryObject object = sourced(8);
    MemoryObject live = keep(object.child(ChildKind.LIVE_VIEW, 2, 4).get());
    MemoryObject snapshot = keep(object.child(ChildKind.SNAPSHOT, 1, 4).get());
    long a = map(live, 4, 0x2000);
    long b = map(snapshot, 4, 0x3000);
    assertThat(load(a)).isEqualTo(1002);
    assertThat(load(b)).isEqualTo(1001);
    store(b + BYTES, 5);
    assertThat(get(object, 2)).isEqualTo(1002);
    assertThat(load(a)).isEqualTo(1002);
    put(object, 2, 6);
    assertThat(load(a)).isEqualTo(6);
    assertThat(load(b + BYTES)).isEqualTo(5);
    drop(object);
    assertThat(load(b + 2 * BYTES)).isEqualTo(1003);
    assertThat(load(a + 3 * BYTES)).isEqualTo(1005);
  }

  @Test
  void a_page_that_is_out_comes_back_with_its_contents() {
    Store store = new Store(100);
    MemoryObject object = object(8);
    long a = map(object, 8, 0x2000);
    for (int i = 0; i < 8; i++) {
      store(a + i * BYTES, 10 + i);
    }
    long free = machine.frames().free();
    assertThat(object.putOut(0, 6, store)).isEqualTo(Outcome.OK);
    assertThat(store.kept).hasSize(6);
    assertThat(machine.frames().free()).isGreaterThanOrEqualTo(free + 6);
    assertThat(object.committedPages()).isEqualTo(2);
    assertThat(object.frameOf(0)).isEqualTo(Frames.NONE);
    assertThat(space.translate(a, Access.READ).commits()).isTrue();
    assertThat(load(a + 2 * BYTES)).isEqualTo(12);
    assertThat(get(object, 3)).isEqualTo(13);
    store(a + 4 * BYTES, 44);
    assertThat(load(a + 4 * BYTES)).isEqualTo(44);
    assertThat(load(a + 4 * BYTES + 8)).isZero();
    assertThat(store.kept).hasSize(3);
    assertThat(object.putOut(0, 8, store)).isEqualTo(Outcome.OK);
    for (int i = 0; i < 8; i++) {
      assertThat(load(a + i * BYTES)).isEqualTo(i == 4 ? 44 : 10 + i);
    }
    assertThat(store.kept).isEmpty();
  }

  @Test
  void what_is_out_is_discarded_when_its_page_goes() {
    Store store = new Store(100);
    MemoryObject object = object(8);
    object.commit(0, 8).orThrow();
    object.putOut(0, 8, store).orThrow();
    object.resize(6).orThrow();
    assertThat(store.kept).hasSize(6);
    object.decommit(0, 2).orThrow();
    assertThat(store.kept).hasSize(4);
    object.commit(2, 1).orThrow();
    assertThat(store.kept).hasSize(3);
    drop(object);
    assertThat(store.kept).isEmpty();
  }

  @Test
  void a_full_store_is_reported_and_the_pages_before_are_out() {
    Store store = new Store(2);
    MemoryObject object = object(4);
    long a = map(object, 4, 0x2000);
    for (int i = 0; i < 4; i++) {
      store(a + i * BYTES, 10 + i);
    }
    assertThat(object.putOut(0, 4, store)).isEqualTo(Outcome.NO_ROOM);
    assertThat(object.committedPages()).isEqualTo(2);
    for (int i = 0; i < 4; i++) {
      assertThat(load(a + i * BYTES)).isEqualTo(10 + i);
    }
  }

  @Test
  void a_store_that_kept_nothing_may_be_followed_by_another() {
    MemoryObject object = object(4);
    put(object, 0, 7);
    assertRefused(Outcome.NO_ROOM, () -> object.putOut(0, 4, new Store(0)));
    assertThat(object.putOut(1, 3, new Store(1))).isEqualTo(Outcome.OK);
    Store store = new Store(1);
    assertThat(object.putOut(0, 4, store)).isEqualTo(Outcome.OK);
    assertThat(store.kept).hasSize(1);
    assertThat(get(object, 0)).isEqualTo(7);
  }

  @Test
  void pinned_absent_and_inherited_pages_stay_and_stores_do_not_mix() {
    Store store = new Store(100);
    MemoryObject parent = object(4);
    parent.commit(0, 4).orThrow();
    MemoryObject object = keep(parent.child(ChildKind.LIVE_VIEW, 0, 4).get());
    put(object, 0, 1);
    put(object, 1, 2);
    object.pin(1, 1).orThrow();
    assertThat(object.putOut(0, 4, store)).isEqualTo(Outcome.OK);
    assertThat(store.kept).hasSize(1);
    assertThat(parent.committedPages()).isEqualTo(4);
    object.unpin(1, 1);
    assertRefused(Outcome.UNSUPPORTED, () -> object.putOut(0, 4, new Store(1)));
    assertRefused(Outcome.OUTSIDE, () -> object.putOut(3, 2, store));
    MemoryObject run = contiguous(2, 0);
    assertRefused(Outcome.UNSUPPORTED, () -> run.putOut(0, 2, store));
  }

  @Test
  void children_see_pages_of_their_parent_that_are_out() {
    Store store = new Store(100);
    MemoryObject parent = object(4);
    long a = map(parent, 4, 0x2000);
    store(a, 1);
    store(a + BYTES, 2);
    MemoryObject live = keep(parent.child(ChildKind.LIVE_VIEW, 0, 4).get());
    long b = map(live, 4, 0x3000);
    assertThat(load(b)).isEqualTo(1);
    parent.putOut(0, 4, store).orThrow();
    assertThat(load(b)).isEqualTo(1);
    assertThat(store.kept).hasSize(1);
    MemoryObject snapshot = keep(parent.child(ChildKind.SNAPSHOT, 0, 4).get());
    store(a + BYTES, 22);
    assertThat(get(snapshot, 1)).isEqualTo(2);
    assertThat(load(b + BYTES)).isEqualTo(22);
    snapshot.putOut(0, 4, store).orThrow();
    drop(parent);
    assertThat(get(snapshot, 0)).isEqualTo(1);
    assertThat(get(snapshot, 1)).isEqualTo(2);
    assertThat(load(b + BYTES)).isEqualTo(22);
  }
}
