package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.Lease;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

/** The right to use frames directly. */
@OnEverySubstrate
class LeaseContractTest extends Contract {
  private final MemoryObject object = object(8);
  private final long a = map(object, 8, 0x2000);

  LeaseContractTest(Substrate substrate) {
    super(substrate);
  }

  @Test
  void a_segment_is_the_memory_itself_in_both_directions() {
    store(a + BYTES, 5);
    try (Lease lease = space.lease(0x2001, 3, true).get()) {
      assertThat(lease.firstPage()).isEqualTo(0x2001);
      assertThat(lease.lastPage()).isEqualTo(0x2003);
      MemorySegment first = lease.segment(0, 1);
      assertThat(first.byteSize()).isEqualTo(BYTES);
      assertThat(first.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(5);
      first.set(ValueLayout.JAVA_LONG, 8, 6);
      assertThat(load(a + BYTES + 8)).isEqualTo(6);
      store(a + BYTES + 16, 7);
      assertThat(first.get(ValueLayout.JAVA_LONG, 16)).isEqualTo(7);
      put(object, 1, 8);
      assertThat(first.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(8);
      assertThat(space.openLeases()).isEqualTo(1);
    }
    assertThat(space.openLeases()).isZero();
    assertThat(object.anyPinned()).isFalse();
  }

  @Test
  void adjacent_frames_are_one_segment_and_others_are_refused() {
    MemoryObject run = contiguous(5, 0);
    map(run, 5, 0x3000);
    try (Lease lease = space.lease(0x3000, 5, true).get()) {
      assertThat(lease.contiguousPages(0)).isEqualTo(5);
      assertThat(lease.contiguousPages(4)).isEqualTo(1);
      assertThat(lease.segment(1, 4).byteSize()).isEqualTo(4 * BYTES);
      assertThatThrownBy(() -> lease.segment(1, 5)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> lease.segment(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
    map(run, 0, 1, 0x3100);
    map(run, 2, 1, 0x3101);
    try (Lease lease = space.lease(0x3100, 2, false).get()) {
      assertThat(lease.contiguousPages(0)).isEqualTo(1);
      assertThat(lease.segment(1, 1).isReadOnly()).isTrue();
    }
  }

  @Test
  void a_closed_lease_gives_no_segment_and_closing_twice_does_nothing() {
    Lease lease = space.lease(0x2000, 1, true).get();
    lease.close();
    lease.close();
    assertThatThrownBy(() -> lease.segment(0, 1)).isInstanceOf(IllegalStateException.class);
    assertThat(object.anyPinned()).isFalse();
  }

  @Test
  void copy_on_write_is_resolved_when_it_is_opened() {
    store(a, 1);
    MemoryObject child = keep(object.child(ChildKind.LIVE_VIEW, 0, 8).get());
    map(child, 8, 0x3000);
    try (Lease reading = space.lease(0x3000, 1, false).get()) {
      assertThat(reading.segment(0, 1).get(ValueLayout.JAVA_LONG, 0)).isEqualTo(1);
      store(a, 2);
      assertThat(reading.segment(0, 1).get(ValueLayout.JAVA_LONG, 0)).isEqualTo(1);
      assertThat(get(child, 0)).isEqualTo(1);
    }
    try (Lease writing = space.lease(0x2000, 1, true).get()) {
      writing.segment(0, 1).set(ValueLayout.JAVA_LONG, 0, 3);
      assertThat(load(a)).isEqualTo(3);
    }
  }

  @Test
  void while_it_is_open_nothing_takes_its_frames_away() {
    try (Lease lease = space.lease(0x2002, 2, true).get()) {
      long pfn = object.frameOf(2);
      assertRefused(Outcome.LEASED, () -> root().unmap(0x2000, 8));
      assertRefused(Outcome.LEASED, () -> root().protect(0x2000, 8, Permissions.READ));
      assertRefused(Outcome.LEASED, root()::destroy);
      assertRefused(Outcome.PINNED, () -> object.resize(3));
      assertRefused(Outcome.PINNED, () -> object.decommit(0, 8));
      assertRefused(Outcome.PINNED, () -> object.child(ChildKind.SNAPSHOT, 0, 8).outcome());
      assertRefused(Outcome.PINNED, () -> space.snapshot().outcome());
      assertThat(root().unmap(0x2000, 2)).isEqualTo(Outcome.OK);
      assertThat(root().unmap(0x2004, 4)).isEqualTo(Outcome.OK);
      assertThat(object.frameOf(2)).isEqualTo(pfn);
      assertThat(lease.contiguousPages(0)).isBetween(1L, 2L);
    }
    assertThat(root().unmap(0x2000, 8)).isEqualTo(Outcome.OK);
  }

  @Test
  void leases_nest_and_overlap() {
    Lease one = space.lease(0x2000, 4, true).get();
    Lease two = space.lease(0x2002, 4, false).get();
    assertThat(machine.frames().pins(object.frameOf(2))).isEqualTo(2);
    one.close();
    assertRefused(Outcome.LEASED, () -> root().unmap(0x2003, 1));
    assertThat(root().unmap(0x2001, 1)).isEqualTo(Outcome.OK);
    two.close();
    assertThat(root().unmap(0x2003, 1)).isEqualTo(Outcome.OK);
  }

  @Test
  void what_cannot_be_leased_is_refused_with_its_reason_and_pins_nothing() {
    assertRefused(Outcome.INVALID, () -> space.lease(0x2000, 0, false).outcome());
    assertRefused(Outcome.INVALID, () -> space.lease(0x2000, -1, false).outcome());
    assertRefused(Outcome.OUTSIDE, () -> space.lease(LAST_PAGE, 2, false).outcome());
    assertRefused(Outcome.OUTSIDE, () -> space.lease(0, 1, false).outcome());
    object.commit(0, 8).orThrow();
    map(object, 7, 2, 0x2008);
    root().protect(0x2003, 1, Permissions.READ).orThrow();
    root().unmap(0x2006, 1).orThrow();
    assertRefused(Outcome.DENIED, () -> space.lease(0x2002, 2, true).outcome());
    assertRefused(Outcome.NOT_MAPPED, () -> space.lease(0x2005, 3, true).outcome());
    assertRefused(Outcome.BEYOND_OBJECT, () -> space.lease(0x2008, 2, true).outcome());
    space.lease(0x2002, 2, false).get().close();
    assertRefused(Outcome.OUT_OF_FRAMES, () -> space.lease(0x3000, 1L << 34, true).outcome());
    space.close();
    assertThat(space.lease(0x2000, 1, false).outcome()).isEqualTo(Outcome.NOT_MAPPED);
  }

  @Test
  void a_refused_lease_has_not_even_committed_a_page() {
    root().unmap(0x2006, 1).orThrow();
    assertRefused(Outcome.NOT_MAPPED, () -> space.lease(0x2004, 3, true).outcome());
    assertThat(object.committedPages()).isZero();
  }

  @Test
  void a_space_that_ends_under_a_lease_leaves_the_frames_to_the_holder_until_he_is_done() {
    long free = machine.frames().free();
    AddressSpace short_ = AddressSpace.create(machine, "short", 0, 0xFFFFF).get();
    MemoryObject only = MemoryObject.paged(machine, 2).get();
    request.clear().object(only, 0).pages(2).where().at(0x300);
    short_.root().map(request).orThrow();
    only.release();
    Lease lease = short_.lease(0x300, 2, true).get();
    short_.close();
    assertThat(short_.mappings()).isZero();
    assertThat(machine.census().living(MemoryObject.class)).doesNotContain(only);
    MemorySegment memory = lease.segment(0, 1);
    memory.set(ValueLayout.JAVA_BYTE, 0, (byte) 7);
    MemoryObject other = MemoryObject.paged(machine, machine.frames().free()).get();
    other.commit(0, other.pages()).orThrow();
    assertThat(memory.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 7);
    other.release();
    lease.close();
    assertThat(machine.frames().free()).isEqualTo(free);
  }

  @Test
  void a_page_that_is_not_the_leases_is_refused() {
    try (Lease lease = space.lease(0x2000, 2, true).get()) {
      for (int index : new int[] {-1, 2, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        assertThatThrownBy(() -> lease.contiguousPages(index))
            .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> lease.segment(index, 1))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }
}
