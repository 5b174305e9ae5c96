package dev.mapwright.proof.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.check.StateImage;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.FrameUser;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.core.space.SpaceSnapshot;
import dev.mapwright.sim.SimulatedMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InvariantsTest {
  private static final long BASE = 0x4000;

  private final Machine machine = SimulatedMachine.create(32L << 20);
  private final AddressSpace space = AddressSpace.create(machine, "space", BASE, BASE + 255).get();
  private final Cpu cpu = machine.newCpu();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void hold_after_every_step_of_random_use_with_snapshots_of_the_space_in_between(long seed) {
    Random random = new Random(seed);
    cpu.attach(space);
    List<MemoryObject> objects = new ArrayList<>();
    objects.add(MemoryObject.paged(machine, 32).get());
    objects.add(MemoryObject.contiguous(machine, RunRequest.of(16, 0)).get());
    objects.add(
        MemoryObject.physical(machine, objects.get(1).frameOf(0), 16, CachePolicy.UNCACHED).get());
    List<Region> regions = new ArrayList<>(List.of(space.root()));
    SpaceSnapshot snapshot = space.snapshot().get();
    int restored = 0;
    for (int step = 0; step < 3_000; step++) {
      MemoryObject object = objects.get(random.nextInt(objects.size()));
      Region region = regions.get(random.nextInt(regions.size()));
      long page = BASE + random.nextInt(256);
      long pages = 1L + random.nextInt(24);
      switch (random.nextInt(16)) {
        case 0, 1, 2 -> {
          MapRequest request = new MapRequest().object(object, random.nextInt(8)).pages(pages);
          request.installPresent(random.nextBoolean());
          if (random.nextBoolean()) {
            request.where().overwrite(page);
          }
          region.map(request);
        }
        case 3 -> region.unmap(page, pages);
        case 4 -> region.protect(page, pages, random.nextInt(4));
        case 5 -> {
          RegionRequest request = new RegionRequest().pages(pages * 3);
          if (region.allocate(request) == Outcome.OK) {
            regions.add(request.region());
          }
        }
        case 6 -> {
          if (region != space.root()) {
            region.destroy();
          }
        }
        case 7 -> {
          ChildKind kind = random.nextBoolean() ? ChildKind.SNAPSHOT : ChildKind.LIVE_VIEW;
          MemoryObject child = object.child(kind, random.nextInt(4), 24).made();
          if (child != null) {
            objects.add(child);
          }
        }
        case 8 -> {
          if (objects.size() > 8) {
            objects.remove(3 + random.nextInt(objects.size() - 3)).release();
          }
        }
        case 9 -> object.resize(random.nextInt(40));
        case 10 -> object.decommit(random.nextInt(8), random.nextInt(8));
        case 11 -> object.commit(random.nextInt(8), random.nextInt(8));
        case 12 -> {
          if (random.nextInt(4) == 0) {
            snapshot.close();
            snapshot = space.snapshot().get();
            assertThat(snapshot.differences()).isEmpty();
          }
        }
        case 13 -> {
          if (random.nextInt(4) == 0) {
            assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
            assertThat(snapshot.differences()).isEmpty();
            restored++;
          }
        }
        default -> {
          try {
            cpu.store(Pages.address(page) + 8, 8, step);
            cpu.load(Pages.address(BASE + random.nextInt(256)), 8);
          } catch (MemoryFault expected) {
            assertThat(expected.fault().reason()).isNotNull();
          }
        }
      }
      Invariants.verify(machine);
    }
    assertThat(restored).isGreaterThan(10);
    snapshot.close();
    space.close();
    objects.forEach(MemoryObject::release);
    assertThat(machine.census().leaks()).isEmpty();
    assertThat(machine.frames().free()).isGreaterThanOrEqualTo(machine.frames().total() - 1);
    machine.close();
  }

  @Test
  void a_snapshot_brings_back_contents_mappings_and_regions_more_than_once() {
    cpu.attach(space);
    MemoryObject object = MemoryObject.paged(machine, 4).get();
    RegionRequest inner = new RegionRequest().pages(16);
    inner.where().at(BASE + 16);
    space.root().allocate(inner).orThrow();
    Region region = inner.region();
    MapRequest request = new MapRequest().object(object, 0).pages(4);
    region.map(request).orThrow();
    long address = Pages.address(request.firstPage());
    cpu.store(address, 8, 1);
    try (SpaceSnapshot snapshot = space.snapshot().get()) {
      for (int round = 0; round < 3; round++) {
        cpu.store(address, 8, 2);
        cpu.store(address + 4096, 8, 3);
        assertThat(snapshot.differences()).hasSize(2);
        region.destroy().orThrow();
        object.resize(1).orThrow();
        assertThat(snapshot.restore()).isEqualTo(Outcome.OK);
        assertThat(region.live()).isTrue();
        assertThat(cpu.load(address, 8)).isEqualTo(1);
        assertThat(cpu.load(address + 4096, 8)).isZero();
        assertThat(snapshot.differences()).isEmpty();
        Invariants.verify(machine);
      }
    }
    object.release();
  }

  @Test
  void a_frame_that_nobody_owns_and_an_entry_that_nobody_mapped_are_found() {
    assertThat(Invariants.violations(machine)).isEmpty();
    long lost = machine.frames().allocate(FrameOwner.OBJECT, 77);
    assertThat(Invariants.violations(machine)).singleElement().asString().contains("to no page");
    machine.frames().free(lost);
    space.translation().installRun(BASE, lost, 1, Permissions.READ, CachePolicy.CACHED);
    assertThat(Invariants.violations(machine))
        .singleElement()
        .asString()
        .contains("translated and not mapped");
  }

  /** Translates for a device, and is no space. */
  private final class Iommu implements FrameUser {
    final List<Long> held = new ArrayList<>();

    Iommu() {
      machine.frames().allocate(FrameOwner.TABLE, 1);
    }

    @Override
    public boolean forEachHeld(HeldVisitor visitor) {
      held.forEach(pfn -> visitor.held(pfn, 1));
      return true;
    }

    @Override
    public long tables() {
      return 1;
    }

    @Override
    public String describe() {
      return "an IOMMU";
    }
  }

  @Test
  void tables_and_holds_of_somebody_who_is_no_space_are_accounted() {
    Iommu iommu = new Iommu();
    assertThat(Invariants.violations(machine)).singleElement().asString().contains("tables");
    machine.census().enter(iommu);
    Invariants.verify(machine);
    MemoryObject object = MemoryObject.contiguous(machine, RunRequest.of(1, 0)).get();
    long pfn = object.frameOf(0);
    machine.frames().hold(pfn);
    assertThat(Invariants.violations(machine))
        .containsExactly("frame " + pfn + " is held 1 times, not 0");
    iommu.held.add(pfn);
    Invariants.verify(machine);
    iommu.held.add(machine.frames().total());
    assertThat(Invariants.violations(machine))
        .containsExactly("frame " + machine.frames().total() + " is held 0 times, not 1");
    machine.frames().hold(machine.frames().total());
    assertThat(machine.frames().owner(machine.frames().total())).isEqualTo(FrameOwner.FREE);
    Invariants.verify(machine);
    machine.census().leave(iommu);
    assertThat(Invariants.violations(machine)).hasSizeGreaterThan(1);
  }

  @Test
  void an_image_tells_counts_and_attributes_of_frames_and_attributes_where_no_ram_is() {
    Frames frames = machine.frames();
    long pool = frames.allocate(FrameOwner.POOL, 5);
    StateImage before = StateImage.of(machine);
    List<Runnable> changes =
        List.of(
            () -> frames.addLocks(pool, 1),
            () -> frames.pin(pool),
            () -> frames.hold(pool),
            () -> frames.hold(pool + 1),
            () -> frames.setCachePolicy(pool, null),
            () -> frames.setCachePolicy(pool + 2, CachePolicy.UNCACHED),
            () -> frames.setCachePolicy(1 << 20, 1 << 18, CachePolicy.WRITE_COMBINING),
            () -> frames.transfer(pool, FrameOwner.POOL, 6));
    for (Runnable change : changes) {
      change.run();
      StateImage after = StateImage.of(machine);
      assertThat(before.differences(after)).hasSize(1);
      before = after;
    }
  }

  @Test
  void an_image_tells_a_changed_byte_a_changed_permission_and_nothing_else() {
    cpu.attach(space);
    MemoryObject object = MemoryObject.paged(machine, 4).get();
    MapRequest request = new MapRequest().object(object, 0).pages(4);
    request.where().at(BASE);
    space.root().map(request).orThrow();
    cpu.store(Pages.address(BASE), 8, 1);
    StateImage before = StateImage.of(machine);
    cpu.load(Pages.address(BASE), 8);
    assertThat(before.differences(StateImage.of(machine))).isEmpty();
    cpu.store(Pages.address(BASE) + 4000, 1, 1);
    assertThat(before.differences(StateImage.of(machine))).hasSize(1);
    space.root().protect(BASE + 1, 1, Permissions.READ).orThrow();
    assertThat(before.differences(StateImage.of(machine))).hasSizeGreaterThan(2);
    object.release();
  }

  @Test
  void holds_of_a_reservation_are_counted() {
    MemoryObject object = MemoryObject.contiguous(machine, RunRequest.of(4, 0)).get();
    RegionRequest range = new RegionRequest().pages(16);
    Reservation reservation = space.root().reserve(range, 2).get();
    reservation
        .map(
            reservation.region().firstPage(),
            4,
            object::frameOf,
            Permissions.READ,
            CachePolicy.CACHED)
        .orThrow();
    Invariants.verify(machine);
    machine.frames().unhold(object.frameOf(1));
    assertThat(Invariants.violations(machine)).singleElement().asString().contains("held");
  }
}
