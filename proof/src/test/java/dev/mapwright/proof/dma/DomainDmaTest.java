package dev.mapwright.proof.dma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.dma.BuddyAllocator;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainOptions;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is mapped in a domain is what its devices reach, and nothing else, from when to when. */
class DomainDmaTest {
  private static final int WIDTH = 39;
  private static final int REQUESTER = 0x20;

  private final Machine machine = machine();
  private final Iommu iommu = Objects.requireNonNull(machine.iommu());
  private final long firstPfn =
      machine.frames().allocateRun(RunRequest.of(16, 0), FrameOwner.POOL, 1);
  private final Domain domain = domain();
  private final DmaPort port = machine.newDmaPort(REQUESTER, DmaFault.NO_PASID);
  private final MemorySegment buffer = MemorySegment.ofArray(new long[1024]);

  private static Machine machine() {
    return SimulatedMachine.builder().ram(0x100, 4096).iommu(IommuMode.LEGACY, WIDTH).build();
  }

  private Domain domain() {
    return Domain.create(
            machine,
            "device",
            Objects.requireNonNull(iommu.newTranslation(WIDTH)),
            (1L << WIDTH - Pages.SHIFT) - 1,
            new BuddyAllocator(WIDTH, machine.failures()))
        .get();
  }

  private long map(long pages, int permissions) {
    DomainRequest request = new DomainRequest().pages(pages).permissions(permissions);
    assertThat(domain.map(request, page -> firstPfn + page)).isEqualTo(Outcome.OK);
    return Pages.address(request.page());
  }

  @AfterEach
  void nothing_is_left() {
    iommu.detach(REQUESTER);
    Invariants.verify(machine);
    domain.close();
    assertThat(machine.census().leaks()).isEmpty();
    machine.close();
  }

  @Test
  void a_device_reaches_what_is_mapped_as_far_as_it_is_allowed() {
    assertThat(iommu.attach(REQUESTER, domain.translation())).isTrue();
    long readable = map(2, Permissions.READ);
    machine.memory().writeLong(Pages.address(firstPfn) + 4088, 0x1234);
    machine.memory().writeLong(Pages.address(firstPfn + 1), 0x5678);
    assertThat(port.read(readable + 4088, buffer, 0, 16)).isNull();
    assertThat(buffer.getAtIndex(ValueLayout.JAVA_LONG, 0)).isEqualTo(0x1234);
    assertThat(buffer.getAtIndex(ValueLayout.JAVA_LONG, 1)).isEqualTo(0x5678);
    DmaFault denied = Objects.requireNonNull(port.write(readable, buffer, 0, 8));
    assertThat(denied.reason()).isEqualTo(DmaFault.Reason.DENIED);
    assertThat(denied.address()).isEqualTo(readable);
    long writable = map(1, Permissions.WRITE);
    assertThat(port.write(writable, buffer, 0, 8)).isNull();
    assertThat(Objects.requireNonNull(port.read(writable, buffer, 0, 8)).reason())
        .isEqualTo(DmaFault.Reason.DENIED);
  }

  @Test
  void a_domain_as_wide_as_its_tables_works_at_any_width_from_13_bits() {
    for (int bits = 13; bits < 24; bits++) {
      long last = (1L << bits - Pages.SHIFT) - 1;
      Translation tables = Objects.requireNonNull(iommu.newTranslation(bits));
      Domain narrow = Domain.create(machine, "narrow", tables, last, null).get();
      assertThat(iommu.attach(REQUESTER, tables)).isTrue();
      DomainRequest whole = new DomainRequest().at(0).pages(last + 1);
      assertThat(narrow.map(whole, page -> firstPfn + (page & 15))).isEqualTo(Outcome.OK);
      assertThat(port.read(0, buffer, 0, 8)).isNull();
      assertThat(port.read(Pages.address(last), buffer, 0, 8)).isNull();
      assertThat(narrow.map(new DomainRequest().at(last + 1).pages(1), page -> firstPfn))
          .isEqualTo(Outcome.OUTSIDE);
      assertThat(narrow.unmap(0, last + 1)).isEqualTo(Outcome.OK);
      assertThat(port.read(Pages.address(last), buffer, 0, 8)).isNotNull();
      DomainReservation reservation = narrow.reserve(whole).get();
      assertThat(reservation.map(last, 1, page -> firstPfn, Permissions.READ))
          .isEqualTo(Outcome.OK);
      assertThat(port.read(Pages.address(last), buffer, 0, 8)).isNull();
      Invariants.verify(machine);
      assertThat(reservation.unmap(last, 1)).isEqualTo(Outcome.OK);
      assertThat(reservation.release()).isEqualTo(Outcome.OK);
      iommu.detach(REQUESTER);
      narrow.close();
    }
  }

