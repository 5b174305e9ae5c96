package dev.mapwright.proof.dma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.BuddyAllocator;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainOptions;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reservation goes on for as long as anybody likes when nothing can be acquired any more. */
class TenMillionRoundsTest {
  private static final int ROUNDS = 10_000_000;
  private static final int WIDTH = 39;
  private static final int PAGES = 512 + 4;

  @ParameterizedTest
  @ValueSource(ints = {0, 16})
  void a_reservation_maps_and_unmaps_while_no_frame_is_left_and_every_acquisition_fails(
      int deferredRanges) {
    SimulatedMachine machine =
        SimulatedMachine.builder().ram(0x200, 1 << 11).iommu(IommuMode.LEGACY, WIDTH).build();
    Translation tables =
        Objects.requireNonNull(Objects.requireNonNull(machine.iommu()).newTranslation(WIDTH));
    Domain domain =
        Domain.create(
                machine,
                "disk",
                tables,
                (1L << WIDTH - 12) - 1,
                new BuddyAllocator(WIDTH, machine.failures()),
                DomainOptions.USUAL.withDeferredFlush(deferredRanges))
            .get();
    DomainReservation reservation = domain.reserve(new DomainRequest().pages(PAGES)).get();
    while (machine.frames().allocate(FrameOwner.POOL, 1) >= 0) {
      // until there is none
    }
    machine.failures().failAll();
    long before = tables.tables();
    PfnSource frames = page -> 0x300 + page;
    for (int round = 0; round < ROUNDS; round++) {
      // Mostly one page; now and then more, and whole tables, which large leaves would fit.
      boolean many = (round & 0xFFF) == 0;
      int first = many ? 0 : round & 511;
      int pages = many ? 512 : 1 + (round >>> 9 & 3);
      Outcome mapped = reservation.map(first, pages, frames, Permissions.READ_WRITE);
      Outcome unmapped = reservation.unmap(first, pages);
      if (mapped != Outcome.OK || unmapped != Outcome.OK) {
        throw new AssertionError("round " + round + ": " + mapped + ", " + unmapped);
      }
    }
    assertThat(machine.failures().refused()).isZero();
    assertThat(tables.tables()).isEqualTo(before);
    assertThat(machine.frames().free()).isZero();
    assertThat(reservation.release()).isEqualTo(Outcome.OK);
    machine.failures().off();
    domain.close();
    assertThat(machine.census().leaks()).isEmpty();
    machine.close();
  }
}
