package dev.mapwright.proof.dma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.dma.BuddyAllocator;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.Domain.Kind;
import dev.mapwright.core.dma.DomainOptions;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.failure.FailureSweep;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Freed ranges wait before anybody gets them again, and nobody is refused because they do. */
class QuarantineTest {
  private static final int BOUND = 16;

  private final DmaWorld world = DmaWorld.buddy(DomainOptions.USUAL.withQuarantine(BOUND));

  @AfterEach
  void nothing_is_left() {
    world.close();
  }

  private static List<Long> quarantined(Domain domain) {
    List<Long> pages = new ArrayList<>();
    domain.forEach((kind, first, count, entry) -> {
      if (kind == Kind.QUARANTINED) {
        for (long page = first; page < first + count; page++) {
          pages.add(page);
        }
      }
    });
    return pages;
  }

  @Test
  void a_late_access_meets_nobody_elses_memory() {
    long page = world.map(1, Permissions.READ_WRITE, 0, "a");
    assertThat(world.write(page, 1)).isNull();
    world.unmap(page, 1);
    long other = world.map(1, Permissions.READ_WRITE, 1, "b");
    assertThat(other).isNotEqualTo(page);
    world.setWord(1, 77);
    assertThat(world.write(page, 2)).isNotNull();
    assertThat(world.word(1)).isEqualTo(77);
    assertThat(world.word(0)).isEqualTo(1);
    assertThat(quarantined(world.domain)).containsExactly(page);
    assertThat(world.domain.quarantinedPages()).isEqualTo(1);
  }

  @Test
  void without_it_the_next_request_gets_the_range_at_once() {
    try (DmaWorld usual = DmaWorld.buddy(DomainOptions.USUAL)) {
      long page = usual.map(1, Permissions.READ_WRITE, 0, "a");
      usual.unmap(page, 1);
      assertThat(usual.map(1, Permissions.READ_WRITE, 1, "b")).isEqualTo(page);
      assertThat(usual.domain.quarantinedPages()).isZero();
    }
  }

