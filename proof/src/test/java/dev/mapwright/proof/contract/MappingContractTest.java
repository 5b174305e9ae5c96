package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.Region;
import org.junit.jupiter.api.Test;

/** Map, unmap, overwrite, protect. */
@OnEverySubstrate
class MappingContractTest extends Contract {
  private final MemoryObject object = object(16);
  private final MemoryObject other = object(16);

  MappingContractTest(Substrate substrate) {
    super(substrate);
    for (int page = 0; page < 16; page++) {
      put(object, page, 100 + page);
      put(other, page, 200 + page);
    }
  }

  private Outcome overwrite(MemoryObject with, long objectPage, long pages, long at) {
    request.clear().object(with, objectPage).pages(pages).where().overwrite(at);
    return root().map(request);
  }

  private void assertShows(long firstPage, long... values) {
    for (int i = 0; i < values.length; i++) {
      long address = Pages.address(firstPage + i);
      if (values[i] == 0) {
        assertLoadFaults(address, FaultReason.UNMAPPED);
      } else {
        assertThat(load(address)).as("page " + i).isEqualTo(values[i]);
      }
    }
  }

  @Test
  void mapping_commits_nothing_and_makes_no_table() {
    MemoryObject fresh = object(1 << 20);
    long free = machine.frames().free();
    long tables = space.translation().tables();
    map(fresh, 1 << 20, 0x4000);
    assertThat(machine.frames().free()).isEqualTo(free);
    assertThat(space.translation().tables()).isEqualTo(tables);
    assertThat(load(Pages.address(0x4000 + 77))).isZero();
    assertThat(fresh.committedPages()).isZero();
    store(Pages.address(0x4000 + 77), 1);
    assertThat(fresh.committedPages()).isEqualTo(1);
  }

  @Test
  void unmapping_a_part_advances_the_object_offset_of_what_is_left() {
    map(object, 2, 8, 0x2000);
    assertShows(0x2000, 102, 103, 104, 105, 106, 107, 108, 109);
    assertThat(root().unmap(0x2000, 2)).isEqualTo(Outcome.OK);
    assertThat(root().unmap(0x2004, 1)).isEqualTo(Outcome.OK);
    assertThat(root().unmap(0x2007, 9)).isEqualTo(Outcome.OK);
    assertShows(0x2000, 0, 0, 104, 105, 0, 107, 108, 0);
    assertThat(mappings())
        .containsExactly(
            mapping(0x2002, 2, 4, Permissions.READ_WRITE),
            mapping(0x2005, 2, 7, Permissions.READ_WRITE));
    assertThat(object.mappings()).isEqualTo(2);
  }

  @Test
  void unmapping_ignores_gaps_and_takes_regions_that_lie_in_the_range_whole() {
    map(object, 4, 0x2000);
    Region inner = region(4, 0x2008);
    Region innermost = region(inner, 2, 0x2009);
    of(other, 1).where().at(0x2009);
    innermost.map(request).orThrow();
    map(object, 4, 0x2010);
    assertThat(root().unmap(0x2002, 0x10)).isEqualTo(Outcome.OK);
    assertThat(inner.live()).isFalse();
    assertThat(innermost.live()).isFalse();
    assertThat(mappings())
        .containsExactly(
            mapping(0x2000, 2, 0, Permissions.READ_WRITE),
            mapping(0x2012, 2, 2, Permissions.READ_WRITE));
    assertThat(root().unmap(0x3000, 100)).isEqualTo(Outcome.OK);
  }

  @Test
  void a_refused_unmap_changes_nothing() {
    map(object, 4, 0x2000);
    region(4, 0x2008);
    assertRefused(Outcome.REGION_CUT, () -> root().unmap(0x2000, 9));
    assertRefused(Outcome.REGION_CUT, () -> root().unmap(0x200B, 9));
    assertRefused(Outcome.REGION_CUT, () -> root().unmap(0x2009, 1));
    assertRefused(Outcome.INVALID, () -> root().unmap(0x2000, 0));
    assertRefused(Outcome.INVALID, () -> root().unmap(0x2000, -1));
    assertRefused(Outcome.OUTSIDE, () -> root().unmap(FIRST_PAGE - 1, 2));
    assertRefused(Outcome.OUTSIDE, () -> root().unmap(LAST_PAGE, 2));
    assertRefused(Outcome.OUTSIDE, () -> root().unmap(0x2000, Long.MAX_VALUE));
    Region dead = region(1, 0x3000);
    dead.destroy().orThrow();
    assertRefused(Outcome.DEAD, () -> dead.unmap(0x3000, 1));
    assertRefused(Outcome.DEAD, () -> dead.destroy());
    assertRefused(Outcome.DEAD, () -> dead.protect(0x3000, 1, Permissions.READ));
    assertRefused(Outcome.DEAD, () -> dead.map(of(object, 1)));
  }

