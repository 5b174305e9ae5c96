package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.Placement;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where mappings and regions come to lie, and which places are refused with what. */
@OnEverySubstrate
class PlacementContractTest extends Contract {
  private final Region region = region(1000, 0x2000);
  private final MemoryObject object = object(8);

  PlacementContractTest(Substrate substrate) {
    super(substrate);
  }

  private Outcome mapAt(long page, long pages) {
    of(object, pages).where().at(page);
    return region.map(request);
  }

  @Test
  void an_explicit_place_is_taken_exactly_if_it_is_free() {
    assertThat(mapAt(0x2000 + 10, 5)).isEqualTo(Outcome.OK);
    assertThat(request.firstPage()).isEqualTo(0x2000 + 10);
    assertRefused(Outcome.OCCUPIED, () -> mapAt(0x2000 + 14, 1));
    assertRefused(Outcome.OCCUPIED, () -> mapAt(0x2000 + 9, 2));
    assertRefused(Outcome.OCCUPIED, () -> mapAt(0x2000, 1000));
    assertThat(mapAt(0x2000 + 15, 985)).isEqualTo(Outcome.OK);
    assertThat(mapAt(0x2000, 10)).isEqualTo(Outcome.OK);
  }

  @Test
  void an_explicit_place_outside_the_region_is_refused_before_anything_else_about_it() {
    assertRefused(Outcome.OUTSIDE, () -> mapAt(0x2000 - 1, 1));
    assertRefused(Outcome.OUTSIDE, () -> mapAt(0x2000 + 1000, 1));
    assertRefused(Outcome.OUTSIDE, () -> mapAt(0x2000 + 999, 2));
    assertRefused(Outcome.OUTSIDE, () -> mapAt(0x2000, 1001));
    assertRefused(Outcome.OUTSIDE, () -> mapAt(Pages.LAST_PAGE, 1));
    assertRefused(Outcome.OUTSIDE, () -> mapAt(0x2001, Pages.LAST_PAGE));
    assertRefused(Outcome.OUTSIDE, () -> mapAt(-1, 1));
    assertRefused(Outcome.OUTSIDE, () -> mapAt(Long.MIN_VALUE, 1));
    assertRefused(Outcome.OUTSIDE, () -> mapAt(Long.MAX_VALUE, 1));
    of(object, 1001).where().anywhere();
    assertRefused(Outcome.OUTSIDE, () -> region.map(request));
  }

  @Test
  void arguments_that_mean_nothing_are_invalid() {
    assertRefused(Outcome.INVALID, () -> mapAt(0x2000, 0));
    assertRefused(Outcome.INVALID, () -> mapAt(0x2000, -1));
    assertRefused(Outcome.INVALID, () -> mapAt(0x2000, Long.MIN_VALUE));
    request.clear().pages(1);
    assertRefused(Outcome.INVALID, () -> region.map(request));
    request.clear().object(object, -1).pages(1);
    assertRefused(Outcome.INVALID, () -> region.map(request));
    request.clear().object(object, Pages.LAST_PAGE).pages(2);
    assertRefused(Outcome.INVALID, () -> region.map(request));
    of(object, 1).permissions(8);
    assertRefused(Outcome.INVALID, () -> region.map(request));
    of(object, 1).permissions(-1);
    assertRefused(Outcome.INVALID, () -> region.map(request));
    of(object, 1).where().anywhere().aligned(Placement.MOST_ALIGNMENT_LOG2_PAGES + 1);
    assertRefused(Outcome.INVALID, () -> region.map(request));
    of(object, 1).where().anywhere().aligned(-1);
    assertRefused(Outcome.INVALID, () -> region.map(request));
    of(object, 1).where().at(0x2001).aligned(1);
    assertRefused(Outcome.INVALID, () -> region.map(request));
    RegionRequest nothing = new RegionRequest();
    assertRefused(Outcome.INVALID, () -> region.allocate(nothing));
    RegionRequest overwriting = new RegionRequest().pages(1);
    overwriting.where().overwrite(0x2000);
    assertRefused(Outcome.INVALID, () -> region.allocate(overwriting));
  }

