package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.SpaceSnapshot;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Frames of somebody else, mapped in any region: what becomes of them under each change. */
@OnEverySubstrate
class FrameMappingContractTest extends FrameMappingStage {
  FrameMappingContractTest(Substrate substrate) {
    super(substrate);
  }

  @Test
  void every_page_has_its_entry_and_its_hold_at_once() {
    mapFrames(3, 20, AT);
    machine.failures().failAll();
    for (int i = 0; i < 20; i++) {
      assertShows(AT + i, 3 + i, Permissions.READ_WRITE);
      assertThat(holds(3 + i)).isEqualTo(1);
    }
    assertThat(machine.failures().asked()).as("no fault acquires anything").isZero();
    assertThat(holds(2)).isZero();
    assertThat(space.mappings()).isEqualTo(1);
    assertNothingAt(AT - 1);
    assertNothingAt(AT + 20);
  }

  @Test
  void what_is_known_about_it_is_what_was_asked_for() {
    frames(4, AT)
        .permissions(Permissions.READ)
        .maximum(Permissions.READ_EXECUTE)
        .cache(CachePolicy.UNCACHED)
        .tag(77);
    root().mapFrames(request, from(0)).orThrow();
    assertThat(space.mappingOf(AT + 2))
        .isEqualTo(
            new MappingInfo(
                AT,
                AT + 3,
                null,
                0,
                Permissions.READ,
                Permissions.READ_EXECUTE,
                CachePolicy.UNCACHED,
                root(),
                77));
    assertThat(TranslationEntry.cache(space.translation().entry(AT)))
        .isEqualTo(CachePolicy.UNCACHED);
    assertThat(mappings()).containsExactly(mapping(AT, 4, 0, Permissions.READ));
    assertThat(space.dump()).contains("frames");
  }

  @Test
  void it_is_placed_by_every_rule() {
    Region inner = region(0x40, 0x8000);
    request.clear().pages(4).where().firstFit();
    inner.mapFrames(request, from(0)).orThrow();
    assertThat(request.firstPage()).isEqualTo(0x8000);
    request.clear().pages(0x3C).where().anywhere();
    inner.mapFrames(request, from(0)).orThrow();
    assertThat(request.firstPage()).as("the only place left").isEqualTo(0x8004);
    request.clear().pages(1).where().anywhere();
    assertRefused(Outcome.NO_ROOM, () -> inner.mapFrames(request, from(0)));
    request.clear().pages(8).where().anywhere().within(0x9000, 0x9007);
    root().mapFrames(request, from(0)).orThrow();
    assertThat(request.firstPage()).isEqualTo(0x9000);
    request.clear().pages(2).where().firstFit().aligned(9);
    root().mapFrames(request, from(9)).orThrow();
    assertThat(request.firstPage() & 511).isZero();
    assertShows(request.firstPage(), 9, Permissions.READ_WRITE);
    assertThat(root().free(AT, 1)).isTrue();
    mapFrames(0, 1, AT);
    assertThat(root().free(AT, 1)).isFalse();
    assertThat(root().mappedPages(AT)).isEqualTo(1);
    assertSound();
  }

