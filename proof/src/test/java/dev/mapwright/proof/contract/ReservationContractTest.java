package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import org.junit.jupiter.api.Test;

/** Ranges in which mapping acquires nothing. */
@OnEverySubstrate
class ReservationContractTest extends Contract {
  private static final long PAGES = 1500;
  private final MemoryObject run = contiguous(70, 0);
  private final RegionRequest range = new RegionRequest().pages(PAGES);

  ReservationContractTest(Substrate substrate) {
    super(substrate);
    for (int i = 0; i < 70; i++) {
      put(run, i, 100 + i);
    }
  }

  private Reservation reserve(int mappings) {
    range.where().at(0x2F00);
    return root().reserve(range, mappings).get();
  }

  private Outcome map(Reservation reservation, long first, long pages, int permissions) {
    return reservation.map(first, pages, run::frameOf, permissions, CachePolicy.CACHED);
  }

  @Test
  void mapping_and_unmapping_100_000_times_acquires_nothing_and_never_fails() {
    Reservation reservation = reserve(3);
    MemoryObject eater = object(RAM_PAGES);
    eater.commit(0, machine.frames().free()).orThrow();
    long bytes = space.recordBytes();
    long tables = space.translation().tables();
    machine.failures().failAll();
    for (int round = 0; round < 100_000; round++) {
      long pages = 1L + round % 3;
      long at = 0x2F00 + round * 7L % (PAGES - 70);
      boolean many = round % 1000 == 0;
      assertThat(map(reservation, at, many ? 70 : pages, Permissions.READ_WRITE))
          .isEqualTo(Outcome.OK);
      if (round % 16 == 0) {
        assertThat(load(Pages.address(at))).isEqualTo(100);
        store(Pages.address(at) + 8, round);
      }
      assertThat(reservation.unmap(at)).isEqualTo(Outcome.OK);
    }
    assertThat(machine.failures().asked()).isZero();
    assertThat(space.recordBytes()).isEqualTo(bytes);
    assertThat(space.translation().tables()).isEqualTo(tables);
    assertThat(machine.frames().free()).isZero();
    machine.failures().off();
    drop(eater);
    assertThat(reservation.release()).isEqualTo(Outcome.OK);
    assertThat(space.translation().tables()).isEqualTo(1);
  }

  @Test
  void every_entry_exists_at_once_with_its_permissions_and_its_hold() {
    Reservation reservation = reserve(2);
    assertThat(map(reservation, 0x2F10, 4, Permissions.READ)).isEqualTo(Outcome.OK);
    for (int i = 0; i < 4; i++) {
      long address = Pages.address(0x2F10 + i);
      assertThat(space.translation().entry(0x2F10 + i)).isNotZero();
      assertThat(load(address)).isEqualTo(100 + i);
      assertStoreFaults(address, FaultReason.DENIED);
      assertThat(machine.frames().holds(run.frameOf(i))).isEqualTo(1);
      assertThat(space.translate(address, Access.READ).pfn()).isEqualTo(run.frameOf(i));
    }
    assertThat(reservation.mappings()).isEqualTo(1);
    assertThat(space.mappingOf(0x2F12))
        .isNotNull()
        .satisfies(mapping -> assertThat(mapping.object()).isNull());
    assertThat(reservation.unmap(0x2F10)).isEqualTo(Outcome.OK);
    assertLoadFaults(Pages.address(0x2F10), FaultReason.UNMAPPED);
    assertThat(machine.frames().holds(run.frameOf(0))).isZero();
  }

  @Test
  void an_object_that_was_mapped_there_before_takes_nothing_away() {
    MemoryObject before = object(10);
    map(before, 10, 0x2EFB);
    for (int page = 0; page < 10; page++) {
      store(Pages.address(0x2EFB + page), page);
    }
    root().unmap(0x2F00, 5).orThrow(); // the first half stays mapped
    Reservation reservation = reserve(1);
    map(reservation, 0x2F00, 5, Permissions.READ_WRITE).orThrow();
    store(Pages.address(0x2F01), 77);
    before.decommit(0, 10).orThrow();
    assertThat(space.translate(Pages.address(0x2F01), Access.READ).pfn()).isEqualTo(run.frameOf(1));
    assertThat(load(Pages.address(0x2F01))).isEqualTo(77);
    machine.failures().failAll();
    store(Pages.address(0x2F04), 78);
    machine.failures().off();
    before.decommit(0, 10).orThrow();
    reservation.unmap(0x2F00).orThrow();
    assertThat(machine.frames().holds(run.frameOf(0))).isZero();
    assertThat(get(run, 4)).isEqualTo(78);
  }

