package dev.mapwright.proof.dma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.Domain.Kind;
import dev.mapwright.core.dma.DomainFault;
import dev.mapwright.core.dma.DomainFault.Cause;
import dev.mapwright.core.dma.DomainOptions;
import dev.mapwright.core.dma.DomainPast;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.dma.DomainSpan;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.StaleAccess;
import dev.mapwright.core.machine.TranslationEntry;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each access that is refused, or should have been, is told with its cause. */
class DomainFaultTest {
  private DmaWorld world = DmaWorld.buddy(DomainOptions.USUAL);

  @AfterEach
  void nothing_is_left() {
    world.close();
  }

  private void begin(DmaWorld other) {
    world.close();
    world = other;
  }

  private DomainFault explain(@Nullable DmaFault fault) {
    return world.domain.explain(Objects.requireNonNull(fault, "it was not refused"));
  }

  private DomainSpan there(@Nullable DomainSpan span) {
    return Objects.requireNonNull(span, "there is none");
  }

  private DomainPast past(@Nullable DomainPast past) {
    return Objects.requireNonNull(past, "nothing is remembered");
  }

  @Test
  void where_nothing_was_mapped_the_nearest_mappings_are_named() {
    begin(DmaWorld.chosen(DomainOptions.USUAL));
    world.mapAt(0x400, 2, Permissions.READ, 0);
    world.mapAt(0x1405, 1, Permissions.READ_WRITE, 2);
    DomainFault fault = explain(world.port.read(0x403010, world.buffer, 0, 8));
    assertThat(fault.cause()).isEqualTo(Cause.NEVER_MAPPED);
    assertThat(there(fault.below()).firstPage()).isEqualTo(0x400);
    assertThat(there(fault.below()).pages()).isEqualTo(2);
    assertThat(there(fault.above()).firstPage()).isEqualTo(0x1405);
    assertThat(fault.here()).isNull();
    assertThat(fault.removed()).isNull();
    assertThat(fault.report())
        .contains("device 0x20 read from 0x403010 in domain disk: nothing was mapped there")
        .contains("nearest below: mapping 0x400000 to 0x401FFF, r--, ends 4113 bytes before it")
        .contains("nearest above: mapping 0x1405000 to 0x1405FFF, rw-, begins 16785392 bytes")
        .contains("the hardware says: nothing is mapped there (reason 0x6), at step 0");
  }

  @Test
  void after_an_unmapping_it_is_said_who_did_it_and_when_and_who_had_mapped() {
    long page = world.map(4, Permissions.READ_WRITE, 0, "the queue");
    world.machine.clock().advance(7);
    assertThat(world.domain.unmap(page, 4, "its completion")).isEqualTo(Outcome.OK);
    DomainFault fault = explain(world.write(page + 1, 1));
    assertThat(fault.cause()).isEqualTo(Cause.UNMAPPED);
    assertThat(past(fault.mapped()).by()).isEqualTo("the queue");
    assertThat(past(fault.mapped()).step()).isZero();
    assertThat(past(fault.removed()).by()).isEqualTo("its completion");
    assertThat(past(fault.removed()).step()).isEqualTo(7);
    assertThat(past(fault.removed()).pages()).isEqualTo(4);
    assertThat(past(fault.removed()).permissions()).isEqualTo(Permissions.READ_WRITE);
    assertThat(fault.usedStaleTranslation()).isFalse();
    assertThat(fault.toString())
        .contains("use after unmap")
        .contains("at step 7 by its completion")
        .contains("at step 0 by the queue");
  }

  @Test
  void whoever_maps_pages_at_their_own_addresses_and_unmaps_them_is_named() {
    begin(DmaWorld.chosen(DomainOptions.USUAL));
    long[] frames = {0x500, 0x300};
    world.domain.mapIdentity(i -> frames[(int) i], 2, Permissions.READ, "the firmware").orThrow();
    DomainFault refused = explain(world.write(0x300, 1));
    assertThat(past(refused.mapped()).by()).isEqualTo("the firmware");
    world.domain.unmapIdentity(i -> frames[(int) i], 2, "its end").orThrow();
    assertThat(past(explain(world.write(0x500, 1)).removed()).by()).isEqualTo("its end");
  }

  @Test
  void of_a_reservation_that_was_released_it_is_said_who_did_it_until_something_comes_after() {
    begin(DmaWorld.chosen(DomainOptions.USUAL));
    DomainRequest request = new DomainRequest().pages(4).at(0x300);
    DomainReservation reservation = world.domain.reserve(request).get();
    assertThat(explain(world.write(0x301, 1)).released()).isNull();
    world.machine.clock().advance(3);
    reservation.release("its owner").orThrow();
    DomainFault fault = explain(world.write(0x301, 1));
    assertThat(fault.cause()).isEqualTo(Cause.NEVER_MAPPED);
    assertThat(past(fault.released()).by()).isEqualTo("its owner");
    assertThat(fault.report())
        .contains("reservation released: 0x300000 to 0x303FFF, at step 3 by its owner");
    assertThat(explain(world.write(0x304, 1)).released()).isNull();
    world.mapAt(0x301, 1, Permissions.READ, 0);
    assertThat(explain(world.write(0x301, 1)).released()).isNull();
    world.unmap(0x301, 1);
    assertThat(explain(world.write(0x301, 1)).released()).isNull();
    assertThat(past(explain(world.write(0x300, 1)).released()).by()).isEqualTo("its owner");
    DomainReservation again = world.domain.reserve(request).get();
    assertThat(explain(world.write(0x300, 1)).released()).isNull();
    again.release().orThrow();
  }