  @Test
  void each_refusal_comes_in_its_order_and_changes_nothing() {
    Region dead = region(8, 0x8000);
    dead.destroy().orThrow();
    Region weak = weak();
    Region inner = region(4, 0x8100);
    mapFrames(0, 4, AT);
    MemoryObject object = object(4);
    map(object, 4, 0x7000);
    // Each request is wrong in what is asked later, too.
    MapRequest wrong = request.clear().object(object, 0).pages(0).permissions(8);
    assertRefused(Outcome.DEAD, () -> dead.mapFrames(wrong, from(0)));
    assertRefused(Outcome.INVALID, () -> weak.mapFrames(wrong, from(0)));
    frames(0, AT).permissions(Permissions.ALL);
    assertRefused(Outcome.INVALID, () -> weak.mapFrames(request, from(0)));
    frames(-1, AT).permissions(Permissions.ALL);
    assertRefused(Outcome.INVALID, () -> weak.mapFrames(request, from(0)));
    frames(1, AT).permissions(8);
    assertRefused(Outcome.INVALID, () -> weak.mapFrames(request, from(0)));
    frames(1, AT + 1).where().aligned(1);
    assertRefused(Outcome.INVALID, () -> root().mapFrames(request, from(0)));
    frames(1, AT).permissions(Permissions.READ_WRITE);
    assertRefused(Outcome.EXCEEDS_MAXIMUM, () -> weak.mapFrames(request, from(0)));
    frames(1, AT).permissions(Permissions.READ_WRITE).maximum(Permissions.READ);
    assertRefused(Outcome.EXCEEDS_MAXIMUM, () -> root().mapFrames(request, from(0)));
    frames(1, AT).permissions(Permissions.READ);
    assertRefused(Outcome.OUTSIDE, () -> weak.mapFrames(request, from(0)));
    frames(1L << 51, AT);
    assertRefused(Outcome.OUTSIDE, () -> root().mapFrames(request, from(0)));
    frames(2, AT + 3);
    assertRefused(Outcome.OCCUPIED, () -> root().mapFrames(request, page -> -1));
    frames(2, 0x8100);
    assertRefused(Outcome.OCCUPIED, () -> root().mapFrames(request, page -> -1));
    request.clear().pages(0x10).where().overwrite(0x80F8);
    assertRefused(Outcome.REGION_IN_RANGE, () -> root().mapFrames(request, page -> -1));
    assertThat(request.firstPage()).isEqualTo(-1);
    try (dev.mapwright.core.space.Lease lease = space.lease(0x7000, 1, true).get()) {
      assertThat(lease).isNotNull();
      request.clear().pages(2).where().overwrite(0x6FFF);
      assertRefused(Outcome.LEASED, () -> root().mapFrames(request, page -> -1));
    }
    frames(1, 0x8100);
    assertRefused(Outcome.INVALID, () -> inner.mapFrames(request, page -> -1));
  }

  private Region weak() {
    dev.mapwright.core.space.RegionRequest wanted =
        new dev.mapwright.core.space.RegionRequest().pages(8).capability(Permissions.READ);
    wanted.where().at(0x8200);
    root().allocate(wanted).orThrow();
    return wanted.region();
  }

  @Test
  void a_region_that_is_set_aside_takes_none() {
    RegionRequest range = new RegionRequest().pages(16);
    range.where().at(AT);
    Region reserved = root().reserve(range, 4).get().region();
    assertRefused(Outcome.IN_USE, () -> mapFrames(reserved, 0, 2, AT, Permissions.READ));
    assertRefused(Outcome.IN_USE, () -> reserved.unmap(AT, 1));
    assertRefused(Outcome.IN_USE, () -> reserved.protect(AT, 1, Permissions.READ));
  }

  @Test
  void what_there_are_no_tables_for_is_refused_before_a_frame_is_asked_for() {
    long[] asked = new long[1];
    frames(1L << 33, AT);
    assertRefused(Outcome.OUT_OF_FRAMES, () -> root().mapFrames(request, page -> asked[0]++));
    assertThat(asked[0]).isZero();
  }

  @Test
  void pages_that_the_tables_cannot_translate_are_refused() {
    AddressSpace wide = AddressSpace.create(machine, "wide", 0, Pages.LAST_PAGE).get();
    long end = substrate.lastLowPage();
    for (long[] place : new long[][] {{end, 2}, {end + 1, 1}, {end + 100, 4}, {end - 3, 5}}) {
      frames(place[1], place[0]);
      assertRefused(Outcome.OUTSIDE, () -> wide.root().mapFrames(request, from(0)));
    }
    frames(4, end - 3);
    wide.root().mapFrames(request, from(0)).orThrow();
    cpu.attach(wide);
    assertShows(wide, end, 3, Permissions.READ_WRITE);
    // Moving it there is no way around.
    assertRefused(Outcome.OUTSIDE, () -> wide.root().move(end - 3, 4, end + 1));
    assertRefused(Outcome.OUTSIDE, () -> wide.root().move(end - 2, 1, end + 1));
    assertShows(wide, end - 3, 0, Permissions.READ_WRITE);
    cpu.attach(space);
    wide.close();
    assertThat(holds(3)).isZero();
  }