  @Test
  void a_child_regions_mapping_can_be_unmapped_through_the_child_only() {
    Region child = region(4, 0x2000);
    of(object, 4).where().at(0x2000);
    child.map(request).orThrow();
    assertRefused(Outcome.REGION_CUT, () -> root().unmap(0x2001, 1));
    assertThat(child.unmap(0x2001, 1)).isEqualTo(Outcome.OK);
    assertThat(child.unmap(0x2000, 4)).isEqualTo(Outcome.OK);
    assertThat(child.live()).isTrue();
  }

  @Test
  void overwriting_replaces_the_middle_the_ends_and_many_mappings_at_once() {
    map(object, 8, 0x2000);
    assertThat(overwrite(other, 5, 2, 0x2003)).isEqualTo(Outcome.OK);
    assertShows(0x2000, 100, 101, 102, 205, 206, 105, 106, 107);
    assertThat(overwrite(other, 0, 2, 0x2000)).isEqualTo(Outcome.OK);
    assertShows(0x2000, 200, 201, 102, 205, 206, 105, 106, 107);
    assertThat(overwrite(other, 9, 3, 0x2006)).isEqualTo(Outcome.OK);
    assertShows(0x2000, 200, 201, 102, 205, 206, 105, 209, 210, 211);
    assertThat(overwrite(object, 0, 16, 0x2000)).isEqualTo(Outcome.OK);
    assertThat(space.mappings()).isEqualTo(1);
    assertShows(0x2000, 100, 101, 102, 103);
    assertThat(other.mappings()).isZero();
    assertThat(overwrite(object, 3, 4, 0x4000)).as("in free space").isEqualTo(Outcome.OK);
  }

  @Test
  void a_mapping_can_be_overwritten_by_a_part_of_its_own_object() {
    map(object, 8, 0x2000);
    assertShows(0x2000, 100, 101, 102, 103);
    assertThat(overwrite(object, 7, 1, 0x2001)).isEqualTo(Outcome.OK);
    assertShows(0x2000, 100, 107, 102, 103);
    store(Pages.address(0x2001), 1);
    assertThat(load(Pages.address(0x2007))).isEqualTo(1);
  }

  @Test
  void a_refused_overwrite_changes_nothing() {
    map(object, 8, 0x2000);
    region(2, 0x2010);
    assertRefused(Outcome.REGION_IN_RANGE, () -> overwrite(other, 0, 16, 0x2004));
    assertRefused(Outcome.REGION_IN_RANGE, () -> overwrite(other, 0, 1, 0x2011));
    assertRefused(Outcome.OUTSIDE, () -> overwrite(other, 0, 16, FIRST_PAGE - 1));
    try (var lease = space.lease(0x2003, 1, false).get()) {
      assertRefused(Outcome.LEASED, () -> overwrite(other, 0, 4, 0x2000));
      assertThat(lease.firstPage()).isEqualTo(0x2003);
    }
    request.clear().object(other, 0).pages(4).permissions(Permissions.ALL);
    request.maximum(Permissions.READ).where().overwrite(0x2000);
    assertRefused(Outcome.EXCEEDS_MAXIMUM, () -> root().map(request));
  }

  @Test
  void protect_over_many_mappings_splits_at_the_ends_only() {
    map(object, 0, 4, 0x2000);
    map(other, 0, 4, 0x2004);
    map(object, 8, 4, 0x2008);
    // Used before they are split: the pieces then show their object through one view, and can
    // merge.
    for (int page = 0; page < 12; page++) {
      load(Pages.address(0x2000 + page));
    }
    assertThat(root().protect(0x2002, 8, Permissions.READ)).isEqualTo(Outcome.OK);
    assertThat(mappings())
        .containsExactly(
            mapping(0x2000, 2, 0, Permissions.READ_WRITE),
            mapping(0x2002, 2, 2, Permissions.READ),
            mapping(0x2004, 4, 0, Permissions.READ),
            mapping(0x2008, 2, 8, Permissions.READ),
            mapping(0x200A, 2, 10, Permissions.READ_WRITE));
    assertStoreFaults(Pages.address(0x2003), FaultReason.DENIED);
    assertThat(load(Pages.address(0x2009))).isEqualTo(109);
    store(Pages.address(0x200A), 7);
    assertThat(root().protect(0x2000, 12, Permissions.READ_WRITE)).isEqualTo(Outcome.OK);
    assertThat(mappings())
        .containsExactly(
            mapping(0x2000, 4, 0, Permissions.READ_WRITE),
            mapping(0x2004, 4, 0, Permissions.READ_WRITE),
            mapping(0x2008, 4, 8, Permissions.READ_WRITE));
    store(Pages.address(0x2003), 7);
    assertThat(get(object, 3)).isEqualTo(7);
  }

