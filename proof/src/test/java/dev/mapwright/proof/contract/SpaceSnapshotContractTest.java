package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.core.space.SpaceSnapshot;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The state of a whole space: noted, compared with, gone back to. */
@OnEverySubstrate
class SpaceSnapshotContractTest extends Contract {
  private final MemoryObject object = object(8);
  private final MemoryObject other = object(8);
  private final MemoryObject run = contiguous(4, 0);
  private final MemoryObject frames =
      keep(MemoryObject.physical(machine, run.frameOf(0), 2, CachePolicy.UNCACHED).get());
  private final Region region = region(0x100, 0x3000);

  SpaceSnapshotContractTest(Substrate substrate) {
    super(substrate);
    map(object, 1, 6, 0x2000);
    of(other, 8).tag(3).maximum(Permissions.READ_WRITE).where().at(0x3010);
    region.map(request).orThrow();
    map(run, 4, 0x2100);
    map(frames, 2, 0x2200);
    for (int i = 0; i < 6; i++) {
      store(Pages.address(0x2000 + i), 20 + i);
    }
    store(Pages.address(0x2101), 31);
    root().protect(0x2002, 1, Permissions.READ).orThrow();
  }

  /** Changes everything that can be changed. */
  private void disturb() {
    store(Pages.address(0x2000), -1);
    put(object, 7, -1);
    root().unmap(0x2003, 2).orThrow();
    root().protect(0x2005, 1, Permissions.NONE).orThrow();
    store(Pages.address(0x2101), -1);
    run.decommit(2, 1).orThrow();
    object.resize(5).orThrow();
    other.commit(0, 8).orThrow();
    region.destroy().orThrow();
    root().unmap(0x2200, 1).orThrow();
    Region fresh = region(0x10, 0x3000);
    of(other, 1).where().at(0x3001);
    fresh.map(request).orThrow();
  }

  private void assertAsBefore() {
    for (int i = 0; i < 6; i++) {
      assertThat(load(Pages.address(0x2000 + i))).isEqualTo(20 + i);
    }
    assertThat(load(Pages.address(0x2101))).isEqualTo(31);
    assertThat(load(Pages.address(0x2102))).isZero();
    assertThat(load(Pages.address(0x2201))).isEqualTo(31);
    assertThat(load(Pages.address(0x3010))).isZero();
    assertThat(get(object, 7)).isZero();
    assertStoreFaults(Pages.address(0x2002), FaultReason.DENIED);
    assertThat(region.live()).isTrue();
    assertThat(region.parent()).isSameAs(root());
    assertThat(space.mappings()).isEqualTo(6);
    assertThat(space.mappingOf(0x3011))
        .isNotNull()
        .satisfies(mapping -> {
          assertThat(mapping.region()).isSameAs(region);
          assertThat(mapping.tag()).isEqualTo(3);
          assertThat(mapping.maximum()).isEqualTo(Permissions.READ_WRITE);
        });
    assertThat(machine.frames().holds(run.frameOf(0))).isEqualTo(1);
    assertThat(object.mappings()).isEqualTo(3);
  }