  @Test
  void permissions_are_raised_and_lowered_for_any_part() {
    mapFrames(0, 9, AT, Permissions.READ);
    int[] sets = {
      Permissions.READ_WRITE,
      Permissions.READ,
      Permissions.NONE,
      Permissions.EXECUTE,
      Permissions.ALL,
      Permissions.NONE,
      Permissions.WRITE,
      Permissions.WRITE | Permissions.EXECUTE,
      Permissions.READ_EXECUTE
    };
    for (int set : sets) {
      root().protect(AT + 3, 3, set).orThrow();
      for (int i = 0; i < 9; i++) {
        assertShows(AT + i, i, i / 3 == 1 ? set : Permissions.READ);
        assertThat(holds(i)).isEqualTo(1);
      }
      assertSound();
    }
    assertThat(space.mappings()).as("they are never merged").isEqualTo(3);
    root().protect(AT, 9, Permissions.NONE).orThrow();
    root().protect(AT + 2, 5, Permissions.READ_WRITE).orThrow();
    for (int i = 0; i < 9; i++) {
      assertShows(AT + i, i, i >= 2 && i < 7 ? Permissions.READ_WRITE : Permissions.NONE);
    }
    assertRefused(Outcome.NOT_MAPPED, () -> root().protect(AT + 8, 2, Permissions.READ));
  }

  @Test
  void it_may_allow_nothing_from_the_start_and_is_mapped_all_the_same() {
    mapFrames(5, 3, AT, Permissions.NONE);
    for (int i = 0; i < 3; i++) {
      assertShows(AT + i, 5 + i, Permissions.NONE);
      assertThat(holds(5 + i)).isEqualTo(1);
    }
    root().protect(AT + 1, 1, Permissions.READ_WRITE).orThrow();
    assertShows(AT + 1, 6, Permissions.READ_WRITE);
    root().unmap(AT, 3).orThrow();
    assertThat(holds(5) + holds(6) + holds(7)).isZero();
    assertThat(space.translation().tables()).as("no table is kept").isEqualTo(1);
  }

  @Test
  void its_maximum_limits_what_is_allowed_later() {
    frames(4, AT).permissions(Permissions.NONE).maximum(Permissions.READ);
    root().mapFrames(request, from(0)).orThrow();
    assertRefused(Outcome.EXCEEDS_MAXIMUM, () -> root().protect(AT + 1, 2, Permissions.READ_WRITE));
    root().protect(AT + 1, 2, Permissions.READ).orThrow();
    assertShows(AT + 2, 2, Permissions.READ);
  }

  @Test
  void any_part_of_it_is_unmapped_and_only_its_frames_are_let_go() {
    mapFrames(0, 12, AT);
    for (long page = AT; page < AT + 12; page++) {
      store(Pages.address(page) + 16, page);
    }
    root().unmap(AT, 2).orThrow();
    root().unmap(AT + 5, 2).orThrow();
    root().unmap(AT + 10, 9).orThrow();
    for (int i = 0; i < 12; i++) {
      boolean left = i >= 2 && i < 5 || i >= 7 && i < 10;
      assertThat(holds(i)).as("frame %d", i).isEqualTo(left ? 1 : 0);
      if (left) {
        assertShows(AT + i, i, Permissions.READ_WRITE);
      } else {
        assertNothingAt(AT + i);
      }
    }
    assertThat(space.mappings()).isEqualTo(2);
    root().unmap(FIRST_PAGE, 0x8000).orThrow();
    assertThat(holds(2)).isZero();
    assertThat(space.translation().tables()).isEqualTo(1);
  }

  @Test
  void a_tag_finds_what_is_left_of_it() {
    frames(6, AT).tag(5);
    root().mapFrames(request, from(0)).orThrow();
    root().protect(AT + 2, 1, Permissions.READ).orThrow();
    root().unmap(AT + 3, 1).orThrow();
    frames(1, AT + 3).tag(6);
    root().mapFrames(request, from(40)).orThrow();
    root().unmapTagged(AT, 6, 5).orThrow();
    assertThat(mappings()).containsExactly(mapping(AT + 3, 1, 0, Permissions.READ_WRITE));
    for (int i = 0; i < 6; i++) {
      assertThat(holds(i)).isZero();
    }
    assertThat(holds(40)).isEqualTo(1);
  }

  @Test
  void other_tags_split_it_and_move_nothing() {
    mapFrames(0, 6, AT);
    mapFrames(6, 2, AT + 6);
    root().retag(AT + 1, 6, tag -> tag + 4).orThrow();
    List<Integer> tags = new ArrayList<>();
    space.forEachMapping(mapping -> tags.add(mapping.tag()));
    assertThat(tags).containsExactly(0, 4, 4, 0);
    root().retag(AT, 8, tag -> 9).orThrow();
    assertThat(space.mappings()).as("they are never merged").isEqualTo(4);
    for (int i = 0; i < 8; i++) {
      assertShows(AT + i, i, Permissions.READ_WRITE);
      assertThat(holds(i)).isEqualTo(1);
    }
  }

