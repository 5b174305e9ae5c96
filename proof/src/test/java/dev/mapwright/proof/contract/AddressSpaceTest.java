package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.FaultReason;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.Lease;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AddressSpaceTest {
  private final Machine machine = SimulatedMachine.create(64L << 20);
  private final AddressSpace space =
      AddressSpace.create(machine, "space", 0x1000, 0x7FFFFFFFEL).get();
  private final Cpu cpu = machine.newCpu();
  private final MapRequest request = new MapRequest();

  @BeforeEach
  void attach() {
    cpu.attach(space);
  }

  @AfterEach
  void nothing_is_left_over() {
    space.close();
    assertThat(machine.census().living(AddressSpace.class)).isEmpty();
    machine.close();
  }

  private Region root() {
    return space.root();
  }

  private long map(MemoryObject object, long objectPage, long pages, long at) {
    request.clear().object(object, objectPage).pages(pages).where().at(at);
    root().map(request).orThrow();
    return Pages.address(request.firstPage());
  }

  private MemoryObject object(long pages) {
    return MemoryObject.paged(machine, pages).get();
  }

  @Test
  void two_mappings_of_one_object_show_the_same_bytes() {
    MemoryObject object = object(4);
    long a = map(object, 0, 4, 0x2000);
    long b = map(object, 1, 2, 0x3000);
    assertThat(cpu.load(b, 8)).isZero();
    cpu.store(a + 4096 + 16, 8, 0x1122334455667788L);
    assertThat(cpu.load(b + 16, 8)).isEqualTo(0x1122334455667788L);
    cpu.store(b + 4095, 4, 0xAABBCCDDL);
    assertThat(cpu.load(a + 4096 + 4095, 4)).isEqualTo(0xAABBCCDDL);
    object.release();
  }

  @Test
  void a_hole_cut_into_a_mapping_leaves_two_that_show_the_right_pages() {
    MemoryObject object = object(16);
    long a = map(object, 0, 16, 0x2000);
    for (int i = 0; i < 16; i++) {
      cpu.store(a + i * 4096L, 8, 100 + i);
    }
    assertThat(root().unmap(0x2004, 3)).isEqualTo(Outcome.OK);
    assertThat(space.mappings()).isEqualTo(2);
    for (int i = 0; i < 16; i++) {
      long address = a + i * 4096L;
      if (i >= 4 && i < 7) {
        assertThatThrownBy(() -> cpu.load(address, 8))
            .isInstanceOfSatisfying(
                MemoryFault.class,
                fault -> {
                  assertThat(fault.fault().reason()).isEqualTo(FaultReason.UNMAPPED);
                  assertThat(fault.fault().mapping()).isNotNull();
                  assertThat(fault.fault().toString()).contains("removed by unmap");
                });
      } else {
        assertThat(cpu.load(address, 8)).isEqualTo(100 + i);
      }
    }
    object.release();
  }

  @Test
  void protect_splits_and_protecting_back_merges() {
    MemoryObject object = object(16);
    long a = map(object, 0, 16, 0x2000);
    cpu.store(a + 5 * 4096, 8, 7);
    assertThat(root().protect(0x2005, 1, Permissions.READ)).isEqualTo(Outcome.OK);
    assertThat(space.mappings()).isEqualTo(3);
    assertThat(cpu.load(a + 5 * 4096, 8)).isEqualTo(7);
    assertThatThrownBy(() -> cpu.store(a + 5 * 4096, 8, 1)).isInstanceOf(MemoryFault.class);
    cpu.store(a + 6 * 4096, 8, 1);
    assertThat(root().protect(0x2005, 1, Permissions.READ_WRITE)).isEqualTo(Outcome.OK);
    assertThat(space.mappings()).isEqualTo(1);
    cpu.store(a + 5 * 4096, 8, 9);
    assertThat(cpu.load(a + 5 * 4096, 8)).isEqualTo(9);
    object.release();
  }

  @Test
  void overwriting_replaces_parts_of_mappings_and_refuses_child_regions() {
    MemoryObject one = object(8);
    MemoryObject two = object(8);
    long a = map(one, 0, 8, 0x2000);
    cpu.store(a, 8, 1);
    cpu.store(a + 2 * 4096, 8, 1);
    request.clear().object(two, 0).pages(3).where().overwrite(0x2002);
    assertThat(root().map(request)).isEqualTo(Outcome.OK);
    assertThat(cpu.load(a + 2 * 4096, 8)).isZero();
    assertThat(cpu.load(a, 8)).isEqualTo(1);
    assertThat(space.mappings()).isEqualTo(3);
    RegionRequest region = new RegionRequest().pages(2);
    region.where().at(0x2010);
    assertThat(root().allocate(region)).isEqualTo(Outcome.OK);
    request.clear().object(two, 0).pages(0x20).where().overwrite(0x2000);
    assertThat(root().map(request)).isEqualTo(Outcome.REGION_IN_RANGE);
    request.clear().object(two, 0).pages(1).where().at(0x2011);
    assertThat(root().map(request)).isEqualTo(Outcome.OCCUPIED);
    one.release();
    two.release();
  }

  @Test
  void a_live_view_follows_its_parent_until_it_writes_and_a_snapshot_does_not() {
    MemoryObject parent = object(4);
    long a = map(parent, 0, 4, 0x2000);
    cpu.store(a, 8, 1);
    MemoryObject live = parent.child(ChildKind.LIVE_VIEW, 0, 4).get();
    long b = map(live, 0, 4, 0x3000);
    assertThat(cpu.load(b, 8)).isEqualTo(1);
    assertThat(cpu.load(b + 4096, 8)).isZero();
    cpu.store(a, 8, 2);
    cpu.store(a + 4096, 8, 3);
    assertThat(cpu.load(b, 8)).isEqualTo(2);
    assertThat(cpu.load(b + 4096, 8)).isEqualTo(3);
    cpu.store(b, 8, 50);
    cpu.store(a, 8, 4);
    assertThat(cpu.load(b, 8)).isEqualTo(50);
    MemoryObject snapshot = parent.child(ChildKind.SNAPSHOT, 0, 4).get();
    long c = map(snapshot, 0, 4, 0x4000);
    cpu.store(a, 8, 5);
    assertThat(cpu.load(c, 8)).isEqualTo(4);
    cpu.store(c, 8, 6);
    assertThat(cpu.load(a, 8)).isEqualTo(5);
    assertThat(cpu.load(c, 8)).isEqualTo(6);
    assertThat(cpu.load(b, 8)).isEqualTo(50);
    parent.release();
    live.release();
    snapshot.release();
  }

  @Test
  void shrinking_an_object_takes_its_pages_from_every_mapping() {
    MemoryObject object = object(4);
    long a = map(object, 0, 4, 0x2000);
    cpu.store(a, 8, 1); // keeps the page tables
    cpu.store(a + 3 * 4096, 8, 1);
    long free = machine.frames().free();
    assertThat(object.resize(3)).isEqualTo(Outcome.OK);
    assertThat(machine.frames().free()).isEqualTo(free + 1);
    assertThatThrownBy(() -> cpu.load(a + 3 * 4096, 8))
        .hasMessageContaining("beyond the end of the mapped object");
    assertThat(object.resize(4)).isEqualTo(Outcome.OK);
    assertThat(cpu.load(a + 3 * 4096, 8)).isZero();
    object.release();
  }

  @Test
  void destroying_a_deep_tree_of_regions_frees_everything_at_once() {
    MemoryObject object = object(1);
    long before = machine.frames().free();
    Region region = root();
    List<Region> all = new ArrayList<>();
    for (int depth = 0; depth < 10_000; depth++) {
      RegionRequest inner = new RegionRequest().pages(30_000 - depth);
      inner.where().firstFit();
      region.allocate(inner).orThrow();
      region = inner.region();
      all.add(region);
    }
    request.clear().object(object, 0).pages(1);
    region.map(request).orThrow();
    cpu.store(Pages.address(request.firstPage()), 8, 1);
    assertThat(all.get(0).destroy()).isEqualTo(Outcome.OK);
    assertThat(all).noneMatch(Region::live);
    assertThat(region.map(request)).isEqualTo(Outcome.DEAD);
    assertThat(space.mappings()).isZero();
    object.release();
    assertThat(machine.frames().free()).isGreaterThanOrEqualTo(before - 1); // the root table stays
  }

  @Test
  void a_reservation_maps_and_unmaps_with_every_allocation_failing() {
    MemoryObject object =
        MemoryObject.contiguous(machine, dev.mapwright.core.machine.Frames.RunRequest.of(8, 0))
            .get();
    RegionRequest range = new RegionRequest().pages(1000);
    range.where().anywhere();
    Reservation reservation = root().reserve(range, 3).get();
    long first = reservation.region().firstPage();
    machine.failures().failAll();
    for (int round = 0; round < 1000; round++) {
      long at = first + round % 990;
      assertThat(
              reservation.map(at, 8, object::frameOf, Permissions.READ_WRITE, CachePolicy.CACHED))
          .isEqualTo(Outcome.OK);
      cpu.store(Pages.address(at + 3) + 8, 8, round);
      assertThat(object.read(3 * 4096 + 8, buffer(), 0, 8)).isEqualTo(Outcome.OK);
      assertThat(buffer.get(ValueLayout.JAVA_LONG_UNALIGNED, 0)).isEqualTo(round);
      assertThat(reservation.unmap(at)).isEqualTo(Outcome.OK);
    }
    assertThat(machine.failures().asked()).isZero();
    machine.failures().off();
    reservation
        .map(first, 8, object::frameOf, Permissions.READ_WRITE, CachePolicy.CACHED)
        .orThrow();
    assertThat(reservation.release()).isEqualTo(Outcome.OK);
    assertThat(machine.frames().holds(object.frameOf(0))).isZero();
    object.release();
  }

  private final java.lang.foreign.MemorySegment buffer =
      java.lang.foreign.MemorySegment.ofArray(new long[512]);

  private java.lang.foreign.MemorySegment buffer() {
    return buffer;
  }

  @Test
  void a_lease_shows_the_memory_itself_and_keeps_its_range_from_changing() {
    MemoryObject object = object(4);
    long a = map(object, 0, 4, 0x2000);
    try (Lease lease = space.lease(0x2001, 2, true).get()) {
      lease.segment(0, 1).set(ValueLayout.JAVA_LONG, 8, 77L);
      assertThat(cpu.load(a + 4096 + 8, 8)).isEqualTo(77);
      assertThat(root().unmap(0x2000, 2)).isEqualTo(Outcome.LEASED);
      assertThat(root().protect(0x2002, 1, Permissions.READ)).isEqualTo(Outcome.LEASED);
      assertThat(object.resize(1)).isEqualTo(Outcome.PINNED);
      assertThat(root().unmap(0x2000, 1)).isEqualTo(Outcome.OK);
    }
    assertThat(root().unmap(0x2001, 3)).isEqualTo(Outcome.OK);
    object.release();
  }

  @Test
  void written_pages_are_told_once_and_survive_a_forgotten_translation() {
    MemoryObject object = object(8);
    long a = map(object, 0, 8, 0x2000);
    space.trackDirty(true);
    cpu.store(a, 8, 1);
    cpu.store(a + 4096, 8, 1);
    cpu.load(a + 2 * 4096, 8);
    cpu.store(a + 5 * 4096, 8, 1);
    object.child(ChildKind.SNAPSHOT, 0, 8).get().release();
    List<Long> told = new ArrayList<>();
    space.collectDirty(0x2000, 8, true, (page, pages) -> told.addAll(List.of(page, pages)));
    assertThat(told).containsExactly(0x2000L, 2L, 0x2005L, 1L);
    told.clear();
    cpu.store(a + 4096, 8, 2);
    space.collectDirty(0x2000, 8, true, (page, pages) -> told.addAll(List.of(page, pages)));
    assertThat(told).containsExactly(0x2001L, 1L);
    object.release();
  }

  @Test
  void random_placement_at_a_full_region_finds_the_only_free_place() {
    RegionRequest window = new RegionRequest().pages(1024);
    root().allocate(window).orThrow();
    Region region = window.region();
    MemoryObject object = object(1);
    for (int i = 0; i < 1024; i++) {
      request.clear().object(object, 0).pages(1);
      region.map(request).orThrow();
    }
    request.clear().object(object, 0).pages(1);
    assertThat(region.map(request)).isEqualTo(Outcome.NO_ROOM);
    region.unmap(region.firstPage() + 333, 1).orThrow();
    assertThat(region.map(request)).isEqualTo(Outcome.OK);
    assertThat(request.firstPage()).isEqualTo(region.firstPage() + 333);
    object.release();
  }

  @Test
  void translate_says_what_an_access_would_meet_and_changes_nothing() {
    MemoryObject object = object(2);
    long a = map(object, 0, 4, 0x2000);
    long free = machine.frames().free();
    assertThat(space.translate(a, Access.WRITE).commits()).isTrue();
    assertThat(space.translate(a, Access.FETCH).reason()).isEqualTo(FaultReason.DENIED);
    assertThat(space.translate(a + 3 * 4096, Access.READ).reason())
        .isEqualTo(FaultReason.BEYOND_OBJECT);
    assertThat(space.translate(0, Access.READ).reason()).isEqualTo(FaultReason.UNMAPPED);
    assertThat(machine.frames().free()).isEqualTo(free);
    object.release();
  }

  @Test
  void present_pages_are_installed_with_large_leaves_when_asked_for() {
    MemoryObject object =
        MemoryObject.contiguous(machine, dev.mapwright.core.machine.Frames.RunRequest.of(1024, 9))
            .get();
    request.clear().object(object, 0).pages(1024).installPresent(true).where().at(0x2000);
    root().map(request).orThrow();
    List<Long> leaves = new ArrayList<>();
    space.translation().forEachLeaf(0, Pages.LAST_PAGE, (page, pages, entry) -> leaves.add(pages));
    assertThat(leaves).containsExactly(512L, 512L);
    root().unmap(0x2100, 1).orThrow();
    cpu.store(Pages.address(0x2101), 8, 5);
    assertThatThrownBy(() -> cpu.load(Pages.address(0x2100), 8)).isInstanceOf(MemoryFault.class);
    object.release();
  }
}