  @Test
  void in_quarantine_it_is_said_that_nobody_else_was_met() {
    begin(DmaWorld.buddy(DomainOptions.USUAL.withQuarantine(16)));
    long page = world.map(2, Permissions.READ_WRITE, 0, "a");
    world.unmap(page, 2);
    DomainFault fault = explain(world.write(page + 1, 1));
    assertThat(fault.cause()).isEqualTo(Cause.QUARANTINED);
    assertThat(there(fault.here()).kind()).isEqualTo(Kind.QUARANTINED);
    assertThat(past(fault.removed()).by()).isEqualTo("the test");
  }

  @Test
  void a_mapping_that_does_not_allow_the_access_is_named() {
    long page = world.map(1, Permissions.READ, 0, "a");
    DomainFault fault = explain(world.write(page, 1));
    assertThat(fault.cause()).isEqualTo(Cause.NO_PERMISSION);
    assertThat(there(fault.here()).kind()).isEqualTo(Kind.MAPPING);
    assertThat(TranslationEntry.asked(there(fault.here()).entry())).isEqualTo(Permissions.READ);
    assertThat(past(fault.mapped()).by()).isEqualTo("a");
    assertThat(Objects.requireNonNull(fault.refused()).reason()).isEqualTo(DmaFault.Reason.DENIED);
  }

  @Test
  void a_mapping_that_allows_nothing_is_one_without_permission_and_not_missing() {
    long page = world.map(1, Permissions.NONE, 0, "a");
    DmaFault refused = world.refused(world.read(page));
    assertThat(refused.reason()).isEqualTo(DmaFault.Reason.NOT_MAPPED);
    assertThat(explain(refused).cause()).isEqualTo(Cause.NO_PERMISSION);
  }

  @Test
  void an_address_above_the_domain_is_that() {
    DomainFault fault = explain(world.port.read(1L << 45, world.buffer, 0, 8));
    assertThat(fault.cause()).isEqualTo(Cause.ABOVE_WIDTH);
    assertThat(explain(world.port.read(-8, world.buffer, 0, 8)).cause())
        .isEqualTo(Cause.ABOVE_WIDTH);
  }

  @Test
  void the_window_of_interrupts_is_that() {
    assertThat(explain(world.write(0xFEE00, 1)).cause()).isEqualTo(Cause.INTERRUPT_WINDOW);
    assertThat(explain(world.write(0xFEEFF, 1)).cause()).isEqualTo(Cause.INTERRUPT_WINDOW);
    assertThat(explain(world.write(0xFEF00, 1)).cause()).isEqualTo(Cause.NEVER_MAPPED);
  }

  @Test
  void a_page_of_a_reservation_where_nothing_is_mapped_is_that() {
    DomainReservation reservation =
        world.domain.reserve(new DomainRequest().pages(8).by("the driver")).get();
    long page = reservation.firstPage();
    assertThat(reservation.map(2, 2, at -> world.firstPfn, Permissions.READ_WRITE, "a transfer"))
        .isEqualTo(Outcome.OK);
    DomainFault fault = explain(world.read(page + 4));
    assertThat(fault.cause()).isEqualTo(Cause.RESERVED_NOT_MAPPED);
    assertThat(there(fault.here()).kind()).isEqualTo(Kind.RESERVATION);
    assertThat(there(fault.below()).kind()).isEqualTo(Kind.SEGMENT);
    assertThat(there(fault.below()).firstPage()).isEqualTo(page + 2);
    assertThat(reservation.unmap(2, 2, "the end of it")).isEqualTo(Outcome.OK);
    DomainFault late = explain(world.read(page + 3));
    assertThat(late.cause()).isEqualTo(Cause.RESERVED_NOT_MAPPED);
    assertThat(past(late.removed()).by()).isEqualTo("the end of it");
    assertThat(past(late.mapped()).by()).isEqualTo("a transfer");
    assertThat(reservation.release()).isEqualTo(Outcome.OK);
  }

  @Test
  void a_reserved_region_is_that() {
    assertThat(world.domain.setAside(0x100, 4, false)).isEqualTo(Outcome.OK);
    DomainFault fault = explain(world.read(0x102));
    assertThat(fault.cause()).isEqualTo(Cause.RESERVED_REGION);
    assertThat(there(fault.here()).pages()).isEqualTo(4);
  }

