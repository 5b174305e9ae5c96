package dev.mapwright.proof.dma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.core.failure.FailureSweep;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames.RunRequest;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.proof.engine.Machines;
import dev.mapwright.sim.SimulatedMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The contract of domains, sentence by sentence, where the model does not show it. */
class DomainTest {
  private static final long LAST = 0xF_FFFF;

  private final Machine machine = Machines.simulated(1);
  private final long firstPfn =
      machine.frames().allocateRun(RunRequest.of(2048, 0), FrameOwner.POOL, 1);
  private final PfnSource frames = page -> firstPfn + page;
  private final Domain domain = domain();

  private Domain domain() {
    Translation tables = Objects.requireNonNull(machine.newTranslation(0, LAST));
    return Domain.create(machine, "disk", tables, LAST, null).get();
  }

  private static DomainRequest at(long page, long pages) {
    return new DomainRequest().at(page).pages(pages);
  }

  @AfterEach
  void nothing_is_left() {
    machine.failures().off();
    Invariants.verify(machine);
    domain.close();
    assertThat(machine.census().leaks()).isEmpty();
    for (long pfn = firstPfn; pfn < firstPfn + 2048; pfn++) {
      assertThat(machine.frames().holds(pfn)).isZero();
    }
    machine.close();
  }

  @Test
  void a_domain_does_not_reach_beyond_its_tables() {
    Translation tables = Objects.requireNonNull(machine.newTranslation(0, LAST));
    assertThat(Domain.create(machine, "wide", tables, 1L << 51, null).outcome())
        .isEqualTo(Outcome.OUTSIDE);
    assertThat(Domain.create(machine, "none", tables, -1, null).outcome())
        .isEqualTo(Outcome.INVALID);
    tables.close();
  }

  @Test
  void without_an_allocator_the_caller_has_to_choose() {
    DomainRequest request = new DomainRequest().pages(1);
    assertThat(domain.map(request, frames)).isEqualTo(Outcome.UNSUPPORTED);
    assertThat(request.page()).isNegative();
  }

  @Test
  void a_page_that_allows_nothing_is_mapped_all_the_same() {
    assertThat(domain.map(at(5, 1).permissions(Permissions.NONE), frames)).isEqualTo(Outcome.OK);
    assertThat(domain.map(at(5, 1), frames)).isEqualTo(Outcome.OCCUPIED);
    assertThat(TranslationEntry.present(domain.translation().entry(5))).isFalse();
    assertThat(machine.frames().holds(firstPfn)).isOne();
    assertThat(domain.unmap(5, 1)).isEqualTo(Outcome.OK);
  }

  @Test
  void a_frame_that_no_entry_can_lead_to_is_refused_and_nothing_is_left_of_the_others() {
    PfnSource bad = page -> page == 700 ? -1 : firstPfn + page;
    assertThat(domain.map(at(100, 900), bad)).isEqualTo(Outcome.INVALID);
    assertThat(domain.mappings()).isZero();
    assertThat(machine.frames().holds(firstPfn)).isZero();
    assertThat(domain.translation().entry(100)).isEqualTo(TranslationEntry.ABSENT);
  }

  @Test
  void what_a_source_throws_is_passed_on_and_nothing_has_changed() {
    PfnSource throwing =
        page -> {
          if (page == 600) {
            throw new IllegalArgumentException("no more");
          }
          return firstPfn + page;
        };
    assertThatThrownBy(() -> domain.map(at(0, 700), throwing)).hasMessage("no more");
    assertThat(domain.mappings()).isZero();
    assertThat(machine.frames().holds(firstPfn)).isZero();
    assertThat(domain.map(at(0, 700), frames)).isEqualTo(Outcome.OK);
  }

  @Test
  void a_source_must_not_call_the_domain_that_asks_it() {
    PfnSource calling = page -> domain.unmap(0, 1) == Outcome.OK ? 1 : 2;
    assertThatThrownBy(() -> domain.map(at(0, 1), calling))
        .isInstanceOf(IllegalStateException.class);
    assertThat(domain.mappings()).isZero();
  }

