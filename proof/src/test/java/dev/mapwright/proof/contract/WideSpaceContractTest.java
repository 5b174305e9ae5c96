package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mapwright.core.Access;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.RegionRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Spaces over the whole unsigned 64-bit range, and at its ends. */
@OnEverySubstrate
class WideSpaceContractTest extends Contract {
  private final AddressSpace wide = AddressSpace.create(machine, "wide", 0, Pages.LAST_PAGE).get();
  private final MemoryObject object = object(4);

  WideSpaceContractTest(Substrate substrate) {
    super(substrate);
    cpu.attach(wide);
  }

  @org.junit.jupiter.api.AfterEach
  void close() {
    wide.close();
  }

  /** Of formats without an upper half, what can't be translated is tested here, too. */
  private void needsAnUpperHalf() {
    assumeTrue(substrate.hasUpperHalf());
  }

  private long mapIn(AddressSpace space, long page, long pages) {
    of(object, pages).where().at(page);
    space.root().map(request).orThrow();
    return Pages.address(page);
  }

  @Test
  void only_ranges_that_exist_can_be_spaces() {
    assertThat(AddressSpace.create(machine, "x", 5, 4).outcome()).isEqualTo(Outcome.INVALID);
    assertThat(AddressSpace.create(machine, "x", -1, 4).outcome()).isEqualTo(Outcome.INVALID);
    assertThat(AddressSpace.create(machine, "x", 0, Pages.LAST_PAGE + 1).outcome())
        .isEqualTo(Outcome.INVALID);
    AddressSpace one = AddressSpace.create(machine, "x", 0x5000, 0x5000).get();
    assertThat(one.root().pages()).isEqualTo(1);
    mapIn(one, 0x5000, 1);
    one.close();
  }

  @Test
  void the_first_and_the_last_page_of_all_can_be_mapped_and_used() {
    needsAnUpperHalf();
    long low = mapIn(wide, 0, 1);
    long high = mapIn(wide, Pages.LAST_PAGE, 1);
    assertThat(high).isEqualTo(-4096L);
    store(low, 5);
    assertThat(load(high)).isEqualTo(5);
    cpu.store(-1L, 1, 0x7F);
    assertThat(cpu.load(4095, 1)).isEqualTo(0x7F);
    assertThat(wide.root().pages()).isEqualTo(Pages.LAST_PAGE + 1);
  }

  @Test
  void an_access_that_runs_over_the_last_byte_of_all_does_not_wrap_into_a_hole() {
    needsAnUpperHalf();
    long high = mapIn(wide, Pages.LAST_PAGE, 1);
    assertThat(faultOf(() -> cpu.load(high + 4092, 8)).reason())
        .isIn(FaultReason.UNMAPPED, FaultReason.NOT_CANONICAL);
    assertThat(cpu.load(high + 4088, 8)).isZero();
  }

  @Test
  void the_upper_canonical_half_is_like_the_lower_one() {
    needsAnUpperHalf();
    long upper = Pages.LAST_PAGE - substrate.lastLowPage();
    long a = mapIn(wide, upper, 4);
    long b = mapIn(wide, substrate.lastLowPage() - 3, 4);
    for (int i = 0; i < 4; i++) {
      store(a + i * BYTES, 10 + i);
      assertThat(load(b + i * BYTES)).isEqualTo(10 + i);
    }
    assertThat(wide.root().unmap(upper + 1, 2)).isEqualTo(Outcome.OK);
    assertLoadFaults(a + BYTES, FaultReason.UNMAPPED);
    assertThat(load(a + 3 * BYTES)).isEqualTo(13);
  }

  @Test
  void what_the_format_cannot_translate_can_be_mapped_and_faults_as_not_canonical() {
    long hole = substrate.lastLowPage() + 1;
    long a = mapIn(wide, hole - 2, 4);
    store(a, 1);
    store(a + BYTES, 2);
    assertLoadFaults(a + 2 * BYTES, FaultReason.NOT_CANONICAL);
    assertStoreFaults(a + 3 * BYTES, FaultReason.NOT_CANONICAL);
    assertThat(wide.translate(a + 2 * BYTES, Access.READ).reason())
        .isEqualTo(FaultReason.NOT_CANONICAL);
    assertThat(wide.root().protect(hole - 2, 4, Permissions.READ)).isEqualTo(Outcome.OK);
    assertThat(wide.root().unmap(hole - 1, 3)).isEqualTo(Outcome.OK);
    assertThat(load(a)).isEqualTo(1);
    assertThat(wide.mappings()).isEqualTo(1);
  }

