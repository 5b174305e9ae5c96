package dev.mapwright.cli.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.BuddyAllocator;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainOptions;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.machine.Iommu;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the story says of domains. */
class DomainStoryTest {
  private final SimulatedMachine machine =
      SimulatedMachine.builder().ram(0x100, 4096).iommu(IommuMode.LEGACY, 39).build();
  private final Iommu iommu = Objects.requireNonNull(machine.iommu());
  private final List<String> told = new ArrayList<>();

  DomainStoryTest() {
    machine.events().listen(event -> told.add(Story.sentence(event)));
  }

  private Domain domain(DomainOptions options) {
    return Domain.create(
            machine,
            "a",
            Objects.requireNonNull(iommu.newTranslation(39)),
            255,
            new BuddyAllocator(20, machine.failures()),
            options)
        .get();
  }

  @Test
  void a_domain_is_called_a_domain() {
    long[] frames = {0x112, 0x140};
    Domain domain = domain(DomainOptions.USUAL);
    domain.setAside(0x80, 0x80, false).orThrow();
    DomainRequest one = new DomainRequest().pages(1).permissions(Permissions.WRITE);
    domain.map(one, page -> 0x112).orThrow();
    DomainRequest two = new DomainRequest().pages(2);
    domain.map(two, page -> frames[(int) page]).orThrow();
    domain.unmap(one.page(), 1).orThrow();
    DomainReservation reservation = domain.reserve(new DomainRequest().pages(4)).get();
    reservation.release().orThrow();
    domain.close();
    assertThat(told)
        .containsExactly(
            "a new domain of 20 bits",
            "set aside 0x80000-0xfffff (128 pages), where nothing is mapped",
            "map 0x0-0xfff (1 page) -w, to frame 0x112",
            "map 0x2000-0x3fff (2 pages) rw, to frames here and there, the first 0x112",
            "unmap 0x0-0xfff (1 page), which was -w",
            "reserve 0x4000-0x7fff (4 pages) with its tables, to map in it later",
            "the reservation 0x4000-0x7fff (4 pages) is released",
            "the domain is closed, and what was mapped in it is gone");
    machine.close();
  }

  @Test
  void mappings_without_an_object_are_said_to_show_frames() {
    try (machine) {
      AddressSpace space = AddressSpace.create(machine, "system", 0x1000, 0x1FFF).get();
      Reservation reservation = space.root().reserve(new RegionRequest().pages(8), 2).get();
      told.clear();
      long first = reservation.region().firstPage();
      reservation.map(first, 1, page -> 0x112, Permissions.READ, CachePolicy.CACHED).orThrow();
      reservation.map(first + 2, 2, page -> 0x120 + page, 3, CachePolicy.CACHED).orThrow();
      assertThat(told)
          .satisfiesExactly(
              one -> assertThat(one).startsWith("map 0x").endsWith("(1 page) r--, to frame 0x112"),
              two -> assertThat(two).endsWith("(2 pages) rw-, to frames, the first 0x120"));
      space.close();
    }
  }

  @Test
  void what_waits_is_said_to_wait() {
    try (machine;
        Domain domain = domain(new DomainOptions(2, 0, true));
        Domain deferring = domain(DomainOptions.USUAL.withDeferredFlush(4))) {
      told.clear();
      for (int i = 0; i < 3; i++) {
        DomainRequest request = new DomainRequest().pages(1);
        domain.map(request, page -> 0x112).orThrow();
        domain.unmap(request.page(), 1).orThrow();
      }
      DomainRequest all = new DomainRequest().pages(256);
      domain.map(all, page -> 0x112 + page).orThrow();
      assertThat(told)
          .filteredOn(sentence -> !sentence.startsWith("map "))
          .containsExactly(
              "unmap 0x0-0xfff (1 page), which was rw; in quarantine",
              "unmap 0x1000-0x1fff (1 page), which was rw; in quarantine",
              "unmap 0x2000-0x2fff (1 page), which was rw; in quarantine, which gives 1 older range"
                  + " back for it",
              "out of quarantine, because room is wanted: 0x1000-0x1fff (1 page)",
              "out of quarantine, because room is wanted: 0x2000-0x2fff (1 page)");
      told.clear();
      deferring.map(all.clear().pages(4), page -> 0x112 + page).orThrow();
      deferring.unmap(all.page(), 4).orThrow();
      deferring.flush();
      assertThat(told)
          .containsExactly(
              "map 0x0-0x3fff (4 pages) rw, to frames from 0x112",
              "unmap 0x0-0x3fff (4 pages), which was rw; until the next flush a device may still"
                  + " reach it",
              "flush 1 range that had been unmapped, in 0x0-0x3fff (4 pages)");
    }
  }
}
