package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.memory.ObjectKind;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Paged objects: sparse, resized under mappings, committed, given back, pinned. */
@OnEverySubstrate
class ObjectContractTest extends Contract {
  ObjectContractTest(Substrate substrate) {
    super(substrate);
  }

  @Test
  void an_object_of_the_largest_size_costs_nothing_until_it_is_used() {
    long free = machine.frames().free();
    MemoryObject huge = object(MemoryObject.MOST_PAGES);
    assertThat(machine.frames().free()).isEqualTo(free);
    put(huge, MemoryObject.MOST_PAGES - 1, 7);
    assertThat(get(huge, MemoryObject.MOST_PAGES - 1)).isEqualTo(7);
    assertThat(get(huge, 12345678901L)).isZero();
    assertThat(huge.committedPages()).isEqualTo(1);
    assertThat(machine.frames().free()).isEqualTo(free - 1);
    assertThat(MemoryObject.paged(machine, MemoryObject.MOST_PAGES + 1).outcome())
        .isEqualTo(Outcome.INVALID);
    assertThat(MemoryObject.paged(machine, -1).outcome()).isEqualTo(Outcome.INVALID);
    assertThat(object(0).pages()).isZero();
  }

  @Test
  void absent_pages_read_as_zeros_and_stay_absent_until_written() {
    MemoryObject object = object(4);
    long a = map(object, 4, 0x2000);
    assertThat(load(a)).isZero();
    assertThat(get(object, 0)).isZero();
    assertThat(object.committedPages()).isZero();
    assertThat(object.frameOf(0)).isEqualTo(Frames.NONE);
    store(a, 3);
    assertThat(object.committedPages()).isEqualTo(1);
    long pfn = object.frameOf(0);
    assertThat(machine.frames().owner(pfn)).isEqualTo(FrameOwner.OBJECT);
    assertThat(get(object, 0)).isEqualTo(3);
    put(object, 0, 4);
    assertThat(load(a)).isEqualTo(4);
  }

  @Test
  void a_page_written_through_the_object_is_seen_by_mappings_that_showed_zeros() {
    MemoryObject object = object(2);
    long a = map(object, 2, 0x2000);
    long b = map(object, 1, 1, 0x3000);
    assertThat(load(a + BYTES)).isZero();
    assertThat(load(b)).isZero();
    put(object, 1, 6);
    assertThat(load(a + BYTES)).isEqualTo(6);
    assertThat(load(b)).isEqualTo(6);
  }