  @Test
  void a_source_is_asked_once_for_each_page_in_order() {
    List<Long> asked = new ArrayList<>();
    PfnSource asking =
        page -> {
          asked.add(page);
          return firstPfn + page;
        };
    assertThat(domain.map(at(510, 4), asking)).isEqualTo(Outcome.OK);
    assertThat(asked).containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void a_reservation_has_its_tables_and_maps_while_every_acquisition_fails() {
    DomainReservation reservation = domain.reserve(at(500, 600)).get();
    long free = machine.frames().free();
    machine.failures().failAll();
    for (int round = 0; round < 1000; round++) {
      assertThat(reservation.map(5, 590, frames, Permissions.READ)).isEqualTo(Outcome.OK);
      assertThat(reservation.unmap(5, 590)).isEqualTo(Outcome.OK);
    }
    assertThat(machine.failures().asked()).isZero();
    assertThat(machine.frames().free()).isEqualTo(free);
  }

  @Test
  void a_released_reservation_gives_its_tables_back() {
    long before = domain.translation().tables();
    DomainReservation reservation = domain.reserve(at(0, 4096)).get();
    assertThat(domain.translation().tables()).isGreaterThan(before + 7);
    assertThat(reservation.release()).isEqualTo(Outcome.OK);
    assertThat(domain.translation().tables()).isEqualTo(before);
    assertThat(reservation.release()).isEqualTo(Outcome.DEAD);
    assertThat(reservation.map(0, 1, frames, Permissions.READ)).isEqualTo(Outcome.DEAD);
    assertThat(reservation.unmap(0, 1)).isEqualTo(Outcome.DEAD);
  }

  @Test
  void a_reservation_is_not_released_while_something_is_mapped_and_stays_usable() {
    DomainReservation reservation = domain.reserve(at(0, 8)).get();
    assertThat(reservation.map(2, 2, frames, Permissions.READ)).isEqualTo(Outcome.OK);
    assertThat(reservation.release()).isEqualTo(Outcome.IN_USE);
    assertThat(reservation.map(4, 2, frames, Permissions.READ)).isEqualTo(Outcome.OK);
    assertThat(reservation.unmap(2, 4)).as("two mappings").isEqualTo(Outcome.INVALID);
    assertThat(reservation.unmap(2, 2)).isEqualTo(Outcome.OK);
    assertThat(reservation.unmap(4, 2)).isEqualTo(Outcome.OK);
    assertThat(reservation.release()).isEqualTo(Outcome.OK);
  }

  @Test
  void mapping_and_unmapping_one_page_again_and_again_acquires_nothing() {
    assertThat(domain.map(at(7, 1), frames)).isEqualTo(Outcome.OK);
    assertThat(domain.unmap(7, 1)).isEqualTo(Outcome.OK);
    machine.failures().failAll();
    assertThat(domain.map(at(7, 1), frames)).isEqualTo(Outcome.OK);
    assertThat(domain.unmap(7, 1)).isEqualTo(Outcome.OK);
  }

  @Test
  void a_range_whose_tables_cannot_exist_is_refused_at_once() {
    Translation wide = Objects.requireNonNull(machine.newTranslation(0, (1L << 35) - 1));
    try (Domain large = Domain.create(machine, "large", wide, (1L << 35) - 1, null).get()) {
      long free = machine.frames().free();
      assertThat(large.reserve(at(0, 1L << 35)).outcome()).isEqualTo(Outcome.OUT_OF_FRAMES);
      assertThat(large.map(at(0, 1L << 35), frames)).isEqualTo(Outcome.OUT_OF_FRAMES);
      assertThat(machine.frames().free()).isEqualTo(free);
      assertThat(large.setAside(0, 1L << 34, false)).isEqualTo(Outcome.OK);
      assertThat(large.map(at(1L << 33, 1L << 20), frames)).isEqualTo(Outcome.OCCUPIED);
    }
  }

  @Test
  void each_acquisition_fails_once_and_nothing_has_changed() {
    long points =
        FailureSweep.run(
            () ->
                new FailureSweep.Scenario() {
                  private final Domain swept = domain();
                  private Outcome outcome = Outcome.OK;

                  @Override
                  public FailurePoints prepare() {
                    return machine.failures();
                  }

                  @Override
                  public void act() {
                    outcome = swept.map(at(300, 1000), frames);
                    if (outcome == Outcome.OK) {
                      Made<DomainReservation> made = swept.reserve(at(2000, 1200));
                      outcome = made.outcome();
                    }
                    if (outcome == Outcome.OK) {
                      outcome = swept.setAside(5000, 600, true);
                    }
                    if (outcome == Outcome.OK) {
                      outcome = swept.mapIdentity(page -> 8000 + 300 * page, 5, 3);
                    }
                  }

                  @Override
                  public void check(boolean failed) {
                    assertThat(outcome == Outcome.OK).isEqualTo(!failed);
                    Invariants.verify(machine);
                    swept.close();
                    Invariants.verify(machine);
                    assertThat(machine.frames().holds(firstPfn)).isZero();
                  }
                },
            200);
    assertThat(points).isGreaterThan(10);
  }

  @Test
  void what_is_in_a_domain_is_told_in_ascending_order_with_what_is_around_first() {
    assertThat(domain.setAside(100, 4, true)).isEqualTo(Outcome.OK);
    assertThat(domain.setAside(1L << 18, 1L << 19, false)).isEqualTo(Outcome.OK);
    assertThat(domain.map(at(0, 3), frames)).isEqualTo(Outcome.OK);
    assertThat(domain.map(at(3, 2), frames)).isEqualTo(Outcome.OK);
    DomainReservation reservation = domain.reserve(at(510, 8)).get();
    assertThat(reservation.map(0, 4, frames, Permissions.WRITE)).isEqualTo(Outcome.OK);
    List<String> told = new ArrayList<>();
    domain.forEach((kind, first, pages, entry) -> told.add(kind + " " + first + " " + pages));
    assertThat(told)
        .containsExactly(
            "MAPPING 0 3",
            "MAPPING 3 2",
            "RESERVED_REGION 100 4",
            "RESERVATION 510 8",
            "SEGMENT 510 4",
            "RESERVED_REGION 262144 524288");
  }

  @Test
  void the_last_removal_of_a_page_is_remembered() {
    assertThat(domain.map(at(40, 4), frames)).isEqualTo(Outcome.OK);
    assertThat(domain.lastRemovalOf(41)).isNull();
    assertThat(domain.unmap(40, 4)).isEqualTo(Outcome.OK);
    Event removal = Objects.requireNonNull(domain.lastRemovalOf(41));
    assertThat(removal.firstPage()).isEqualTo(40);
    assertThat(removal.pages()).isEqualTo(4);
  }

  @Test
  void after_the_end_everything_is_dead_and_a_second_end_does_nothing() {
    Domain other = domain();
    DomainReservation reservation = other.reserve(at(10, 2)).get();
    assertThat(reservation.map(0, 1, frames, Permissions.READ)).isEqualTo(Outcome.OK);
    assertThat(other.map(at(0, 1), frames)).isEqualTo(Outcome.OK);
    other.close();
    other.close();
    assertThat(other.map(at(0, 1), frames)).isEqualTo(Outcome.DEAD);
    assertThat(other.unmap(0, 1)).isEqualTo(Outcome.DEAD);
    assertThat(other.setAside(0, 1, false)).isEqualTo(Outcome.DEAD);
    assertThat(other.mapIdentity(frames, 1, 3)).isEqualTo(Outcome.DEAD);
    assertThat(other.unmapIdentity(frames, 1)).isEqualTo(Outcome.DEAD);
    assertThat(other.reserve(at(0, 1)).outcome()).isEqualTo(Outcome.DEAD);
    assertThat(reservation.map(1, 1, frames, Permissions.READ)).isEqualTo(Outcome.DEAD);
    assertThat(reservation.release()).isEqualTo(Outcome.DEAD);
  }

  @Test
  void of_a_mapping_and_a_release_at_the_same_time_one_comes_first() throws InterruptedException {
    Machine concurrent = SimulatedMachine.builder().ram(0x100, 4096).build();
    Translation tables = Objects.requireNonNull(concurrent.newTranslation(0, LAST));
    Domain shared = Domain.create(concurrent, "shared", tables, LAST, null).get();
    for (int round = 0; round < 2000; round++) {
      DomainReservation reservation = shared.reserve(at(0, 4)).get();
      AtomicReference<Outcome> released = new AtomicReference<>();
      Thread other = new Thread(() -> released.set(reservation.release()));
      other.start();
      Outcome mapped = reservation.map(1, 2, frames, Permissions.READ);
      other.join();
      if (mapped == Outcome.OK) {
        assertThat(released.get()).isEqualTo(Outcome.IN_USE);
        assertThat(reservation.unmap(1, 2)).isEqualTo(Outcome.OK);
        assertThat(reservation.release()).isEqualTo(Outcome.OK);
      } else {
        assertThat(mapped).isEqualTo(Outcome.DEAD);
        assertThat(released.get()).isEqualTo(Outcome.OK);
      }
    }
    shared.close();
    concurrent.close();
  }
}
