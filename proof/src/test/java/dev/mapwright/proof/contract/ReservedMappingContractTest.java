package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Fault;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.StateImage;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MappingInfo;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.core.space.SpaceSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A reservation's mappings, as they change and as everybody sees them. */
@OnEverySubstrate
class ReservedMappingContractTest extends FrameMappingStage {
  ReservedMappingContractTest(Substrate substrate) {
    super(substrate);
  }

  private Reservation reserve(Region region, long pages, long at, int mappings) {
    RegionRequest range = new RegionRequest().pages(pages);
    range.where().at(at);
    return region.reserve(range, mappings).get();
  }

  private Reservation reserve(long pages, long at) {
    return reserve(root(), pages, at, (int) pages);
  }

  private void map(Reservation reservation, long frame, long pages, long at) {
    reservation.map(at, pages, from(frame), Permissions.READ_WRITE, CachePolicy.CACHED).orThrow();
  }

  @Test
  void protecting_raises_lowers_and_takes_everything_and_acquires_nothing() {
    Reservation reservation = reserve(20, AT);
    map(reservation, 0, 3, AT + 1);
    map(reservation, 3, 2, AT + 4); // its neighbour
    machine.failures().failAll();
    int[] sets = {
      Permissions.READ,
      Permissions.NONE,
      Permissions.ALL,
      Permissions.EXECUTE,
      Permissions.NONE,
      Permissions.WRITE,
      Permissions.READ_EXECUTE,
      Permissions.READ_WRITE
    };
    for (int set : sets) {
      reservation.protect(AT + 1, set).orThrow();
      for (int i = 0; i < 5; i++) {
        assertShows(AT + 1 + i, i, i < 3 ? set : Permissions.READ_WRITE);
        assertThat(holds(i)).isEqualTo(1);
      }
      assertSound();
    }
    reservation.protect(AT + 4, Permissions.NONE).orThrow();
    reservation.unmap(AT + 4).orThrow();
    assertNothingAt(AT + 4);
    assertThat(holds(3) + holds(4)).isZero();
    map(reservation, 9, 1, AT + 4);
    assertShows(AT + 4, 9, Permissions.READ_WRITE);
    assertThat(machine.failures().asked()).isZero();
  }

  @Test
  void protecting_is_refused_in_its_order() {
    RegionRequest range = new RegionRequest().pages(8).capability(Permissions.READ);
    range.where().at(AT);
    Reservation reservation = root().reserve(range, 8).get();
    reservation.map(AT + 2, 3, from(0), Permissions.READ, CachePolicy.CACHED).orThrow();
    assertRefused(Outcome.INVALID, () -> reservation.protect(AT + 3, 8));
    assertRefused(Outcome.NOT_MAPPED, () -> reservation.protect(AT + 3, Permissions.READ_WRITE));
    assertRefused(Outcome.NOT_MAPPED, () -> reservation.protect(AT - 1, Permissions.NONE));
    assertRefused(Outcome.NOT_MAPPED, () -> reservation.protect(AT + 8, Permissions.NONE));
    assertRefused(Outcome.NOT_MAPPED, () -> reservation.protect(-1, Permissions.NONE));
    assertRefused(Outcome.NOT_MAPPED, () -> reservation.protect(Long.MAX_VALUE, 0));
    assertRefused(
        Outcome.EXCEEDS_MAXIMUM, () -> reservation.protect(AT + 2, Permissions.READ_WRITE));
    reservation.release().orThrow();
    assertRefused(Outcome.DEAD, () -> reservation.protect(AT + 2, 8));
  }

  @Test
  void its_events_are_its_own_and_say_what_happened() {
    Reservation reservation = reserve(8, AT);
    int before = space.events().size();
    map(reservation, 5, 2, AT + 1);
    reservation.protect(AT + 1, Permissions.READ).orThrow();
    reservation.unmap(AT + 1).orThrow();
    List<Event> events = reservation.events();
    assertThat(events)
        .extracting(Event::kind)
        .containsExactly(EventKind.FRAMES_MAPPED, EventKind.PROTECTED, EventKind.UNMAPPED);
    assertThat(events).allMatch(event -> event.firstPage() == AT + 1 && event.pages() == 2);
    assertThat(events.get(1).detail1()).isEqualTo(Permissions.READ);
    assertThat(events.get(1).detail2()).isEqualTo(Permissions.READ_WRITE);
    assertThat(events.get(2).detail1()).isEqualTo(Permissions.READ);
    assertThat(space.events()).hasSize(before);
    for (int i = 0; i < 100; i++) {
      map(reservation, 0, 1, AT);
      reservation.unmap(AT).orThrow();
    }
    assertThat(reservation.events())
        .hasSizeBetween(2, 16)
        .last()
        .satisfies(last -> {
          assertThat(last.sequence()).isEqualTo(203);
          assertThat(last.kind()).isEqualTo(EventKind.UNMAPPED);
        });
  }