  @Test
  void only_the_documented_refusals_exist() {
    Reservation reservation = reserve(2);
    map(reservation, 0x2F00, 4, Permissions.READ_WRITE).orThrow();
    assertRefused(Outcome.OCCUPIED, () -> map(reservation, 0x2F03, 2, Permissions.READ));
    assertRefused(Outcome.OUTSIDE, () -> map(reservation, 0x2EFF, 1, Permissions.READ));
    assertRefused(Outcome.OUTSIDE, () -> map(reservation, 0x2F00 + PAGES - 1, 2, Permissions.READ));
    assertRefused(
        Outcome.OUTSIDE, () -> map(reservation, 0x2F00, Long.MAX_VALUE, Permissions.READ));
    assertRefused(Outcome.INVALID, () -> map(reservation, 0x2F10, 0, Permissions.READ));
    assertRefused(Outcome.INVALID, () -> map(reservation, 0x2F10, 1, Permissions.NONE));
    assertRefused(Outcome.INVALID, () -> map(reservation, 0x2F10, 1, 8));
    assertRefused(Outcome.NOT_MAPPED, () -> reservation.unmap(0x2F01));
    assertRefused(Outcome.NOT_MAPPED, () -> reservation.unmap(0x1000));
    assertRefused(Outcome.NOT_MAPPED, () -> reservation.unmap(-1));
    for (long pfn : new long[] {-1, Frames.LAST_PFN + 1, Long.MIN_VALUE}) {
      assertRefused(
          Outcome.INVALID,
          () -> reservation.map(0x2F10, 2, i -> pfn + i, Permissions.READ, CachePolicy.CACHED));
    }
    map(reservation, 0x2F10, 1, Permissions.READ).orThrow();
    assertRefused(Outcome.IN_USE, () -> map(reservation, 0x2F20, 1, Permissions.READ));
    assertThat(reservation.unmap(0x2F10)).isEqualTo(Outcome.OK);
    assertThat(map(reservation, 0x2F20, 1, Permissions.READ)).isEqualTo(Outcome.OK);
    assertThat(reservation.mostMappings()).isEqualTo(2);
  }

  @Test
  void the_capability_of_the_range_is_kept() {
    range.capability(Permissions.READ).where().at(0x2F00);
    Reservation reservation = root().reserve(range, 1).get();
    assertRefused(
        Outcome.EXCEEDS_MAXIMUM, () -> map(reservation, 0x2F00, 1, Permissions.READ_WRITE));
    assertThat(map(reservation, 0x2F00, 1, Permissions.READ)).isEqualTo(Outcome.OK);
  }

  @Test
  void the_range_cannot_be_changed_in_any_other_way() {
    Reservation reservation = reserve(2);
    Region region = reservation.region();
    map(reservation, 0x2F00, 4, Permissions.READ_WRITE).orThrow();
    MemoryObject object = object(1);
    of(object, 1).where().at(0x2F20);
    assertRefused(Outcome.IN_USE, () -> region.map(request));
    assertRefused(Outcome.IN_USE, () -> region.unmap(0x2F00, 4));
    assertRefused(Outcome.IN_USE, () -> region.protect(0x2F00, 4, Permissions.READ));
    assertRefused(Outcome.IN_USE, () -> region.allocate(new RegionRequest().pages(1)));
    assertRefused(Outcome.REGION_CUT, () -> root().unmap(0x2F00, 4));
    of(object, 1).where().overwrite(0x2F00);
    assertRefused(Outcome.REGION_IN_RANGE, () -> root().map(request));
    assertThat(space.lease(0x2F00, 1, false).outcome()).isEqualTo(Outcome.UNSUPPORTED);
  }

  @Test
  void releasing_gives_everything_back_and_ends_it() {
    long tables = space.translation().tables();
    Reservation reservation = reserve(2);
    assertThat(space.translation().tables()).isGreaterThan(tables);
    map(reservation, 0x2F00, 70, Permissions.READ_WRITE).orThrow();
    map(reservation, 0x2F50, 1, Permissions.READ_WRITE).orThrow();
    load(Pages.address(0x2F00));
    assertThat(reservation.release()).isEqualTo(Outcome.OK);
    assertThat(space.mappings()).isZero();
    assertThat(space.translation().tables()).isEqualTo(tables);
    assertThat(machine.frames().holds(run.frameOf(0))).isZero();
    assertThat(reservation.release()).isEqualTo(Outcome.DEAD);
    assertThat(map(reservation, 0x2F00, 1, Permissions.READ)).isEqualTo(Outcome.DEAD);
    assertThat(reservation.unmap(0x2F00)).isEqualTo(Outcome.DEAD);
    assertLoadFaults(Pages.address(0x2F00), FaultReason.UNMAPPED);
  }

