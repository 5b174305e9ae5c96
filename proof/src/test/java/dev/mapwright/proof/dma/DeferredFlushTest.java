package dev.mapwright.proof.dma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.dma.Domain.Kind;
import dev.mapwright.core.dma.DomainOptions;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.machine.FrameOwner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is unmapped and not flushed yet: devices reach what it showed, and nothing else. */
class DeferredFlushTest {
  private static final int MOST = 4;

  private final DmaWorld world = DmaWorld.buddy(DomainOptions.USUAL.withDeferredFlush(MOST));

  @AfterEach
  void nothing_is_left() {
    world.close();
  }

  @Test
  void until_the_flush_a_device_reaches_the_old_frame_which_nobody_else_gets() {
    long pfn = world.machine.frames().allocate(FrameOwner.POOL, 9);
    long free = world.machine.frames().free();
    DomainRequest request = new DomainRequest().pages(1);
    assertThat(world.domain.map(request, at -> pfn)).isEqualTo(Outcome.OK);
    long page = request.page();
    assertThat(world.write(page, 1)).isNull();
    world.unmap(page, 1);
    world.machine.frames().free(pfn);
    Set<Long> others = new HashSet<>();
    for (long got = 0; got >= 0; ) {
      got = world.machine.frames().allocate(FrameOwner.POOL, 9);
      if (got >= 0) {
        others.add(got);
      }
    }
    assertThat(others).doesNotContain(pfn).hasSizeGreaterThan((int) free / 2);
    assertThat(world.write(page, 0x77)).isNull();
    assertThat(world.stale.getFirst().pfn()).isEqualTo(pfn);
    Invariants.verify(world.machine);
    world.domain.flush();
    assertThat(world.write(page, 0x78)).isNotNull();
    assertThat(world.machine.frames().allocate(FrameOwner.POOL, 9)).isEqualTo(pfn);
    others.add(pfn);
    for (long other : others) {
      world.machine.frames().free(other);
    }
  }

  @Test
  void the_range_is_given_to_nobody_until_the_flush() {
    long page = world.map(2, Permissions.READ_WRITE, 0, "a");
    world.unmap(page, 2);
    assertThat(world.domain.deferredPages()).isEqualTo(2);
    assertThat(world.map(2, Permissions.READ_WRITE, 2, "b")).isNotEqualTo(page);
    List<Kind> kinds = new ArrayList<>();
    world.domain.forEach((kind, first, pages, entry) -> kinds.add(kind));
    assertThat(kinds).containsExactly(Kind.UNFLUSHED, Kind.MAPPING);
    world.domain.flush();
    assertThat(world.domain.deferredPages()).isZero();
    assertThat(world.map(2, Permissions.READ_WRITE, 2, "b")).isEqualTo(page);
  }

  @Test
  void when_the_list_is_full_all_of_it_is_flushed() {
    long[] pages = new long[MOST + 1];
    for (int i = 0; i <= MOST; i++) {
      pages[i] = world.map(1, Permissions.READ_WRITE, i, "a");
      assertThat(world.write(pages[i], i)).isNull();
    }
    for (int i = 0; i < MOST; i++) {
      world.unmap(pages[i], 1);
    }
    assertThat(world.write(pages[0], 5)).isNull();
    world.unmap(pages[MOST], 1);
    assertThat(world.domain.deferredPages()).isEqualTo(1);
    assertThat(world.write(pages[0], 6)).isNotNull();
    assertThat(world.write(pages[MOST], 7)).isNull();
    assertThat(world.word(0)).isEqualTo(5);
  }

  @Test
  void before_a_request_is_refused_for_want_of_room_all_is_flushed() {
    DomainRequest request = new DomainRequest().pages(2).within(0, 1);
    assertThat(world.domain.map(request, at -> world.firstPfn)).isEqualTo(Outcome.OK);
    world.unmap(0, 2);
    assertThat(world.domain.map(request, at -> world.firstPfn)).isEqualTo(Outcome.OK);
    assertThat(world.domain.map(request, at -> world.firstPfn)).isEqualTo(Outcome.NO_ROOM);
  }