  private Fault.Trace traceAt(long page) {
    Fault.Trace trace = faultOf(() -> store(Pages.address(page), 1)).mapping();
    assertThat(trace).isNotNull();
    return Objects.requireNonNull(trace);
  }

  @Test
  void a_fault_knows_the_mapping_that_is_there_or_who_removed_it() {
    Reservation reservation = reserve(16, AT);
    map(reservation, 0, 4, AT);
    reservation.protect(AT, Permissions.READ).orThrow();
    assertThat(traceAt(AT + 2))
        .isEqualTo(new Fault.Trace(AT, AT + 3, Permissions.READ, true, 0, null));
    reservation.unmap(AT).orThrow();
    assertThat(traceAt(AT + 2))
        .isEqualTo(
            new Fault.Trace(AT, AT + 3, Permissions.READ, false, 3, EventKind.UNMAPPED.words()));
    map(reservation, 0, 2, AT + 2);
    assertThat(traceAt(AT + 1).removedHow()).isEqualTo(EventKind.UNMAPPED.words());
    reservation.release().orThrow();
    Fault fault = faultOf(() -> load(Pages.address(AT + 2)));
    assertThat(fault.reason()).isEqualTo(FaultReason.UNMAPPED);
  }

  /** Everything that can be asked about mappings, of a space with three kinds of them. */
  @Test
  void whoever_asks_finds_them_in_their_place_among_the_others() {
    MemoryObject object = object(4);
    map(object, 4, AT - 4);
    Region inner = region(0x40, AT);
    Reservation one = reserve(inner, 0x10, AT, 0x10);
    mapFrames(inner, 40, 4, AT + 0x10, Permissions.READ).orThrow();
    Reservation two = reserve(inner, 0x10, AT + 0x18, 0x10);
    map(one, 0, 2, AT);
    map(one, 2, 1, AT + 2);
    one.map(AT + 8, 8, from(8), Permissions.READ, CachePolicy.UNCACHED).orThrow();
    map(two, 20, 0x10, AT + 0x18);
    List<Long> firsts = new ArrayList<>();
    space.forEachMapping(mapping -> firsts.add(mapping.firstPage() - AT));
    assertThat(firsts).containsExactly(-4L, 0L, 2L, 8L, 0x10L, 0x18L);
    assertThat(space.mappings()).isEqualTo(6);
    assertThat(one.mappings()).isEqualTo(3);
    assertThat(two.mappings()).isEqualTo(1);
    assertThat(space.mappingOf(AT + 9))
        .isEqualTo(
            new MappingInfo(
                AT + 8,
                AT + 15,
                null,
                0,
                Permissions.READ,
                Permissions.ALL,
                CachePolicy.UNCACHED,
                one.region(),
                0));
    assertThat(space.mappingOf(AT + 3)).isNull();
    assertThat(first(AT + 3, AT + 7)).isEqualTo(-1);
    assertThat(first(AT + 3, AT + 8)).isEqualTo(8);
    assertThat(first(AT + 9, AT + 0x40)).isEqualTo(8);
    assertThat(first(AT + 0x10, AT + 0x40)).isEqualTo(0x10);
    assertThat(first(AT + 0x14, AT + 0x40)).isEqualTo(0x18);
    assertThat(first(FIRST_PAGE, LAST_PAGE)).isEqualTo(-4);
    List<Long> children = new ArrayList<>();
    one.region()
        .forEachChild(
            new Region.ChildVisitor() {
              @Override
              public void region(Region child) {
                throw new AssertionError("a reservation has no regions");
              }

              @Override
              public void mapping(MappingInfo mapping) {
                children.add(mapping.firstPage() - AT);
              }
            });
    assertThat(children).containsExactly(0L, 2L, 8L);
    assertThat(one.region().mappedPages(AT)).isEqualTo(3);
    assertThat(one.region().mappedPages(AT + 3)).isZero();
    assertThat(one.region().mappedPages(AT + 10)).isEqualTo(6);
    assertThat(one.region().free(AT + 3, 5)).isTrue();
    assertThat(one.region().free(AT + 3, 6)).isFalse();
    assertThat(space.translate(Pages.address(AT + 9), Access.WRITE).reason())
        .isEqualTo(FaultReason.DENIED);
    assertThat(space.dump())
        .contains(
            "mapping 0x%x-0x%x r-- of rwx, frames"
                .formatted(Pages.address(AT + 8), Pages.lastAddress(AT + 15)));
    assertSound();
    StateImage before = StateImage.of(machine);
    two.protect(AT + 0x18, Permissions.NONE).orThrow();
    assertThat(before.differences(StateImage.of(machine))).hasSize(1 + 0x10);
    two.protect(AT + 0x18, Permissions.READ_WRITE).orThrow();
    assertThat(before.differences(StateImage.of(machine))).isEmpty();
  }