  @Test
  void pieces_that_become_alike_merge_whatever_was_used_before() {
    for (int touched = 0; touched < 8; touched++) {
      long first = 0x3000 + 16L * touched;
      map(object, 0, 3, first);
      root().protect(first + 1, 1, Permissions.READ).orThrow();
      for (int page = 0; page < 3; page++) {
        if ((touched & 1 << page) != 0) {
          assertThat(load(Pages.address(first + page))).isEqualTo(100 + page);
        }
      }
      root().protect(first, 3, Permissions.READ_WRITE).orThrow();
      assertThat(mappings()).contains(mapping(first, 3, 0, Permissions.READ_WRITE));
      object.decommit(1, 1).orThrow();
      assertThat(load(Pages.address(first + 1))).isZero();
      put(object, 1, 101);
      assertThat(load(Pages.address(first + 1))).isEqualTo(101);
    }
  }

  @Test
  void protect_to_nothing_and_back_keeps_the_contents() {
    map(object, 4, 0x2000);
    store(Pages.address(0x2001), 55);
    assertThat(root().protect(0x2000, 4, Permissions.NONE)).isEqualTo(Outcome.OK);
    assertLoadFaults(Pages.address(0x2001), FaultReason.DENIED);
    assertThat(root().protect(0x2000, 4, Permissions.READ)).isEqualTo(Outcome.OK);
    assertThat(load(Pages.address(0x2001))).isEqualTo(55);
    assertStoreFaults(Pages.address(0x2001), FaultReason.DENIED);
  }

  @Test
  void execution_needs_its_own_permission() {
    assumeTrue(substrate.tellsFetchesFromReads());
    map(object, 4, 0x2000);
    assertThat(faultOf(() -> cpu.fetch(Pages.address(0x2000), 4)).reason())
        .isEqualTo(FaultReason.DENIED);
    root().protect(0x2000, 1, Permissions.READ_EXECUTE).orThrow();
    assertThat(cpu.fetch(Pages.address(0x2000), 8)).isEqualTo(100);
    assertStoreFaults(Pages.address(0x2000), FaultReason.DENIED);
    root().protect(0x2000, 1, Permissions.READ).orThrow();
    assertThat(faultOf(() -> cpu.fetch(Pages.address(0x2000), 4)).reason())
        .isEqualTo(FaultReason.DENIED);
  }

  @Test
  void a_refused_protect_changes_nothing_and_names_the_first_reason() {
    map(object, 4, 0x2000);
    map(object, 4, 0x2006);
    region(1, 0x200A);
    assertRefused(Outcome.NOT_MAPPED, () -> root().protect(0x1FFF, 3, Permissions.READ));
    assertRefused(Outcome.NOT_MAPPED, () -> root().protect(0x2002, 6, Permissions.READ));
    assertRefused(Outcome.REGION_IN_RANGE, () -> root().protect(0x2008, 3, Permissions.READ));
    assertRefused(Outcome.REGION_IN_RANGE, () -> root().protect(0x200A, 1, Permissions.READ));
    assertRefused(Outcome.INVALID, () -> root().protect(0x2000, 1, 8));
    assertRefused(Outcome.INVALID, () -> root().protect(0x2000, 0, Permissions.READ));
    assertRefused(Outcome.OUTSIDE, () -> root().protect(LAST_PAGE, 2, Permissions.READ));
    request.clear().object(object, 0).pages(1).permissions(Permissions.READ);
    request.maximum(Permissions.READ).where().at(0x2004);
    root().map(request).orThrow();
    assertRefused(Outcome.EXCEEDS_MAXIMUM, () -> root().protect(0x2000, 5, Permissions.READ_WRITE));
    // The hole at 0x2005 comes after the mapping that allows too little.
    assertRefused(Outcome.EXCEEDS_MAXIMUM, () -> root().protect(0x2000, 8, Permissions.READ_WRITE));
    assertRefused(Outcome.NOT_MAPPED, () -> root().protect(0x2000, 8, Permissions.READ));
  }

  @Test
  void permissions_without_reading_are_kept_as_declared() {
    map(object, 4, 0x2000);
    assertThat(root().protect(0x2000, 1, Permissions.WRITE)).isEqualTo(Outcome.OK);
    assertThat(root().protect(0x2001, 1, Permissions.EXECUTE)).isEqualTo(Outcome.OK);
    assertThat(mappings().get(0)).isEqualTo(mapping(0x2000, 1, 0, Permissions.WRITE));
    assertThat(mappings().get(1)).isEqualTo(mapping(0x2001, 1, 1, Permissions.EXECUTE));
    store(Pages.address(0x2000), 1);
    assertThat(cpu.fetch(Pages.address(0x2001), 8)).isEqualTo(101);
    assertStoreFaults(Pages.address(0x2001), FaultReason.DENIED);
    assertThat(faultOf(() -> cpu.fetch(Pages.address(0x2000), 1)).reason())
        .isEqualTo(FaultReason.DENIED);
  }