  @Test
  void neighbours_that_are_alike_stay_apart() {
    mapFrames(0, 2, AT);
    mapFrames(2, 2, AT + 2);
    root().protect(AT, 4, Permissions.READ).orThrow();
    root().protect(AT, 4, Permissions.READ_WRITE).orThrow();
    assertThat(space.mappings()).isEqualTo(2);
    map(object(2), 2, AT + 4);
    root().protect(AT, 6, Permissions.READ).orThrow();
    assertThat(space.mappings()).isEqualTo(3);
    assertThat(root().mappedPages(AT)).isEqualTo(6);
    assertSound();
  }

  @Test
  void frames_and_objects_replace_each_other() {
    MemoryObject object = object(8);
    map(object, 8, AT);
    for (int i = 0; i < 8; i++) {
      store(Pages.address(AT + i), 7 + i);
    }
    request.clear().pages(4).where().overwrite(AT + 2);
    root().mapFrames(request, from(10)).orThrow();
    for (int i = 0; i < 8; i++) {
      if (i >= 2 && i < 6) {
        assertShows(AT + i, 8 + i, Permissions.READ_WRITE);
      } else {
        assertThat(load(Pages.address(AT + i))).isEqualTo(7 + i);
      }
    }
    request.clear().object(object, 3).pages(2).where().overwrite(AT + 3);
    root().map(request).orThrow();
    assertThat(load(Pages.address(AT + 3))).isEqualTo(10);
    assertThat(load(Pages.address(AT + 4))).isEqualTo(11);
    assertThat(List.of(holds(10), holds(11), holds(12), holds(13))).containsExactly(1, 0, 0, 1);
    request.clear().pages(8).where().overwrite(AT);
    root().mapFrames(request, from(10)).orThrow();
    for (int i = 0; i < 8; i++) {
      assertThat(holds(10 + i)).isEqualTo(1);
    }
    assertThat(object.mappings()).isZero();
    request.clear().pages(8).where().overwrite(AT);
    root().mapFrames(request, from(14)).orThrow();
    assertThat(List.of(holds(10), holds(13), holds(14), holds(21))).containsExactly(0, 0, 1, 1);
    assertShows(AT, 14, Permissions.READ_WRITE);
  }

  @Test
  void replacing_frames_by_themselves_keeps_one_hold() {
    mapFrames(0, 4, AT);
    request.clear().pages(4).where().overwrite(AT);
    root().mapFrames(request, from(0)).orThrow();
    assertThat(holds(0)).isEqualTo(1);
    mapFrames(0, 4, AT + 0x100);
    assertThat(holds(0)).isEqualTo(2);
    request.clear().pages(4).permissions(Permissions.NONE).where().overwrite(AT);
    root().mapFrames(request, page -> run.frameOf(0)).orThrow();
    assertThat(List.of(holds(0), holds(1))).containsExactly(5, 1);
  }

  @Test
  void it_moves_with_its_frames_and_replaces_what_is_there() {
    long to = 0x4_0FFE; // over the border of two lowest tables
    frames(6, AT).permissions(Permissions.READ_EXECUTE).tag(3).cache(CachePolicy.WRITE_COMBINING);
    root().mapFrames(request, from(0)).orThrow();
    root().protect(AT + 2, 1, Permissions.NONE).orThrow();
    mapFrames(30, 3, to + 1);
    MemoryObject object = object(4);
    map(object, 4, to + 4);
    store(Pages.address(to + 5), 9);
    assertThat(load(Pages.address(AT + 1))).isEqualTo(1001);
    root().move(AT + 1, 4, to).orThrow();
    for (int i = 1; i < 5; i++) {
      assertNothingAt(AT + i);
      assertShows(to + i - 1, i, i == 2 ? Permissions.NONE : Permissions.READ_EXECUTE);
      assertThat(holds(i)).isEqualTo(1);
    }
    assertShows(AT, 0, Permissions.READ_EXECUTE);
    assertShows(AT + 5, 5, Permissions.READ_EXECUTE);
    assertThat(holds(30) + holds(31) + holds(32)).isZero();
    assertThat(load(Pages.address(to + 5))).isEqualTo(9);
    assertThat(space.mappingOf(to))
        .isNotNull()
        .satisfies(moved -> {
          assertThat(moved.tag()).isEqualTo(3);
          assertThat(moved.cachePolicy()).isEqualTo(CachePolicy.WRITE_COMBINING);
        });
    assertThat(TranslationEntry.cache(space.translation().entry(to)))
        .isEqualTo(CachePolicy.WRITE_COMBINING);
    assertSound();
  }