  @Test
  void the_death_of_a_region_around_it_releases_it() {
    Region outer = region(0x4000, 0x8000);
    RegionRequest inner = new RegionRequest().pages(10);
    Reservation reservation = outer.reserve(inner, 4).get();
    long first = reservation.region().firstPage();
    map(reservation, first + 1, 3, Permissions.READ_WRITE).orThrow();
    assertThat(root().unmap(0x8000, 0x4000)).isEqualTo(Outcome.OK);
    assertThat(reservation.region().live()).isFalse();
    assertThat(map(reservation, first, 1, Permissions.READ)).isEqualTo(Outcome.DEAD);
    assertThat(machine.frames().holds(run.frameOf(0))).isZero();
    assertThat(space.mappings()).isZero();
  }

  @Test
  void frames_freed_under_a_reserved_mapping_are_held_back() {
    Reservation reservation = reserve(1);
    MemoryObject owner = contiguous(1, 0);
    long pfn = owner.frameOf(0);
    put(owner, 0, 9);
    reservation.map(0x2F00, 1, page -> pfn, Permissions.READ_WRITE, CachePolicy.UNCACHED).orThrow();
    drop(owner);
    assertThat(machine.frames().owner(pfn)).isEqualTo(FrameOwner.HELD_BACK);
    assertThat(load(Pages.address(0x2F00))).isEqualTo(9);
    reservation.unmap(0x2F00).orThrow();
    assertThat(machine.frames().owner(pfn)).isEqualTo(FrameOwner.FREE);
  }

  @Test
  void one_that_cannot_be_had_is_refused_before_it_takes_anything() {
    assertRefused(Outcome.INVALID, () -> root().reserve(range, 0).outcome());
    assertRefused(Outcome.INVALID, () -> root().reserve(range, (int) PAGES + 1).outcome());
    RegionRequest terabytes = new RegionRequest().pages(1L << 33);
    assertRefused(Outcome.OUT_OF_FRAMES, () -> root().reserve(terabytes, 1).outcome());
    MemoryObject eater = object(RAM_PAGES);
    eater.commit(0, machine.frames().free() - 2).orThrow();
    range.where().at(0x2F00);
    assertRefused(Outcome.OUT_OF_FRAMES, () -> root().reserve(range, 1).outcome());
    assertThat(machine.frames().free()).isEqualTo(2);
    drop(eater);
    assertThat(root().reserve(range, 1).outcome()).isEqualTo(Outcome.OK);
  }

  @Test
  void two_reservations_may_share_tables_and_die_in_any_order() {
    RegionRequest small = new RegionRequest().pages(3);
    small.where().at(0x3000);
    Reservation one = root().reserve(small, 3).get();
    small.where().at(0x3003);
    Reservation two = root().reserve(small, 3).get();
    map(two, 0x3003, 3, Permissions.READ_WRITE).orThrow();
    one.release().orThrow();
    machine.failures().failAll();
    two.unmap(0x3003).orThrow();
    map(two, 0x3004, 1, Permissions.READ_WRITE).orThrow();
    assertThat(machine.failures().asked()).isZero();
    machine.failures().off();
    assertThat(load(Pages.address(0x3004))).isEqualTo(100);
    two.release().orThrow();
    assertThat(space.translation().tables()).isEqualTo(1);
  }

  @Test
  void ordinary_mappings_around_it_do_not_take_its_tables_away() {
    Reservation reservation = reserve(1);
    MemoryObject object = object(0x400);
    map(object, 0, 0x100, 0x2E00);
    store(Pages.address(0x2E80), 1);
    root().unmap(0x2E00, 0x100).orThrow();
    machine.failures().failAll();
    assertThat(map(reservation, 0x2F00, 1, Permissions.READ_WRITE)).isEqualTo(Outcome.OK);
    assertThat(machine.failures().asked()).isZero();
    machine.failures().off();
    assertThat(load(Pages.address(0x2F00))).isEqualTo(100);
  }
}