  private long first(long first, long last) {
    MappingInfo found = space.firstMapping(first, last);
    return found == null ? -1 : found.firstPage() - AT;
  }

  @Test
  void neighbours_in_its_lowest_table_come_and_go_and_it_stays() {
    long table = 0x4_0000; // all of it in one lowest table
    MemoryObject object = object(0x20);
    Reservation one = reserve(8, table + 8);
    Reservation two = reserve(8, table + 24);
    for (int round = 0; round < 3; round++) {
      map(object, 8, table);
      map(object, 8, 8, table + 16);
      mapFrames(40, 4, table + 32);
      for (int i = 0; i < 8; i++) {
        store(Pages.address(table + i), i);
        store(Pages.address(table + 16 + i), i);
      }
      map(one, 0, 8, table + 8);
      map(two, 8, 1, table + 24);
      map(two, 9, 7, table + 25);
      space.trackDirty(true);
      MemoryObject snapshot = keep(object.child(ChildKind.SNAPSHOT, 0, 0x20).get());
      root().protect(table, 8, Permissions.READ).orThrow();
      root().protect(table + 32, 4, Permissions.NONE).orThrow();
      root().unmap(table + 16, 8).orThrow();
      object.decommit(0, 8).orThrow();
      for (int i = 0; i < 8; i++) {
        assertShows(table + 8 + i, i, Permissions.READ_WRITE);
        assertShows(table + 24 + i, 8 + i, Permissions.READ_WRITE);
      }
      List<Long> written = new ArrayList<>();
      space
          .collectDirty(table, 0x40, true, (first, count) -> written.add(first * 100 + count))
          .orThrow();
      // The object's pages that are still mapped and the first reservation's, then the other's.
      assertThat(written).containsExactly(table * 100 + 16, (table + 24) * 100 + 8);
      assertSound();
      one.unmap(table + 8).orThrow();
      root().unmap(table, 8).orThrow();
      root().unmap(table + 32, 4).orThrow();
      assertShows(table + 25, 9, Permissions.READ_WRITE);
      two.unmap(table + 24).orThrow();
      two.unmap(table + 25).orThrow();
      drop(snapshot);
      assertThat(space.mappings()).isZero();
      for (int i = 0; i < FRAMES; i++) {
        assertThat(holds(i)).isZero();
      }
      assertSound();
    }
    map(one, 0, 8, table + 8);
    two.release().orThrow();
    map(object, 8, table + 16);
    store(Pages.address(table + 16), 3);
    root().unmap(table + 16, 8).orThrow();
    assertShows(table + 15, 7, Permissions.READ_WRITE);
    one.release().orThrow();
    assertThat(space.translation().tables()).isEqualTo(1);
  }