  @Test
  void moving_it_without_frames_for_tables_is_refused_whole() {
    mapFrames(0, 4, AT);
    map(object(4), 4, AT + 4);
    store(Pages.address(AT + 5), 55);
    map(object(1), 1, AT - 1);
    store(Pages.address(AT - 1), 1); // there are tables before it, however small
    MemoryObject eater = object(RAM_PAGES);
    eater.commit(0, machine.frames().free()).orThrow();
    assertRefused(Outcome.OUT_OF_FRAMES, () -> root().move(AT + 1, 6, 0x300_0000));
    assertShows(AT + 3, 3, Permissions.READ_WRITE);
    assertThat(load(Pages.address(AT + 5))).isEqualTo(55);
    // Where tables are, it goes.
    root().move(AT + 1, 6, AT - 8).orThrow();
    assertShows(AT - 6, 3, Permissions.READ_WRITE);
    assertThat(load(Pages.address(AT - 4))).isEqualTo(55);
  }

  @Test
  void it_falls_with_its_region() {
    Region outer = region(0x1000, 0x8000);
    Region inner = region(outer, 0x100, 0x8800);
    mapFrames(outer, 0, 2, 0x8000, Permissions.READ_WRITE).orThrow();
    mapFrames(inner, 2, 2, 0x8800, Permissions.NONE).orThrow();
    load(Pages.address(0x8001));
    outer.destroy().orThrow();
    assertThat(holds(0) + holds(1) + holds(2) + holds(3)).isZero();
    assertNothingAt(0x8001);
    assertNothingAt(0x8800);
    assertThat(faultOf(() -> load(Pages.address(0x8001))).toString())
        .contains("removed by the destruction of its region");
    assertThat(space.translation().tables()).isEqualTo(1);
  }

  @Test
  void closing_the_space_lets_its_frames_go() {
    AddressSpace other = AddressSpace.create(machine, "other", 0x1000, 0xFFFFF).get();
    frames(4, 0x1FFE);
    other.root().mapFrames(request, from(0)).orThrow();
    mapFrames(2, 1, AT);
    assertThat(holds(2)).isEqualTo(2);
    other.close();
    assertThat(List.of(holds(0), holds(2), holds(3))).containsExactly(0, 1, 0);
    assertRefused(Outcome.DEAD, () -> other.root().mapFrames(request, from(0)));
  }

  @Test
  void frames_freed_under_it_are_held_back_until_the_last_page_goes() {
    MemoryObject owner = contiguous(2, 0);
    put(owner, 0, 5);
    long pfn = owner.frameOf(0);
    frames(3, AT);
    root().mapFrames(request, page -> pfn).orThrow();
    drop(owner);
    assertThat(machine.frames().owner(pfn)).isEqualTo(FrameOwner.HELD_BACK);
    assertThat(machine.frames().owner(pfn + 1)).isEqualTo(FrameOwner.FREE);
    root().protect(AT, 3, Permissions.NONE).orThrow();
    root().unmap(AT + 1, 2).orThrow();
    assertThat(machine.frames().owner(pfn)).isEqualTo(FrameOwner.HELD_BACK);
    root().protect(AT, 1, Permissions.READ).orThrow();
    assertThat(load(Pages.address(AT))).isEqualTo(5);
    root().unmap(AT, 1).orThrow();
    assertThat(machine.frames().owner(pfn)).isEqualTo(FrameOwner.FREE);
  }

  @Test
  void what_objects_forget_leaves_bare_pages_alone() {
    MemoryObject object = object(8);
    map(object, 8, AT);
    for (int i = 0; i < 8; i++) {
      store(Pages.address(AT + i), 70 + i);
    }
    // The object's view goes on to cover the pages in the middle, which show frames now.
    request.clear().pages(4).where().overwrite(AT + 2);
    root().mapFrames(request, from(0)).orThrow();
    MemoryObject snapshot = keep(object.child(ChildKind.SNAPSHOT, 0, 8).get());
    store(Pages.address(AT), 1); // copies
    put(object, 3, 99);
    object.decommit(0, 8).orThrow();
    object.resize(1).orThrow();
    drop(snapshot);
    machine.failures().failAll();
    for (int i = 2; i < 6; i++) {
      assertShows(AT + i, i - 2, Permissions.READ_WRITE);
    }
    assertThat(machine.failures().asked()).isZero();
    machine.failures().off();
    assertThat(load(Pages.address(AT))).isZero();
    assertLoadFaults(Pages.address(AT + 7), FaultReason.BEYOND_OBJECT);
  }