  @Test
  void permissions_are_limited_by_the_maximum_and_the_capability() {
    of(object, 1).permissions(Permissions.READ_WRITE).maximum(Permissions.READ);
    assertRefused(Outcome.EXCEEDS_MAXIMUM, () -> region.map(request));
    RegionRequest reading = new RegionRequest().pages(4).capability(Permissions.READ);
    region.allocate(reading).orThrow();
    of(object, 1).permissions(Permissions.READ_WRITE);
    assertRefused(Outcome.EXCEEDS_MAXIMUM, () -> reading.region().map(request));
    of(object, 1).permissions(Permissions.READ).maximum(Permissions.ALL);
    assertThat(reading.region().map(request)).isEqualTo(Outcome.OK);
    assertThat(space.mappingOf(request.firstPage()))
        .isNotNull()
        .satisfies(mapping -> assertThat(mapping.maximum()).isEqualTo(Permissions.READ));
    RegionRequest wider = new RegionRequest().pages(1).capability(Permissions.READ_EXECUTE);
    assertRefused(Outcome.EXCEEDS_MAXIMUM, () -> reading.region().allocate(wider));
  }

  @Test
  void a_window_bounds_the_whole_of_what_is_placed() {
    Set<Long> places = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      of(object, 3).where().anywhere().within(0x2010, 0x2014);
      assertThat(region.map(request)).isEqualTo(Outcome.OK);
      places.add(request.firstPage());
      region.unmap(request.firstPage(), 3).orThrow();
    }
    assertThat(places).containsExactlyInAnyOrder(0x2010L, 0x2011L, 0x2012L);
    of(object, 3).where().anywhere().within(0x2010, 0x2011);
    assertRefused(Outcome.NO_ROOM, () -> region.map(request));
    of(object, 1).where().anywhere().within(0x2011, 0x2010);
    assertRefused(Outcome.NO_ROOM, () -> region.map(request));
    of(object, 1).where().anywhere().within(0, 0x1FFF);
    assertRefused(Outcome.NO_ROOM, () -> region.map(request));
    of(object, 1).where().anywhere().within(0x2000 + 1000, Long.MAX_VALUE);
    assertRefused(Outcome.NO_ROOM, () -> region.map(request));
    of(object, 1).where().firstFit().within(Long.MIN_VALUE, Long.MAX_VALUE);
    assertThat(region.map(request)).isEqualTo(Outcome.OK);
    assertThat(request.firstPage()).isEqualTo(0x2000);
  }

  @Test
  void an_upper_limit_bounds_every_rule_that_chooses() {
    long limit = 0x2000 + 20;
    mapAt(0x2000 + 4, 1);
    for (int i = 0; i < 100; i++) {
      Placement where = of(object, 2).where();
      switch (i % 3) {
        case 0 -> where.anywhere();
        case 1 -> where.compact();
        default -> where.firstFit();
      }
      where.within(0, limit);
      Outcome outcome = region.map(request);
      if (outcome == Outcome.OK) {
        assertThat(request.firstPage() + 1).isLessThanOrEqualTo(limit);
        region.unmap(request.firstPage(), 2).orThrow();
      } else {
        assertThat(where.rule()).isEqualTo(Placement.Rule.COMPACT);
        assertThat(outcome).isEqualTo(Outcome.NO_ROOM);
      }
    }
  }

  @Test
  void first_fit_takes_the_lowest_gap_that_is_large_enough() {
    mapAt(0x2000, 1);
    mapAt(0x2003, 1);
    mapAt(0x2007, 1);
    of(object, 3).where().firstFit();
    assertThat(region.map(request)).isEqualTo(Outcome.OK);
    assertThat(request.firstPage()).isEqualTo(0x2004);
    of(object, 2).where().firstFit();
    assertThat(region.map(request)).isEqualTo(Outcome.OK);
    assertThat(request.firstPage()).isEqualTo(0x2001);
    of(object, 1).where().firstFit().aligned(3);
    assertThat(region.map(request)).isEqualTo(Outcome.OK);
    assertThat(request.firstPage()).isEqualTo(0x2008);
  }

  @Test
  void compact_lies_at_most_128_pages_from_what_is_there() {
    Region wide = region(1 << 20, 0x10_0000);
    of(object, 1).where().at(0x10_0000 + (1 << 19));
    wide.map(request).orThrow();
    Set<Long> gaps = new HashSet<>();
    for (int i = 0; i < 400; i++) {
      of(object, 4).where().compact();
      assertThat(wide.map(request)).isEqualTo(Outcome.OK);
      long first = request.firstPage();
      long anchor = 0x10_0000 + (1 << 19);
      long gap = first > anchor ? first - anchor - 1 : anchor - (first + 3) - 1;
      assertThat(gap).isBetween(1L, 128L);
      gaps.add(first > anchor ? gap : -gap);
      wide.unmap(first, 4).orThrow();
    }
    assertThat(gaps).hasSizeGreaterThan(100);
  }

  @Test
  void alignments_up_to_4_gib_are_kept_by_every_rule() {
    for (int log2 = 0; log2 <= Placement.MOST_ALIGNMENT_LOG2_PAGES; log2++) {
      for (int rule = 0; rule < 3; rule++) {
        RegionRequest wanted = new RegionRequest().pages(3);
        switch (rule) {
          case 0 -> wanted.where().anywhere().aligned(log2);
          case 1 -> wanted.where().compact().aligned(log2);
          default -> wanted.where().firstFit().aligned(log2);
        }
        Outcome outcome = root().allocate(wanted);
        if (rule == 1 && outcome == Outcome.NO_ROOM) {
          continue; // compact looks only beside what is there
        }
        assertThat(outcome).isEqualTo(Outcome.OK);
        assertThat(Long.numberOfTrailingZeros(wanted.region().firstPage()))
            .isGreaterThanOrEqualTo(log2);
      }
    }
    assertThat(Pages.BYTES * (1L << Placement.MOST_ALIGNMENT_LOG2_PAGES)).isEqualTo(4L << 30);
  }

  @Test
  void an_aligned_place_is_found_when_it_is_the_only_one() {
    // 0x2000 .. 0x23E7 holds multiples of 512 at 0x2000 and 0x2200 only.
    mapAt(0x2001, 1);
    of(object, 2).where().anywhere().aligned(9);
    assertThat(region.map(request)).isEqualTo(Outcome.OK);
    assertThat(request.firstPage()).isEqualTo(0x2200);
    of(object, 2).where().anywhere().aligned(9);
    assertRefused(Outcome.NO_ROOM, () -> region.map(request));
    of(object, 1).where().anywhere().aligned(9);
    assertThat(region.map(request)).isEqualTo(Outcome.OK);
    assertThat(request.firstPage()).isEqualTo(0x2000);
  }

  @Test
  void random_places_depend_on_the_seed_and_the_name_of_the_space_only() {
    var other = substrate.machine(new Substrate.Hardware(RAM_PAGES, 1, java.util.List.of()));
    try (var twin =
        dev.mapwright.core.space.AddressSpace.create(other, "space", FIRST_PAGE, LAST_PAGE).get()) {
      // Something else that draws must not disturb it.
      var third =
          dev.mapwright.core.space.AddressSpace.create(other, "third", FIRST_PAGE, LAST_PAGE).get();
      MemoryObject twins = MemoryObject.paged(other, 1).get();
      Set<Long> distinct = new HashSet<>();
      RegionRequest there = new RegionRequest().pages(1000);
      there.where().at(0x2000);
      twin.root().allocate(there).orThrow();
      for (int i = 0; i < 100; i++) {
        root().map(of(object, 1)).orThrow();
        long here = request.firstPage();
        third.root().map(request.clear().object(twins, 0).pages(1)).orThrow();
        assertThat(request.firstPage()).isNotEqualTo(here);
        twin.root().map(request.clear().object(twins, 0).pages(1)).orThrow();
        assertThat(request.firstPage()).isEqualTo(here);
        distinct.add(here);
      }
      assertThat(distinct).hasSize(100);
      third.close();
      twins.release();
    }
    other.close();
  }

  @Test
  void at_999_permille_full_every_place_is_still_found_at_random() {
    Region full = region(2000, 0x8000);
    of(object, 8).where().at(0x8000);
    for (int i = 0; i < 2000; i++) {
      of(object, 1).where().at(0x8000 + i);
      full.map(request).orThrow();
    }
    full.unmap(0x8000 + 17, 1).orThrow();
    full.unmap(0x8000 + 1999, 1).orThrow();
    Set<Long> found = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      of(object, 1).where().anywhere();
      assertThat(full.map(request)).isEqualTo(Outcome.OK);
      found.add(request.firstPage());
      full.unmap(request.firstPage(), 1).orThrow();
    }
    assertThat(found).containsExactlyInAnyOrder(0x8000L + 17, 0x8000L + 1999);
  }
}