  @Test
  void what_was_written_in_it_is_told_once_and_forgotten_with_its_mapping() {
    Reservation reservation = reserve(8, AT);
    space.trackDirty(true);
    map(reservation, 0, 4, AT);
    store(Pages.address(AT + 1), 1);
    store(Pages.address(AT + 3), 1);
    reservation.protect(AT, Permissions.NONE).orThrow();
    assertThat(dirty()).containsExactly(AT + 1, AT + 3);
    reservation.protect(AT, Permissions.READ_WRITE).orThrow();
    assertThat(dirty()).isEmpty();
    store(Pages.address(AT + 2), 1);
    reservation.unmap(AT).orThrow();
    map(reservation, 0, 4, AT);
    assertThat(dirty()).isEmpty();
    store(Pages.address(AT + 2), 1);
    assertThat(dirty()).containsExactly(AT + 2);
  }

  @Test
  void what_a_collection_that_failed_keeps_goes_with_the_mapping() {
    Reservation reservation = reserve(8, AT);
    space.trackDirty(true);
    map(reservation, 0, 4, AT);
    store(Pages.address(AT + 1), 1);
    RuntimeException theirs = new IllegalArgumentException("theirs");
    assertThatThrownBy(() ->
            space.collectDirty(
                AT,
                8,
                true,
                (first, count) -> {
                  throw theirs;
                }))
        .isSameAs(theirs);
    reservation.unmap(AT).orThrow();
    map(reservation, 0, 4, AT);
    assertThat(dirty()).isEmpty();
  }

  private List<Long> dirty() {
    List<Long> pages = new ArrayList<>();
    space
        .collectDirty(
            FIRST_PAGE,
            0x10_0000,
            true,
            (first, count) -> {
              for (long page = first; page < first + count; page++) {
                pages.add(page);
              }
            })
        .orThrow();
    return pages;
  }

  @Test
  void snapshots_and_leases_are_not_for_it() {
    SpaceSnapshot older = space.snapshot().get();
    Reservation reservation = reserve(8, AT);
    assertThat(space.snapshot().outcome()).isEqualTo(Outcome.IN_USE);
    assertRefused(Outcome.IN_USE, older::restore);
    map(reservation, 0, 8, AT);
    assertThat(space.lease(AT, 1, false).outcome()).isEqualTo(Outcome.UNSUPPORTED);
    reservation.release().orThrow();
    older.restore().orThrow();
    older.close();
  }

  @Test
  void reservations_of_all_sizes_and_at_table_borders_use_every_page() {
    long border = 0x8_0000;
    long[][] ranges = {
      {border, 1},
      {border - 1, 1},
      {border + 0x1000 - 1, 2},
      {border + 0x2000, 512},
      {border + 0x3000 + 1, 512},
      {border + 0x4_0000 - 700, 1400},
      {border + 0x40_0000 - 3, 1029}
    };
    for (long[] range : ranges) {
      long at = range[0];
      int pages = (int) range[1];
      Reservation reservation = reserve(pages, at);
      for (int i = 0; i < pages; i++) {
        map(reservation, i % FRAMES, 1, at + i);
      }
      assertThat(reservation.mappings()).isEqualTo(pages);
      for (int i = 0; i < pages; i++) {
        assertThat(load(Pages.address(at + i))).isEqualTo(1000 + i % FRAMES);
      }
      assertSound();
      for (int i = 0; i < pages; i += 2) {
        reservation.unmap(at + i).orThrow();
      }
      for (int i = 0; i < pages; i++) {
        assertThat(space.translation().entry(at + i) != 0).isEqualTo(i % 2 == 1);
      }
      reservation.release().orThrow();
      Reservation again = reserve(pages, at);
      map(again, 0, Math.min(pages, FRAMES), at);
      again.release().orThrow();
      assertThat(space.translation().tables()).isEqualTo(1);
    }
  }

  @Test
  void closing_the_space_ends_it_and_lets_its_frames_go() {
    AddressSpace other = AddressSpace.create(machine, "other", 0x1000, 0xFFFFF).get();
    Reservation reservation = reserve(other.root(), 4, 0x2000, 4);
    map(reservation, 0, 2, 0x2000);
    map(reservation, 2, 1, 0x2003);
    other.close();
    assertThat(holds(0) + holds(1) + holds(2)).isZero();
    assertRefused(Outcome.DEAD, () -> reservation.unmap(0x2000));
    assertRefused(Outcome.DEAD, reservation::release);
    assertRefused(
        Outcome.DEAD, () -> reservation.map(0, 0, from(0), Permissions.READ, CachePolicy.CACHED));
    assertThat(reservation.mappings()).isZero();
  }
}