  @Test
  void reading_and_writing_cross_pages_and_are_bounded_by_the_size_to_the_byte() {
    MemoryObject object = object(3);
    byte[] bytes = new byte[2 * 4096];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 7 + 1);
    }
    MemorySegment segment = MemorySegment.ofArray(bytes);
    assertThat(object.write(100, segment, 0, bytes.length)).isEqualTo(Outcome.OK);
    byte[] back = new byte[bytes.length + 2];
    assertThat(object.read(99, MemorySegment.ofArray(back), 0, back.length)).isEqualTo(Outcome.OK);
    assertThat(back[0]).isZero();
    assertThat(back[back.length - 1]).isZero();
    for (int i = 0; i < bytes.length; i++) {
      assertThat(back[i + 1]).isEqualTo(bytes[i]);
    }
    assertThat(object.write(3 * BYTES - 8, segment, 0, 8)).isEqualTo(Outcome.OK);
    assertRefused(Outcome.OUTSIDE, () -> object.write(3 * BYTES - 7, segment, 0, 8));
    assertRefused(Outcome.OUTSIDE, () -> object.read(3 * BYTES - 7, segment, 0, 8));
    assertRefused(Outcome.OUTSIDE, () -> object.write(-1, segment, 0, 1));
    assertRefused(Outcome.OUTSIDE, () -> object.read(-1, segment, 0, 2));
    assertRefused(Outcome.OUTSIDE, () -> object.read(0, segment, 0, -1));
    assertThat(object.read(3 * BYTES, segment, 0, 0)).isEqualTo(Outcome.OK);
    assertThat(object.write(3 * BYTES, segment, 0, 0)).isEqualTo(Outcome.OK);
    assertThat(object.write(3 * BYTES + 1, segment, 0, 0)).isEqualTo(Outcome.OUTSIDE);
  }

  @Test
  void shrinking_under_mappings_faults_beyond_and_frees_frames() {
    MemoryObject object = object(8);
    long a = map(object, 8, 0x2000);
    long b = map(object, 4, 4, 0x3000);
    for (int i = 0; i < 8; i++) {
      store(a + i * BYTES, i + 1);
      assertThat(i < 4 ? 0 : load(b + (i - 4) * BYTES)).isEqualTo(i < 4 ? 0 : i + 1);
    }
    long free = machine.frames().free();
    assertThat(object.resize(5)).isEqualTo(Outcome.OK);
    // At least the three pages; tables that nothing needs any more may have gone, too.
    assertThat(machine.frames().free()).isGreaterThanOrEqualTo(free + 3);
    assertThat(load(a + 4 * BYTES)).isEqualTo(5);
    assertLoadFaults(a + 5 * BYTES, FaultReason.BEYOND_OBJECT);
    assertStoreFaults(b + BYTES, FaultReason.BEYOND_OBJECT);
    assertThat(space.mappings()).isEqualTo(2);
    assertThat(object.resize(8)).isEqualTo(Outcome.OK);
    for (int i = 5; i < 8; i++) {
      assertThat(load(a + i * BYTES)).isZero();
    }
    store(b + 3 * BYTES, 1);
    assertThat(load(a + 7 * BYTES)).isEqualTo(1);
  }

  @Test
  void resizing_has_bounds() {
    MemoryObject object = object(4);
    assertRefused(Outcome.INVALID, () -> object.resize(-1));
    assertRefused(Outcome.INVALID, () -> object.resize(MemoryObject.MOST_PAGES + 1));
    assertThat(object.resize(MemoryObject.MOST_PAGES)).isEqualTo(Outcome.OK);
    assertThat(object.resize(0)).isEqualTo(Outcome.OK);
    assertRefused(Outcome.OUTSIDE, () -> object.commit(0, 1));
  }

  @Test
  void committing_is_all_or_nothing() {
    MemoryObject object = object(RAM_PAGES * 2);
    put(object, 5, 55);
    assertRefused(Outcome.OUT_OF_FRAMES, () -> object.commit(0, RAM_PAGES * 2));
    assertRefused(Outcome.OUT_OF_FRAMES, () -> object.commit(0, machine.frames().free() + 2));
    assertRefused(Outcome.OUTSIDE, () -> object.commit(RAM_PAGES * 2 - 1, 2));
    assertRefused(Outcome.OUTSIDE, () -> object.commit(-1, 2));
    assertRefused(Outcome.OUTSIDE, () -> object.commit(0, Long.MAX_VALUE));
    assertRefused(Outcome.OUTSIDE, () -> object.commit(0, -1));
    assertThat(object.commit(0, 0)).isEqualTo(Outcome.OK);
    assertThat(object.commit(RAM_PAGES * 2, 0)).isEqualTo(Outcome.OK);
    assertThat(object.commit(0, 100)).isEqualTo(Outcome.OK);
    assertThat(object.committedPages()).isEqualTo(100);
    assertThat(get(object, 5)).isEqualTo(55);
    assertThat(get(object, 6)).isZero();
  }

  @Test
  void decommitting_gives_frames_back_and_every_view_reads_zeros() {
    MemoryObject object = object(8);
    long a = map(object, 8, 0x2000);
    for (int i = 0; i < 8; i++) {
      store(a + i * BYTES, i + 1);
    }
    assertThat(object.decommit(2, 3)).isEqualTo(Outcome.OK);
    assertThat(object.committedPages()).isEqualTo(5);
    for (int i = 0; i < 8; i++) {
      assertThat(load(a + i * BYTES)).isEqualTo(i >= 2 && i < 5 ? 0 : i + 1);
    }
    assertRefused(Outcome.OUTSIDE, () -> object.decommit(7, 2));
    assertRefused(Outcome.OUTSIDE, () -> object.decommit(0, Long.MAX_VALUE));
    assertThat(object.decommit(8, 0)).isEqualTo(Outcome.OK);
    assertThat(object.decommit(0, 8)).isEqualTo(Outcome.OK);
    assertThat(object.committedPages()).isZero();
  }

  @Test
  void a_frame_that_was_given_back_shows_none_of_its_old_contents() {
    MemoryObject object = object(64);
    long a = map(object, 64, 0x2000);
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < 64; i++) {
        store(a + i * BYTES + 8, -1L);
      }
      object.decommit(0, 64).orThrow();
      for (int i = 0; i < 64; i++) {
        store(a + i * BYTES, 1);
        assertThat(load(a + i * BYTES + 8)).isZero();
      }
    }
  }

  @Test
  void pinned_pages_are_committed_and_stay_where_they_are() {
    MemoryObject object = object(8);
    assertThat(object.pin(2, 3)).isEqualTo(Outcome.OK);
    assertThat(object.committedPages()).isEqualTo(3);
    long pfn = object.frameOf(3);
    assertThat(machine.frames().pins(pfn)).isEqualTo(1);
    assertThat(object.anyPinned()).isTrue();
    assertRefused(Outcome.PINNED, () -> object.decommit(4, 4));
    assertRefused(Outcome.PINNED, () -> object.resize(4));
    assertRefused(Outcome.PINNED, () -> object.child(ChildKind.SNAPSHOT, 0, 8).outcome());
    assertThat(object.decommit(5, 3)).isEqualTo(Outcome.OK);
    assertThat(object.resize(5)).isEqualTo(Outcome.OK);
    put(object, 3, 4);
    assertThat(object.frameOf(3)).isEqualTo(pfn);
    assertThat(object.pin(3, 1)).isEqualTo(Outcome.OK);
    assertThat(machine.frames().pins(pfn)).isEqualTo(2);
    object.unpin(2, 3);
    assertRefused(Outcome.PINNED, () -> object.decommit(0, 5));
    object.unpin(3, 1);
    assertThat(object.anyPinned()).isFalse();
    assertThat(object.decommit(0, 5)).isEqualTo(Outcome.OK);
    assertRefused(Outcome.OUTSIDE, () -> object.pin(4, 2));
    assertThatThrownBy(() -> object.unpin(0, 1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void an_object_that_ends_with_pinned_pages_leaves_them_held_back() {
    MemoryObject object = object(1);
    object.pin(0, 1).orThrow();
    long pfn = object.frameOf(0);
    List<String> misuse = new ArrayList<>();
    machine.events().listen(event -> misuse.add(event.kind() + " " + event.firstPage()));
    drop(object);
    assertThat(machine.frames().owner(pfn)).isEqualTo(FrameOwner.HELD_BACK);
    assertThat(misuse).contains("MISUSE " + pfn);
    machine.frames().unpin(pfn);
    assertThat(machine.frames().owner(pfn)).isEqualTo(FrameOwner.FREE);
  }

  @Test
  void the_pin_count_saturates_and_refuses_without_a_change() {
    MemoryObject object = object(2);
    object.commit(0, 2).orThrow();
    long pfn = object.frameOf(1);
    int pins = 0;
    while (machine.frames().pin(pfn)) {
      pins++;
      assertThat(pins).isLessThan(1 << 24);
    }
    assertRefused(Outcome.SATURATED, () -> object.pin(0, 2));
    assertThat(machine.frames().pins(object.frameOf(0))).isZero();
    for (int i = 0; i < pins; i++) {
      machine.frames().unpin(pfn);
    }
    assertThat(object.pin(0, 2)).isEqualTo(Outcome.OK);
    object.unpin(0, 2);
  }

  @Test
  void the_cache_policy_of_a_family_or_a_mapped_object_does_not_change() {
    MemoryObject object = object(4);
    assertThat(object.cachePolicy()).isEqualTo(CachePolicy.CACHED);
    assertThat(object.setCachePolicy(CachePolicy.WRITE_COMBINING)).isEqualTo(Outcome.OK);
    MemoryObject child = object.child(ChildKind.LIVE_VIEW, 0, 4).get();
    assertThat(object.setCachePolicy(CachePolicy.CACHED)).isEqualTo(Outcome.IN_USE);
    assertThat(child.setCachePolicy(CachePolicy.UNCACHED)).isEqualTo(Outcome.IN_USE);
    child.release();
    assertThat(object.setCachePolicy(CachePolicy.UNCACHED_DEVICE)).isEqualTo(Outcome.OK);
    map(object, 4, 0x2000);
    assertThat(object.setCachePolicy(CachePolicy.CACHED)).isEqualTo(Outcome.IN_USE);
    assertThat(space.mappingOf(0x2000))
        .isNotNull()
        .satisfies(
            mapping -> assertThat(mapping.cachePolicy()).isEqualTo(CachePolicy.UNCACHED_DEVICE));
    root().unmap(0x2000, 4).orThrow();
    assertThat(object.setCachePolicy(CachePolicy.CACHED)).isEqualTo(Outcome.OK);
  }

  @Test
  void a_range_that_is_not_the_object_s_can_t_be_unpinned() {
    MemoryObject object = object(4);
    object.pin(0, 4).orThrow();
    List<String> heard = new ArrayList<>();
    machine.events().listen(event -> heard.add(event.kind() + " " + event.firstPage()));
    long[][] ranges = {
      {-1, 0}, {-1, 1}, {0, -1}, {0, 5}, {5, 0}, {1L << 52, 0}, {2, Long.MAX_VALUE}
    };
    for (long[] range : ranges) {
      assertThatThrownBy(() -> object.unpin(range[0], range[1]))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("not pinned");
    }
    assertThat(heard).isEmpty();
    object.unpin(4, 0);
    object.unpin(0, 4);
    assertThat(heard).containsExactly("UNPINNED 4", "UNPINNED 0");
  }

  @Test
  void references_are_counted() {
    MemoryObject object = object(4);
    assertThat(object.references()).isEqualTo(1);
    object.retain();
    assertThat(object.references()).isEqualTo(2);
    map(object, 4, 0x2000);
    assertThat(object.references()).isEqualTo(3);
    assertThat(object.mappings()).isEqualTo(1);
    MemoryObject child = object.child(ChildKind.LIVE_VIEW, 0, 1).get();
    assertThat(object.references()).isEqualTo(4);
    child.release();
    object.release();
    root().unmap(0x2000, 4).orThrow();
    assertThat(object.references()).isEqualTo(1);
    assertThat(object.kind()).isEqualTo(ObjectKind.PAGED);
    assertThat(object.toString()).contains("of 4 pages, 1 references");
  }

  @Test
  void frames_of_an_object_can_be_visited() {
    MemoryObject object = object(1000);
    put(object, 3, 1);
    put(object, 999, 1);
    List<Long> pages = new ArrayList<>();
    object.forEachFrame((page, pfn) -> {
      assertThat(pfn).isEqualTo(object.frameOf(page));
      pages.add(page);
    });
    assertThat(pages).containsExactly(3L, 999L);
    assertThat(object.nextOwned(4)).isEqualTo(999);
    assertThat(object.nextOwned(1000)).isEqualTo(-1);
    assertThat(object.frameOf(1000)).isEqualTo(Frames.NONE);
    assertThat(object.frameOf(-1)).isEqualTo(Frames.NONE);
  }

  @Test
  void a_machine_without_frames_refuses_and_the_fault_says_so() {
    MemoryObject eater = object(RAM_PAGES);
    MemoryObject object = object(4);
    long a = map(object, 4, 0x2000);
    store(a, 1);
    load(a + BYTES);
    eater.commit(0, machine.frames().free()).orThrow();
    assertThat(machine.frames().free()).isZero();
    assertThat(faultOf(() -> store(a + BYTES, 1)).reason()).isEqualTo(FaultReason.OUT_OF_FRAMES);
    assertRefused(Outcome.OUT_OF_FRAMES, () -> object.commit(0, 4));
    MemorySegment eight = MemorySegment.ofArray(new long[1]);
    assertRefused(Outcome.OUT_OF_FRAMES, () -> object.write(Pages.address(3), eight, 0, 8));
    assertThat(load(a)).isEqualTo(1);
    eater.decommit(0, 1).orThrow();
    store(a + BYTES, 2);
    assertThat(get(object, 1)).isEqualTo(2);
  }
}
