package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import org.junit.jupiter.api.Test;

/** Going back to snapshots that are not as large as the object, and to those that are gone. */
@OnEverySubstrate
class GoingBackContractTest extends Contract {
  GoingBackContractTest(Substrate substrate) {
    super(substrate);
  }

  private MemoryObject snapshot(MemoryObject object, long pages) {
    return keep(object.child(ChildKind.SNAPSHOT, 0, pages).get());
  }

  @Test
  void a_view_that_went_back_to_a_small_snapshot_first_follows_its_parent_in_the_large_one() {
    for (int small : new int[] {0, 2}) {
      MemoryObject parent = object(4);
      MemoryObject view = keep(parent.child(ChildKind.LIVE_VIEW, 0, 4).get());
      long v = map(view, 4, 0x2000 + small);
      MemoryObject first = snapshot(view, 4);
      put(view, 0, 1);
      MemoryObject part = snapshot(view, small);
      MemoryObject whole = snapshot(view, 4);
      view.revertTo(first).orThrow();
      view.revertTo(part).orThrow();
      assertThat(view.pages()).isEqualTo(small);
      view.revertTo(whole).orThrow();
      assertThat(load(v + 3 * BYTES)).isZero();
      put(parent, 3, 33);
      assertThat(get(view, 3)).isEqualTo(33);
      assertThat(load(v + 3 * BYTES)).isEqualTo(33);
      assertThat(Invariants.violations(machine)).isEmpty();
      root().unmap(0x2000 + small, 4).orThrow();
    }
  }

  @Test
  void nobody_goes_back_to_a_snapshot_that_has_ended() {
    MemoryObject object = object(4);
    put(object, 0, 7);
    MemoryObject ended = object.child(ChildKind.SNAPSHOT, 0, 4).get();
    ended.release();
    assertRefused(Outcome.DEAD, () -> object.revertTo(ended));
    assertThat(get(object, 0)).isEqualTo(7);
  }

  @Test
  void whether_it_is_a_snapshot_is_asked_before_whether_a_page_is_pinned() {
    MemoryObject object = object(4);
    MemoryObject stranger = object(4);
    object.pin(0, 1).orThrow();
    assertRefused(Outcome.INVALID, () -> object.revertTo(stranger));
    object.unpin(0, 1);
  }
}