  @Test
  void the_oldest_goes_when_there_are_more_pages_than_the_bound() {
    List<Long> pages = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      pages.add(world.map(2, Permissions.READ, 2L * i, "a"));
    }
    for (long page : pages) {
      world.unmap(page, 2);
    }
    assertThat(world.domain.quarantinedPages()).isEqualTo(BOUND);
    assertThat(quarantined(world.domain))
        .doesNotContain(pages.get(0))
        .contains(pages.get(1), pages.get(8));
    assertThat(world.map(2, Permissions.READ, 0, "b")).isEqualTo(pages.get(0));
  }

  @Test
  void a_range_longer_than_the_bound_does_not_wait_and_drives_nobody_out() {
    long small = world.map(1, Permissions.READ, 0, "a");
    long large = world.map(BOUND + 1, Permissions.READ, 0, "a");
    world.unmap(small, 1);
    world.unmap(large, BOUND + 1);
    assertThat(quarantined(world.domain)).containsExactly(small);
    assertThat(world.map(BOUND + 1, Permissions.READ, 0, "b")).isEqualTo(large);
  }

  @Test
  void the_range_of_a_reservation_waits_too() {
    DomainReservation reservation = world.domain.reserve(new DomainRequest().pages(4)).get();
    assertThat(reservation.map(0, 4, at -> world.firstPfn, Permissions.READ)).isEqualTo(Outcome.OK);
    assertThat(reservation.unmap(0, 4)).isEqualTo(Outcome.OK);
    assertThat(world.domain.quarantinedPages()).isZero();
    assertThat(reservation.release()).isEqualTo(Outcome.OK);
    assertThat(world.domain.quarantinedPages()).isEqualTo(4);
  }

  @Test
  void a_range_whose_mapping_was_refused_was_never_seen_by_a_device_and_does_not_wait() {
    assertThat(world.domain.map(new DomainRequest().pages(2), page -> -1))
        .isEqualTo(Outcome.INVALID);
    assertThat(world.domain.quarantinedPages()).isZero();
  }

  @Test
  void before_a_request_is_refused_the_quarantine_is_drained_from_its_oldest_end() {
    DomainRequest request = new DomainRequest().within(0, 7);
    long[] pages = new long[8];
    for (int i = 0; i < 8; i++) {
      assertThat(world.domain.map(request.pages(1), at -> world.firstPfn)).isEqualTo(Outcome.OK);
      pages[i] = request.page();
    }
    for (int i = 3; i < 8; i++) {
      world.unmap(pages[i], 1);
    }
    assertThat(world.domain.map(request.pages(1), at -> world.firstPfn)).isEqualTo(Outcome.OK);
    assertThat(request.page()).isEqualTo(pages[3]);
    assertThat(world.domain.quarantinedPages()).isEqualTo(4);
    assertThat(world.domain.map(request.pages(4), at -> world.firstPfn)).isEqualTo(Outcome.OK);
    assertThat(request.page()).isEqualTo(4);
    assertThat(world.domain.quarantinedPages()).isZero();
    assertThat(world.domain.map(request.pages(1), at -> world.firstPfn)).isEqualTo(Outcome.NO_ROOM);
  }

  @Test
  void a_region_is_set_aside_over_what_is_in_quarantine() {
    long page = world.map(4, Permissions.READ, 0, "a");
    world.unmap(page, 4);
    assertThat(world.domain.setAside(page, 2, false)).isEqualTo(Outcome.OK);
    assertThat(world.domain.quarantinedPages()).isZero();
  }

  @Test
  void where_callers_choose_addresses_nothing_waits() {
    try (DmaWorld chosen = DmaWorld.chosen(DomainOptions.USUAL.withQuarantine(BOUND))) {
      chosen.mapAt(5, 1, Permissions.READ, 0);
      chosen.unmap(5, 1);
      assertThat(chosen.domain.quarantinedPages()).isZero();
      chosen.mapAt(5, 1, Permissions.READ, 0);
    }
  }

  @Test
  void each_acquisition_fails_once_and_nothing_is_lost_while_ranges_wait() {
    long points = FailureSweep.run(() -> new Waiting(world), 200);
    assertThat(points).isGreaterThan(8);
  }

  /** Requests in a domain where ranges wait for a flush and in quarantine. */
  private static final class Waiting implements FailureSweep.Scenario {
    private final DmaWorld world;
    private final Domain swept;
    private Outcome outcome = Outcome.OK;

    Waiting(DmaWorld world) {
      this.world = world;
      swept =
          Domain.create(
                  world.machine,
                  "swept",
                  Objects.requireNonNull(world.iommu.newTranslation(DmaWorld.WIDTH)),
                  (1L << DmaWorld.WIDTH - Pages.SHIFT) - 1,
                  new BuddyAllocator(DmaWorld.WIDTH, world.machine.failures()),
                  DomainOptions.USUAL.withQuarantine(8).withDeferredFlush(3))
              .get();
      for (int i = 0; i < 8; i++) {
        mapAndUnmap(1 + i % 3, 0, 1 << 12);
      }
    }

    private void mapAndUnmap(long pages, long lowest, long highest) {
      if (outcome != Outcome.OK) {
        return;
      }
      DomainRequest request = new DomainRequest().pages(pages).within(lowest, highest);
      outcome = swept.map(request, at -> world.firstPfn + at);
      if (outcome == Outcome.OK) {
        assertThat(swept.unmap(request.page(), pages)).isEqualTo(Outcome.OK);
      }
    }

    @Override
    public FailurePoints prepare() {
      return world.machine.failures();
    }

    @Override
    public void act() {
      mapAndUnmap(1024, 0, 1 << 20);
      mapAndUnmap(4, 0, 3);
      mapAndUnmap(2, 1 << 24, 1 << 25);
      if (outcome == Outcome.OK) {
        Made<DomainReservation> made =
            swept.reserve(new DomainRequest().pages(700).within(1 << 22, 1 << 23));
        outcome = made.outcome();
      }
      if (outcome == Outcome.OK) {
        outcome = swept.setAside(0, 4, true);
      }
    }

    @Override
    public void check(boolean failed) {
      if (!failed) {
        assertThat(outcome).isEqualTo(Outcome.OK);
      }
      Invariants.verify(world.machine);
      swept.flush();
      Invariants.verify(world.machine);
      swept.close();
      assertThat(world.machine.frames().holds(world.firstPfn)).isZero();
    }
  }

  @Test
  void many_single_pages_take_no_more_room_than_its_bound() {
    long bound = 1L << 40;
    Domain huge =
        Domain.create(
                world.machine,
                "huge",
                Objects.requireNonNull(world.iommu.newTranslation(DmaWorld.WIDTH)),
                (1L << DmaWorld.WIDTH - Pages.SHIFT) - 1,
                new BuddyAllocator(DmaWorld.WIDTH, world.machine.failures()),
                DomainOptions.USUAL.withQuarantine(bound))
            .get();
    DomainRequest request = new DomainRequest().pages(1);
    for (int i = 0; i < DomainOptions.MOST_QUARANTINED_RANGES + 100; i++) {
      assertThat(huge.map(request, at -> world.firstPfn)).isEqualTo(Outcome.OK);
      assertThat(huge.unmap(request.page(), 1)).isEqualTo(Outcome.OK);
    }
    assertThat(huge.quarantinedPages()).isEqualTo(DomainOptions.MOST_QUARANTINED_RANGES);
    huge.close();
  }
}