  @Test
  void a_mapping_over_the_whole_range_costs_what_is_used() {
    needsAnUpperHalf();
    MemoryObject huge = keep(MemoryObject.paged(machine, MemoryObject.MOST_PAGES).get());
    long bytes = wide.recordBytes();
    request.clear().object(huge, 0).pages(Pages.LAST_PAGE).where().at(1);
    wide.root().map(request).orThrow();
    store(4096, 1);
    store(-8L, 2);
    assertThat(get(huge, 0)).isEqualTo(1);
    assertThat(huge.committedPages()).isEqualTo(2);
    assertThat(wide.root().unmap(0x1_0000_0000L, 1)).isEqualTo(Outcome.OK);
    assertThat(load(4096)).isEqualTo(1);
    assertThat(load(-8L)).isEqualTo(2);
    assertThat(wide.recordBytes() - bytes).isLessThan(1 << 16);
    assertThat(wide.root().unmap(0, Pages.LAST_PAGE + 1)).isEqualTo(Outcome.OK);
    assertThat(wide.mappings()).isZero();
  }

  @Test
  void regions_and_random_places_reach_into_both_ends() {
    RegionRequest last = new RegionRequest().pages(1);
    last.where().at(Pages.LAST_PAGE);
    wide.root().allocate(last).orThrow();
    assertThat(last.region().lastPage()).isEqualTo(Pages.LAST_PAGE);
    of(object, 1);
    assertThat(last.region().map(request)).isEqualTo(Outcome.OK);
    assertThat(request.firstPage()).isEqualTo(Pages.LAST_PAGE);
    List<Boolean> halves = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      of(object, 1);
      wide.root().map(request).orThrow();
      halves.add(request.firstPage() > Pages.LAST_PAGE / 2);
    }
    assertThat(halves).contains(true, false);
    of(object, 1).where().firstFit();
    wide.root().map(request).orThrow();
    assertThat(request.firstPage()).isZero();
    of(object, 1).where().firstFit().within(Pages.LAST_PAGE, Pages.LAST_PAGE);
    assertRefused(Outcome.NO_ROOM, () -> wide.root().map(request));
    assertThat(last.region().destroy()).isEqualTo(Outcome.OK);
    assertThat(wide.root().map(request)).isEqualTo(Outcome.OK);
    assertThat(wide.root().mappedPages(Pages.LAST_PAGE)).isEqualTo(1);
    assertThat(wide.root().free(Pages.LAST_PAGE - 1, 1)).isTrue();
    assertThat(wide.root().free(Pages.LAST_PAGE, 1)).isFalse();
  }

  @Test
  void the_last_page_splits_merges_and_is_overwritten_like_any_other() {
    needsAnUpperHalf();
    long first = Pages.LAST_PAGE - 3;
    long a = mapIn(wide, first, 4);
    store(a + 3 * BYTES, 9);
    assertThat(wide.root().protect(Pages.LAST_PAGE, 1, Permissions.READ)).isEqualTo(Outcome.OK);
    assertThat(wide.mappings()).isEqualTo(2);
    assertStoreFaults(a + 3 * BYTES, FaultReason.DENIED);
    assertThat(wide.root().protect(first, 4, dev.mapwright.core.Permissions.READ_WRITE))
        .isEqualTo(Outcome.OK);
    assertThat(wide.mappings()).isEqualTo(1);
    of(object, 1).where().overwrite(Pages.LAST_PAGE);
    assertThat(wide.root().map(request)).isEqualTo(Outcome.OK);
    store(-4096L, 3);
    assertThat(load(a)).isEqualTo(3);
    assertThat(get(object, 3)).isEqualTo(9);
  }

  @Test
  void translate_says_what_an_access_meets_whether_or_not_the_format_can_translate_the_page() {
    long hole = substrate.lastLowPage() + 1;
    mapIn(wide, hole - 1, 2);
    wide.root().protect(hole - 1, 2, Permissions.NONE).orThrow();
    for (long page : new long[] {hole - 2, hole - 1, hole, hole + 1, Pages.LAST_PAGE}) {
      assertTranslatesAsItLoads(wide, page);
    }
    cpu.attach(space);
    for (long page : new long[] {0, FIRST_PAGE, LAST_PAGE + 1, hole, Pages.LAST_PAGE}) {
      assertTranslatesAsItLoads(space, page);
    }
  }

  private void assertTranslatesAsItLoads(AddressSpace attached, long page) {
    assertThat(attached.translate(Pages.address(page), Access.READ).reason())
        .as("page %x", page)
        .isEqualTo(faultOf(() -> load(Pages.address(page))).reason());
  }
}