  @Test
  void restoring_brings_regions_mappings_and_contents_back_twice() {
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      assertThat(snapshot.differences()).isEmpty();
      assertAsBefore();
      for (int round = 0; round < 2; round++) {
        disturb();
        assertThat(region.live()).isFalse();
        assertThat(snapshot.differences()).isNotEmpty();
        assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
        assertThat(snapshot.differences()).isEmpty();
        assertAsBefore();
        assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
        assertAsBefore();
      }
      // What was restored can be used like anything else.
      assertThat(region.unmap(0x3012, 1)).isEqualTo(Outcome.OK);
      RegionRequest inner = new RegionRequest().pages(4);
      assertThat(region.allocate(inner)).isEqualTo(Outcome.OK);
      assertThat(region.destroy()).isEqualTo(Outcome.OK);
    }
  }

  @Test
  void taking_a_snapshot_changes_nothing_that_can_be_seen() {
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      assertAsBefore();
      store(Pages.address(0x2000), 5);
      assertThat(load(Pages.address(0x2000))).isEqualTo(5);
      assertThat(get(object, 1)).isEqualTo(5);
      assertThat(snapshot.differences())
          .singleElement()
          .asString()
          .contains("page 1 of object " + object.number());
    }
  }

  @Test
  void several_snapshots_are_gone_back_to_in_any_order() {
    SpaceSnapshot first = space.snapshot().get();
    store(Pages.address(0x2000), 1);
    SpaceSnapshot second = space.snapshot().get();
    store(Pages.address(0x2000), 2);
    store(Pages.address(0x2001), 2);
    SpaceSnapshot third = space.snapshot().get();
    SpaceSnapshot[] all = {first, second, third};
    long[][] expected = {{20, 21}, {1, 21}, {2, 2}};
    for (int which : new int[] {0, 1, 0, 2, 1, 2, 0, 0, 2}) {
      assertThat(all[which].restore()).isEqualTo(Outcome.OK);
      assertThat(load(Pages.address(0x2000))).isEqualTo(expected[which][0]);
      assertThat(load(Pages.address(0x2001))).isEqualTo(expected[which][1]);
      for (int other = 0; other < 3; other++) {
        assertThat(all[other].differences()).hasSize(other == which ? 0 : pagesApart(other, which));
      }
      store(Pages.address(0x2001), 99);
    }
    for (SpaceSnapshot snapshot : all) {
      snapshot.close();
    }
  }

  /** In how many of the two pages two of the three snapshots differ. */
  private static int pagesApart(int one, int other) {
    return one + other == 1 ? 1 : 2 - (one == 2 || other == 2 ? 0 : 1);
  }

  @Test
  void a_destroyed_root_comes_back() {
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      root().destroy().orThrow();
      assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
      assertAsBefore();
      assertThat(root().live()).isTrue();
    }
  }

  @Test
  void a_deep_tree_comes_back_without_recursion() {
    Region at = region;
    for (int depth = 0; depth < 0x80; depth++) {
      RegionRequest wanted = new RegionRequest().pages(at.pages() - 1);
      wanted.where().at(at.firstPage() + (depth < 0x18 ? 0 : 1) + (depth == 0 ? 0x18 : 0));
      if (at.allocate(wanted) != Outcome.OK) {
        wanted.pages(at.pages() / 2).where().anywhere();
        if (at.allocate(wanted) != Outcome.OK) {
          break;
        }
      }
      at = wanted.region();
    }
    Region deepest = at;
    assertThat(deepest).isNotSameAs(region);
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      region.destroy().orThrow();
      assertThat(deepest.live()).isFalse();
      assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
      assertThat(deepest.live()).isTrue();
      assertThat(snapshot.differences()).isEmpty();
    }
  }

  @Test
  void what_stands_against_it_is_refused_without_a_change() {
    SpaceSnapshot snapshot = space.snapshot().get();
    disturb();
    try (var lease = space.lease(0x2000, 1, true).get()) {
      assertRefused(Outcome.LEASED, snapshot::restore);
      assertThat(space.snapshot().outcome()).isEqualTo(Outcome.PINNED);
      assertThat(lease.firstPage()).isEqualTo(0x2000);
    }
    other.pin(0, 1).orThrow();
    assertRefused(Outcome.PINNED, snapshot::restore);
    other.unpin(0, 1);
    Reservation reservation = root().reserve(new RegionRequest().pages(4), 1).get();
    assertRefused(Outcome.IN_USE, snapshot::restore);
    assertThat(space.snapshot().outcome()).isEqualTo(Outcome.IN_USE);
    reservation.release().orThrow();
    assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
    assertAsBefore();
    snapshot.close();
    snapshot.close();
    assertRefused(Outcome.DEAD, snapshot::restore);
  }

  @Test
  void restoring_is_all_or_nothing_when_frames_run_out() {
    MemoryObject second = contiguous(4, 0);
    map(second, 4, 0x2300);
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      disturb();
      store(Pages.address(0x2300), -1);
      run.resize(0).orThrow();
      second.resize(0).orThrow();
      MemoryObject eater = object(RAM_PAGES);
      eater.commit(0, machine.frames().free() - 5).orThrow();
      // Five frames are enough for one of the two objects only.
      assertRefused(Outcome.OUT_OF_FRAMES, snapshot::restore);
      drop(eater);
      assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
      assertThat(load(Pages.address(0x2300))).isZero();
      assertThat(run.frameOf(0)).isNotEqualTo(Frames.NONE);
      assertThat(load(Pages.address(0x2101))).isEqualTo(31);
    }
  }

  @Test
  void restoring_is_all_or_nothing_also_where_one_object_is_the_last_to_leave_anothers_pages() {
    for (int round = 0; round < 10; round++) {
      MemoryObject object = object(4);
      put(object, 0, 1);
      MemoryObject fork = snapshot(object, 4);
      MemoryObject stays = (round & 1) == 0 ? object : fork;
      MemoryObject leaves = stays == object ? fork : object;
      // Both have been away from the pages that they share, as objects of no pages.
      MemoryObject back = snapshot(stays, 4);
      stays.resize(0).orThrow();
      MemoryObject away = snapshot(stays, 0);
      stays.revertTo(back).orThrow();
      drop(back);
      back = snapshot(leaves, 4);
      leaves.resize(0).orThrow();
      map(stays, 4, 0x4000);
      map(leaves, 4, 0x4010);
      SpaceSnapshot snapshot = space.snapshot().get();
      leaves.revertTo(back).orThrow();
      drop(back);
      stays.revertTo(away).orThrow();

      machine.failures().failNth(1 + round / 2, EnumSet.of(AllocationPoint.OBJECT));
      Outcome outcome = snapshot.restore();
      machine.failures().off();
      assertThat(outcome).isIn(Outcome.OK, Outcome.OUT_OF_RECORDS);
      assertThat(List.of(stays.pages(), leaves.pages()))
          .isEqualTo(outcome == Outcome.OK ? List.of(4L, 0L) : List.of(0L, 4L));
      assertThat(get(outcome == Outcome.OK ? stays : leaves, 0)).isEqualTo(1);
      assertThat(Invariants.violations(machine)).isEmpty();
      snapshot.close();
      root().unmap(0x4000, 0x20).orThrow();
    }
  }

  @Test
  void a_snapshot_of_the_space_that_is_refused_leaves_live_views_as_they_were() {
    put(other, 7, 77);
    for (int nth = 1; ; nth++) {
      MemoryObject view = keep(other.child(ChildKind.LIVE_VIEW, 0, 4).get());
      MemoryObject last = contiguous(4, 0);
      map(view, 8, 0x4000);
      map(last, 4, 0x4010);
      boolean pinned = nth == 1;
      if (pinned) {
        object.pin(7, 1).orThrow();
      } else {
        machine.failures().failNth(nth - 1);
      }
      var made = space.snapshot();
      machine.failures().off();
      if (pinned) {
        assertThat(made.outcome()).isEqualTo(Outcome.PINNED);
        object.unpin(7, 1);
      }
      view.resize(8).orThrow();
      assertThat(get(view, 7))
          .as("after " + made.outcome())
          .isEqualTo(made.made() == null ? 77 : 0);
      root().unmap(0x4000, 0x20).orThrow();
      if (made.made() != null) {
        made.get().close();
        assertThat(nth).isGreaterThan(6);
        return;
      }
    }
  }

  @Test
  void a_run_that_was_made_large_goes_back_to_the_pages_that_it_had() {
    run.resize(1L << 40).orThrow();
    run.decommit(3, 1).orThrow();
    put(run, 1L << 39, 39);
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      for (int round = 0; round < 2; round++) {
        put(run, 3, 3);
        put(run, 1L << 38, 38);
        put(run, 1, -1);
        run.decommit(1L << 39, 1).orThrow();
        run.resize(round == 0 ? 1L << 50 : 2).orThrow();
        assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
        assertThat(snapshot.differences()).isEmpty();
        assertThat(run.pages()).isEqualTo(1L << 40);
        assertThat(run.committedPages()).isEqualTo(4);
        assertThat(List.of(get(run, 1), get(run, 3), get(run, 1L << 38), get(run, 1L << 39)))
            .containsExactly(31L, 0L, 0L, 39L);
      }
      put(run, 1L << 38, 38);
      assertThat(snapshot.differences()).hasSize(1);
      MemoryObject eater = object(RAM_PAGES);
      run.decommit(0, 3).orThrow();
      eater.commit(0, machine.frames().free() - 2).orThrow();
      assertRefused(Outcome.OUT_OF_FRAMES, snapshot::restore);
      drop(eater);
    }
  }

  private MemoryObject snapshot(MemoryObject object, long pages) {
    return keep(object.child(ChildKind.SNAPSHOT, 0, pages).get());
  }

  @Test
  void pages_that_a_smaller_size_took_away_are_differences() {
    MemoryObject file =
        keep(
            MemoryObject.paged(
                    machine,
                    4,
                    (page, frame) -> {
                      frame.fill((byte) page);
                      return true;
                    })
                .get());
    map(file, 4, 0x4000);
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      object.resize(3).orThrow();
      object.resize(8).orThrow();
      file.resize(1).orThrow();
      file.resize(4).orThrow();
      assertThat(get(object, 3)).isZero();
      assertThat(snapshot.differences())
          .containsExactlyInAnyOrder(
              difference(object, 3),
              difference(object, 4),
              difference(object, 5),
              difference(object, 6),
              difference(file, 1),
              difference(file, 2),
              difference(file, 3));
      try (SpaceSnapshot later = space.snapshot().get()) {
        assertThat(snapshot.differences()).hasSize(7);
        put(object, 3, 1);
        assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
        assertThat(snapshot.differences()).isEmpty();
        assertThat(later.differences()).hasSize(7);
      }
      assertThat(List.of(get(object, 3), get(object, 7), get(file, 3)))
          .containsExactly(22L, 0L, 0x0303030303030303L);
    }
  }

  private static String difference(MemoryObject object, int page) {
    return "page " + page + " of object " + object.number() + " has other contents";
  }

  @Test
  void a_page_that_can_not_be_read_is_not_taken_for_the_same() {
    boolean[] broken = new boolean[1];
    MemoryObject file =
        keep(
            MemoryObject.paged(
                    machine,
                    4,
                    (page, frame) -> {
                      frame.fill((byte) 7);
                      return !broken[0];
                    })
                .get());
    map(file, 4, 0x4000);
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      put(file, 0, 1);
      file.resize(1).orThrow();
      file.resize(4).orThrow();
      put(file, 0, 0x0707070707070707L);
      broken[0] = true;
      assertThat(snapshot.differences())
          .hasSize(4)
          .allSatisfy(line -> assertThat(line).contains("SOURCE_FAILED"));
    }
  }

  @Test
  void a_snapshot_of_a_closed_space_is_refused() {
    space.close();
    assertThat(space.snapshot().outcome()).isEqualTo(Outcome.DEAD);
  }
}