  @Test
  void no_snapshot_is_taken_while_it_is_there_and_an_older_one_removes_it() {
    MemoryObject object = object(2);
    map(object, 2, AT);
    store(Pages.address(AT), 1);
    try (SpaceSnapshot older = space.snapshot().get()) {
      request.clear().pages(3).where().overwrite(AT + 1);
      root().mapFrames(request, from(0)).orThrow();
      mapFrames(10, 1, 0x7000, Permissions.NONE);
      assertThat(space.snapshot().outcome()).isEqualTo(Outcome.IN_USE);
      assertThat(holds(0)).isEqualTo(1);
      assertThat(older.differences()).isNotEmpty();
      older.restore().orThrow();
      assertThat(older.differences()).isEmpty();
      assertThat(holds(0) + holds(1) + holds(2) + holds(10)).isZero();
      assertNothingAt(AT + 2);
      assertNothingAt(0x7000);
      assertThat(load(Pages.address(AT))).isEqualTo(1);
      assertSound();
    }
    space.snapshot().get().close();
  }

  @Test
  void nothing_of_it_is_leased() {
    mapFrames(0, 2, AT);
    map(object(1), 1, AT + 2);
    assertThat(space.lease(AT, 1, false).outcome()).isEqualTo(Outcome.UNSUPPORTED);
    assertThat(space.lease(AT + 1, 2, true).outcome()).isEqualTo(Outcome.UNSUPPORTED);
    assertThat(space.lease(AT + 2, 1, true).get()).satisfies(lease -> lease.close());
    assertThat(space.openLeases()).isZero();
  }

  private List<Long> dirty(boolean clear) {
    List<Long> pages = new ArrayList<>();
    space
        .collectDirty(
            FIRST_PAGE,
            0x10_0000,
            clear,
            (first, count) -> {
              for (long page = first; page < first + count; page++) {
                pages.add(page);
              }
            })
        .orThrow();
    return pages;
  }

  @Test
  void what_was_written_is_told_once_also_of_pages_that_allow_nothing_since() {
    mapFrames(0, 6, AT);
    store(Pages.address(AT + 5), 1);
    space.trackDirty(true);
    assertThat(dirty(true)).containsExactly(AT + 5);
    store(Pages.address(AT + 1), 1);
    store(Pages.address(AT + 3), 1);
    assertThat(dirty(false)).containsExactly(AT + 1, AT + 3);
    root().protect(AT + 1, 1, Permissions.NONE).orThrow();
    root().protect(AT + 3, 1, Permissions.READ).orThrow();
    assertThat(dirty(true)).containsExactly(AT + 1, AT + 3);
    root().protect(AT, 6, Permissions.READ_WRITE).orThrow();
    assertThat(dirty(false)).isEmpty();
    store(Pages.address(AT + 1), 2);
    store(Pages.address(AT + 2), 2);
    root().move(AT + 1, 1, AT + 0x20).orThrow();
    assertThat(dirty(false)).as("at the new place none counts").containsExactly(AT + 2);
    root().unmap(AT + 2, 1).orThrow();
    mapFrames(2, 1, AT + 2);
    assertThat(dirty(false)).as("a new mapping is not written").isEmpty();
    store(Pages.address(AT + 0x20), 3);
    assertThat(dirty(true)).containsExactly(AT + 0x20);
  }

  @Test
  void a_page_may_show_a_frame_of_any_owner_or_of_none() {
    long pool = machine.frames().allocate(FrameOwner.POOL, 1);
    long free = machine.frames().allocate(FrameOwner.POOL, 2);
    machine.frames().free(free);
    long[] pfns = {pool, free, run.frameOf(0)};
    frames(3, AT).permissions(Permissions.READ);
    root().mapFrames(request, page -> pfns[(int) page]).orThrow();
    for (int i = 0; i < 3; i++) {
      assertThat(space.translate(Pages.address(AT + i), Access.READ).pfn()).isEqualTo(pfns[i]);
      assertThat(machine.frames().holds(pfns[i])).isEqualTo(1);
    }
    assertSound();
    root().unmap(AT, 3).orThrow();
    machine.frames().free(pool);
  }
}
