package dev.mapwright.proof.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.HoldSettler;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Frames that are held so often that nobody knows how often. With tables of eight entries, so many
 * pages would need more frames than the machine has.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("dev.mapwright.proof.contract.Substrate#fewWithLargeTables")
class HoldSettlerContractTest extends Contract {
  private static final long AT = 0x20_0000;
  private final Frames frames = machine.frames();
  private final Reservation reservation;

  HoldSettlerContractTest(Substrate substrate) {
    super(substrate);
    RegionRequest range = new RegionRequest().pages(Frames.MOST_HOLDS);
    range.where().at(AT);
    reservation = root().reserve(range, 1).get();
  }

  /** Shows one frame on so many pages that its count sticks. */
  private void holdAsOftenAsCanBe(long pfn) {
    reservation
        .map(AT, Frames.MOST_HOLDS, page -> pfn, Permissions.READ_WRITE, CachePolicy.CACHED)
        .orThrow();
    assertThat(frames.holds(pfn)).isEqualTo(Frames.MOST_HOLDS);
  }

  private MemoryObject physical(long pfn) {
    return keep(MemoryObject.physical(machine, pfn, 1, CachePolicy.CACHED).get());
  }

  @Test
  void a_frame_whose_count_stuck_is_held_back_until_it_is_settled() {
    MemoryObject owner = contiguous(1, 0);
    long pfn = owner.frameOf(0);
    put(owner, 0, 77);
    holdAsOftenAsCanBe(pfn);
    map(physical(pfn), 1, 0x2000);
    drop(owner);
    assertThat(frames.owner(pfn)).isEqualTo(FrameOwner.HELD_BACK);
    assertThat(load(Pages.address(AT + Frames.MOST_HOLDS - 1))).isEqualTo(77);

    reservation.unmap(AT).orThrow();
    root().unmap(0x2000, 1).orThrow();
    assertThat(frames.holds(pfn)).as("nobody knows").isEqualTo(Frames.MOST_HOLDS);
    assertThat(frames.owner(pfn)).isEqualTo(FrameOwner.HELD_BACK);
    assertThat(Invariants.violations(machine)).isEmpty();
    long free = frames.free();

    machine.failures().failAll();
    assertThat(HoldSettler.settle(machine)).isTrue();
    assertThat(machine.failures().asked()).isZero();
    machine.failures().off();
    assertThat(frames.owner(pfn)).isEqualTo(FrameOwner.FREE);
    assertThat(frames.free()).isEqualTo(free + 1);
    assertThat(Invariants.violations(machine)).isEmpty();
  }

  @Test
  void holds_that_are_left_are_counted_exactly_in_all_spaces() {
    MemoryObject owner = contiguous(2, 0);
    long pfn = owner.frameOf(0);
    AddressSpace other = AddressSpace.create(machine, "other", 0x1000, 0xFFFF).get();
    holdAsOftenAsCanBe(pfn);
    map(physical(pfn), 1, 0x2000);
    map(physical(pfn), 1, 0x2001);
    request.clear().object(physical(pfn), 0).pages(5);
    other.root().map(request).orThrow();
    assertThat(HoldSettler.settle(machine)).as("it is as often as that").isTrue();
    assertThat(frames.holds(pfn)).isEqualTo(Frames.MOST_HOLDS);
    reservation.unmap(AT).orThrow();
    assertThat(HoldSettler.settle(machine)).isTrue();
    assertThat(frames.holds(pfn)).isEqualTo(3);
    assertThat(Invariants.violations(machine)).isEmpty();

    drop(owner);
    root().unmap(0x2000, 2).orThrow();
    assertThat(frames.owner(pfn)).isEqualTo(FrameOwner.HELD_BACK);
    other.close();
    assertThat(frames.owner(pfn)).isEqualTo(FrameOwner.FREE);
  }

  @Test
  void a_space_that_closes_leaves_the_count_stuck_and_its_frames_to_be_settled() {
    MemoryObject owner = contiguous(1, 0);
    long pfn = owner.frameOf(0);
    holdAsOftenAsCanBe(pfn);
    drop(owner);
    space.close();
    assertThat(frames.owner(pfn)).isEqualTo(FrameOwner.HELD_BACK);
    assertThat(HoldSettler.settle(machine)).isTrue();
    assertThat(frames.owner(pfn)).isEqualTo(FrameOwner.FREE);
  }

  @Test
  void a_reservation_shows_ram_that_was_never_used_and_makes_no_record_for_it() {
    long pfn = Substrate.FIRST_PFN + RAM_PAGES - 4;
    machine.failures().failAll();
    assertThat(reservation.map(AT, 4, page -> pfn + page, Permissions.READ, CachePolicy.CACHED))
        .isEqualTo(Outcome.OK);
    machine.failures().off();
    assertThat(frames.holds(pfn)).isEqualTo(Frames.MOST_HOLDS);
    assertThat(Invariants.violations(machine)).isEmpty();
    assertThat(HoldSettler.settle(machine)).isTrue();
    assertThat(frames.holds(pfn)).isEqualTo(1);
    assertThat(frames.holds(pfn - 1)).isZero();
    reservation.unmap(AT).orThrow();
    assertThat(frames.holds(pfn)).isZero();
  }

  @Test
  void settling_is_refused_where_a_space_is_locked() {
    holdAsOftenAsCanBe(contiguous(1, 0).frameOf(0));
    reservation.unmap(AT).orThrow();
    assertThatThrownBy(() ->
            reservation.map(
                AT,
                1,
                page -> HoldSettler.settle(machine) ? page : -1,
                Permissions.READ,
                CachePolicy.CACHED))
        .isInstanceOf(IllegalStateException.class);
    assertThat(reservation.mappings()).isZero();
    assertThat(HoldSettler.settle(machine)).isTrue();
  }
}