  @Test
  void a_region_that_shows_itself_is_named_where_there_is_no_memory() {
    long hole = 1 << 20;
    assertThat(world.domain.setAside(hole, 4, true)).isEqualTo(Outcome.OK);
    DomainFault fault = explain(world.read(hole + 1));
    assertThat(fault.cause()).isEqualTo(Cause.NO_MEMORY);
    assertThat(there(fault.here()).kind()).isEqualTo(Kind.RESERVED_REGION);
  }

  @Test
  void a_physical_address_that_was_given_to_the_device_is_recognised() {
    long page = world.map(4, Permissions.READ_WRITE, 100, "a");
    DomainFault fault = explain(world.write(world.firstPfn + 102, 1));
    assertThat(fault.cause()).isEqualTo(Cause.PHYSICAL_ADDRESS);
    assertThat(there(fault.elsewhere()).firstPage()).isEqualTo(page + 2);
    assertThat(fault.report()).contains("as a physical address: it is shown by mapping");
  }

  @Test
  void a_device_that_is_attached_to_nothing_is_that() {
    world.iommu.detach(DmaWorld.REQUESTER);
    assertThat(explain(world.read(1)).cause()).isEqualTo(Cause.NOT_ATTACHED);
  }

  @Test
  void what_was_mapped_after_it_was_refused_is_said_to_be_mapped_now() {
    DmaFault early = world.refused(world.read(0));
    assertThat(world.map(1, Permissions.READ, 0, "a")).isZero();
    assertThat(explain(early).cause()).isEqualTo(Cause.MAPPED_NOW);
  }

  @Test
  void tables_that_somebody_has_written_to_are_that() {
    long page = world.map(1, Permissions.READ_WRITE, 0, "a");
    var steps = world.domain.translation().walk(page);
    long entry = steps.getLast().tableAddress() + 8L * steps.getLast().index();
    long bits = world.machine.memory().readLong(entry);
    world.machine.memory().writeLong(entry, bits | 1L << 62);
    assertThat(explain(world.read(page)).cause()).isEqualTo(Cause.BAD_TABLES);
    world.machine.memory().writeLong(entry, bits);
  }

  @Test
  void an_access_that_went_through_by_a_stale_translation_is_told() {
    begin(DmaWorld.buddy(DomainOptions.USUAL.withDeferredFlush(8)));
    long page = world.map(2, Permissions.READ_WRITE, 5, "a");
    assertThat(world.write(page + 1, 3)).isNull();
    assertThat(world.stale).isEmpty();
    assertThat(world.domain.unmap(page, 2, "too early")).isEqualTo(Outcome.OK);
    assertThat(world.write(page + 1, 4)).isNull();
    StaleAccess access = world.stale.getFirst();
    assertThat(access.pfn()).isEqualTo(world.firstPfn + 6);
    assertThat(access.address()).isEqualTo(Pages.address(page + 1));
    assertThat(access.tables()).isSameAs(world.domain.translation());
    DomainFault fault = world.domain.explain(access);
    assertThat(fault.cause()).isEqualTo(Cause.STALE_TRANSLATION);
    assertThat(fault.usedStaleTranslation()).isTrue();
    assertThat(there(fault.here()).kind()).isEqualTo(Kind.UNFLUSHED);
    assertThat(past(fault.removed()).by()).isEqualTo("too early");
    assertThat(fault.report())
        .contains("stale translation: frame 0x")
        .contains("now nothing is mapped there; nobody has flushed the range");
    DomainFault other = explain(world.write(page, 4));
    assertThat(other.cause()).isEqualTo(Cause.UNMAPPED);
    assertThat(there(other.here()).kind()).isEqualTo(Kind.UNFLUSHED);
    world.domain.flush();
    assertThat(world.write(page + 1, 5)).isNotNull();
    assertThat(world.stale).hasSize(1);
  }

  @Test
  void an_access_is_told_to_be_stale_once_and_at_its_first_such_page() {
    begin(DmaWorld.buddy(DomainOptions.USUAL.withDeferredFlush(8)));
    long page = world.map(2, Permissions.READ_WRITE, 5, "a");
    assertThat(world.port.write(Pages.address(page), world.buffer, 0, 8192)).isNull();
    world.unmap(page, 2);
    assertThat(world.port.write(Pages.address(page) + 16, world.buffer, 0, 8000)).isNull();
    assertThat(world.stale).hasSize(1);
    assertThat(world.stale.getFirst().address()).isEqualTo(Pages.address(page) + 16);
  }

  @Test
  void a_closed_domain_still_tells_what_it_remembers() {
    long page = world.map(1, Permissions.READ, 0, "a");
    world.unmap(page, 1);
    DmaFault refused = world.refused(world.read(page));
    DmaWorld before = world;
    world = DmaWorld.buddy(DomainOptions.USUAL);
    before.close();
    assertThat(before.domain.explain(refused).cause()).isEqualTo(Cause.UNMAPPED);
  }
}