  @Test
  void tags_and_cache_policies_stay_with_the_pieces_and_keep_mappings_apart() {
    MemoryObject device = object(8);
    device.setCachePolicy(CachePolicy.UNCACHED).orThrow();
    request.clear().object(device, 0).pages(8).tag(7).where().at(0x2000);
    root().map(request).orThrow();
    assertThat(device.setCachePolicy(CachePolicy.CACHED)).isEqualTo(Outcome.IN_USE);
    assertThat(device.setCachePolicy(CachePolicy.UNCACHED)).isEqualTo(Outcome.OK);
    root().unmap(0x2003, 1).orThrow();
    for (long page : new long[] {0x2000, 0x2004}) {
      assertThat(space.mappingOf(page))
          .isNotNull()
          .satisfies(mapping -> {
            assertThat(mapping.tag()).isEqualTo(7);
            assertThat(mapping.cachePolicy()).isEqualTo(CachePolicy.UNCACHED);
            assertThat(mapping.region()).isSameAs(root());
          });
    }
    request.clear().object(device, 3).pages(1).tag(8).where().at(0x2003);
    root().map(request).orThrow();
    root().protect(0x2000, 8, Permissions.READ).orThrow();
    assertThat(space.mappings()).isEqualTo(3);
  }

  @Test
  void an_object_lives_as_long_as_a_mapping_shows_it() {
    MemoryObject gone = object(2);
    long a = map(gone, 2, 0x2000);
    store(a, 9);
    drop(gone);
    assertThat(load(a)).isEqualTo(9);
    assertThat(gone.references()).isEqualTo(1);
    long free = machine.frames().free();
    root().unmap(0x2000, 2).orThrow();
    assertThat(gone.references()).isZero();
    assertThat(machine.frames().free()).isGreaterThan(free);
  }

  @Test
  void a_mapping_may_extend_beyond_its_object_and_faults_there() {
    map(object, 12, 8, 0x2000);
    assertThat(load(Pages.address(0x2003))).isEqualTo(115);
    assertLoadFaults(Pages.address(0x2004), FaultReason.BEYOND_OBJECT);
    assertStoreFaults(Pages.address(0x2007), FaultReason.BEYOND_OBJECT);
    map(object, 1000, 2, 0x3000);
    assertLoadFaults(Pages.address(0x3000), FaultReason.BEYOND_OBJECT);
  }

  @Test
  void what_a_region_holds_can_be_asked() {
    map(object, 0, 4, 0x2000);
    map(other, 0, 4, 0x2004);
    assertThat(root().mappedPages(0x2000)).isEqualTo(8);
    assertThat(root().mappedPages(0x2007)).isEqualTo(1);
    assertThat(root().mappedPages(0x2008)).isZero();
    assertThat(root().free(0x2008, 1)).isTrue();
    assertThat(root().free(0x2007, 2)).isFalse();
    assertThat(root().free(0x2008, 0)).isFalse();
    assertThat(root().free(LAST_PAGE, 2)).isFalse();
    assertThat(space.mappingOf(0x2005))
        .isNotNull()
        .satisfies(mapping -> assertThat(mapping.object()).isSameAs(other));
    assertThat(space.mappingOf(0x2008)).isNull();
  }

  @Test
  void new_tags_merge_neighbours_also_behind_a_gap() {
    MemoryObject object = object(4);
    for (int i = 0; i < 4; i++) {
      request.clear().object(object, i).pages(1).tag(i).where().at(0x2010 + i);
      root().map(request).orThrow();
    }
    assertThat(root().retag(0x2000, 0x13, tag -> 9)).isEqualTo(Outcome.OK);
    assertThat(space.mappings()).isEqualTo(2);
    assertThat(root().retag(0x2000, 0x100, tag -> 9)).isEqualTo(Outcome.OK);
    assertThat(space.mappings()).isEqualTo(1);
  }

  @Test
  void pages_outside_a_region_are_not_mapped_in_it() {
    MemoryObject object = object(4);
    Region region = region(4, 0x2010);
    map(object, 4, 0x200C);
    request.clear().object(object, 0).pages(4).where().at(0x2010);
    region.map(request).orThrow();
    map(object, 4, 0x2014);
    assertThat(region.mappedPages(0x2010)).isEqualTo(4);
    for (long outside : new long[] {0x200C, 0x200F, 0x2014, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThat(region.mappedPages(outside)).as("from page %x on", outside).isZero();
    }
  }
}