  @Test
  void before_a_request_is_refused_for_want_of_tables_all_is_flushed() {
    DomainReservation far =
        world.domain.reserve(new DomainRequest().pages(1 << 15).within(1 << 16, 1 << 18)).get();
    for (int i = 0; i < MOST; i++) {
      long page = world.map(1 << 9, Permissions.READ, 0, "a");
      world.unmap(page, 1 << 9);
    }
    List<Long> others = new ArrayList<>();
    for (long got = 0; got >= 0; ) {
      got = world.machine.frames().allocate(FrameOwner.POOL, 9);
      if (got >= 0) {
        others.add(got);
      }
    }
    assertThat(world.domain.deferredPages()).isEqualTo(MOST << 9);
    DomainRequest request = new DomainRequest().pages(1).within(1 << 14, 1 << 15);
    assertThat(world.domain.map(request, at -> world.firstPfn)).isEqualTo(Outcome.OK);
    assertThat(world.domain.deferredPages()).isZero();
    for (long other : others) {
      world.machine.frames().free(other);
    }
    assertThat(far.release()).isEqualTo(Outcome.OK);
  }

  @Test
  void a_page_of_a_reservation_that_waits_is_flushed_before_it_is_mapped_again() {
    DomainReservation reservation = world.domain.reserve(new DomainRequest().pages(4)).get();
    long page = reservation.firstPage();
    machineFails();
    assertThat(reservation.map(1, 2, at -> world.firstPfn + at, Permissions.READ_WRITE))
        .isEqualTo(Outcome.OK);
    assertThat(world.write(page + 1, 1)).isNull();
    assertThat(reservation.unmap(1, 2)).isEqualTo(Outcome.OK);
    assertThat(world.write(page + 1, 2)).isNull();
    assertThat(reservation.map(2, 1, at -> world.firstPfn + 8, Permissions.READ_WRITE))
        .isEqualTo(Outcome.OK);
    assertThat(world.write(page + 1, 3)).isNotNull();
    assertThat(world.write(page + 2, 4)).isNull();
    assertThat(world.word(8)).isEqualTo(4);
    assertThat(reservation.unmap(2, 1)).isEqualTo(Outcome.OK);
    assertThat(reservation.release()).isEqualTo(Outcome.OK);
    assertThat(world.write(page + 2, 5)).isNotNull();
    assertThat(world.domain.deferredPages()).isZero();
    world.machine.failures().off();
  }

  private void machineFails() {
    world.machine.failures().failAll();
  }

  @Test
  void an_address_that_the_caller_chooses_again_is_flushed_before() {
    try (DmaWorld chosen = DmaWorld.chosen(DomainOptions.USUAL.withDeferredFlush(MOST))) {
      chosen.mapAt(10, 4, Permissions.READ_WRITE, 0);
      assertThat(chosen.write(11, 1)).isNull();
      chosen.unmap(11, 2);
      assertThat(chosen.write(11, 2)).isNull();
      chosen.mapAt(12, 1, Permissions.READ_WRITE, 9);
      assertThat(chosen.write(11, 3)).isNotNull();
      assertThat(chosen.write(12, 4)).isNull();
      assertThat(chosen.word(9)).isEqualTo(4);
      assertThat(chosen.word(1)).isEqualTo(2);
    }
  }

  @Test
  void what_is_flushed_goes_to_the_quarantine_if_there_is_one() {
    try (DmaWorld both =
        DmaWorld.buddy(DomainOptions.USUAL.withDeferredFlush(MOST).withQuarantine(8))) {
      long page = both.map(2, Permissions.READ, 0, "a");
      both.unmap(page, 2);
      assertThat(both.domain.quarantinedPages()).isZero();
      both.domain.flush();
      assertThat(both.domain.quarantinedPages()).isEqualTo(2);
      assertThat(both.domain.deferredPages()).isZero();
    }
  }

  @Test
  void a_domain_that_is_closed_lets_go_of_what_waits() {
    long page = world.map(2, Permissions.READ, 0, "a");
    world.unmap(page, 2);
    assertThat(world.machine.frames().holds(world.firstPfn)).isEqualTo(1);
    world.domain.close();
    assertThat(world.machine.frames().holds(world.firstPfn)).isZero();
  }
}