  @Test
  void after_unmapping_returned_nothing_lands() throws InterruptedException {
    assertThat(iommu.attach(REQUESTER, domain.translation())).isTrue();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong address = new AtomicLong();
    AtomicLong landed = new AtomicLong();
    Thread device =
        new Thread(() -> {
          MemorySegment ones = MemorySegment.ofArray(new long[] {-1});
          while (!stop.get()) {
            if (port.write(address.get(), ones, 0, 8) == null) {
              landed.incrementAndGet();
            }
          }
        });
    device.start();
    try {
      address.set(map(1, Permissions.READ_WRITE));
      while (landed.get() == 0) {
        Thread.onSpinWait();
      }
      assertThat(domain.unmap(Pages.of(address.get()), 1)).isEqualTo(Outcome.OK);
      for (int round = 0; round < 3000; round++) {
        long mapped = map(1, Permissions.READ_WRITE);
        address.set(mapped);
        if (round % 2 == 0) {
          Thread.onSpinWait();
        }
        assertThat(domain.unmap(Pages.of(mapped), 1)).isEqualTo(Outcome.OK);
        machine.memory().writeLong(Pages.address(firstPfn), 0);
        for (int look = 0; look < 20; look++) {
          assertThat(machine.memory().readLong(Pages.address(firstPfn))).isZero();
        }
      }
    } finally {
      stop.set(true);
      device.join();
    }
  }

  @Test
  void a_reservation_maps_for_a_device_while_every_acquisition_fails() {
    assertThat(iommu.attach(REQUESTER, domain.translation())).isTrue();
    DomainReservation reservation = domain.reserve(new DomainRequest().pages(8)).get();
    long address = Pages.address(reservation.firstPage());
    assertThat(Objects.requireNonNull(port.read(address, buffer, 0, 8)).reason())
        .isEqualTo(DmaFault.Reason.NOT_MAPPED);
    machine.failures().failAll();
    for (int round = 0; round < 1000; round++) {
      int at = round % 5;
      Outcome mapped = reservation.map(at, 3, page -> firstPfn + page, Permissions.READ_WRITE);
      assertThat(mapped).isEqualTo(Outcome.OK);
      assertThat(port.write(address + Pages.address(at), buffer, 0, 3 * 4096 - 4096)).isNull();
      assertThat(reservation.unmap(at, 3)).isEqualTo(Outcome.OK);
      assertThat(port.write(address + Pages.address(at), buffer, 0, 8)).isNotNull();
    }
    machine.failures().off();
  }

  @Test
  void a_page_that_allows_nothing_refuses_every_access() {
    assertThat(iommu.attach(REQUESTER, domain.translation())).isTrue();
    long nothing = map(1, Permissions.NONE);
    assertThat(port.read(nothing, buffer, 0, 8)).isNotNull();
    assertThat(port.write(nothing, buffer, 0, 8)).isNotNull();
  }

  @Test
  void a_domain_can_make_its_own_tables() {
    assertThat(Domain.create(machine, "own", 12, null, DomainOptions.USUAL).outcome())
        .isEqualTo(Outcome.OUTSIDE);
    assertThat(Domain.create(machine, "own", WIDTH + 1, null, DomainOptions.USUAL).outcome())
        .isEqualTo(Outcome.OUTSIDE);
    long free = machine.frames().free();
    BuddyAllocator wide = new BuddyAllocator(36, machine.failures());
    assertThat(Domain.create(machine, "own", 30, wide, DomainOptions.USUAL).outcome())
        .isEqualTo(Outcome.OUTSIDE);
    assertThat(machine.frames().free()).isEqualTo(free);
    try (Domain own = Domain.create(machine, "own", 30, null, DomainOptions.USUAL).get()) {
      assertThat(own.lastPage()).isEqualTo((1L << 18) - 1);
      assertThat(own.map(new DomainRequest().pages(1).at(5), page -> firstPfn))
          .isEqualTo(Outcome.OK);
    }
    assertThat(machine.frames().free()).isEqualTo(free);
    machine.failures().failNth(1);
    assertThat(Domain.create(machine, "own", 30, null, DomainOptions.USUAL).outcome())
        .isEqualTo(Outcome.OUT_OF_FRAMES);
    machine.failures().off();
    try (Domain whole = Domain.create(machine, "whole", WIDTH, null, DomainOptions.USUAL).get()) {
      for (long page : new long[] {0xFEE00, 0xFEEFF}) {
        assertThat(whole.map(new DomainRequest().pages(1).at(page), index -> firstPfn))
            .isEqualTo(Outcome.OCCUPIED);
      }
      whole.map(new DomainRequest().pages(1).at(0xFEDFF), index -> firstPfn).orThrow();
      whole.map(new DomainRequest().pages(1).at(0xFEF00), index -> firstPfn).orThrow();
    }
    try (Machine bare = SimulatedMachine.create(1L << 24)) {
      assertThat(Domain.create(bare, "none", 30, null, DomainOptions.USUAL).outcome())
          .isEqualTo(Outcome.UNSUPPORTED);
    }
  }
}
