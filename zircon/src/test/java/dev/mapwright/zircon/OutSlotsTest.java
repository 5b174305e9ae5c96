package dev.mapwright.zircon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.Access;
import dev.mapwright.zircon.abi.MxLimits;
import dev.mapwright.zircon.answer.HandleClose;
import dev.mapwright.zircon.answer.VmoCreate;
import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.Refusal;
import org.junit.jupiter.api.Test;

class OutSlotsTest extends MxTest {
  @Test
  void a_call_stores_a_handle_and_an_address_where_they_are_read() {
    OutSlots slots = program.newOutSlots();
    ok(
        MxCalls.mxVmarAllocate(
            c, root, 0, 4 * PAGE, CAN_ALL, slots.pointer(3), slots.pointer(OutSlots.SLOTS - 1)));
    assertThat(slots.handle(3)).isEqualTo(c.handle());
    assertThat(slots.number(OutSlots.SLOTS - 1)).isEqualTo(base(slots.handle(3)));
  }

  @Test
  void there_are_no_slots_beside_the_page() {
    OutSlots slots = program.newOutSlots();
    assertThatThrownBy(() -> slots.pointer(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> slots.pointer(OutSlots.SLOTS))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void closing_unmaps_the_page_once() {
    OutSlots slots = program.newOutSlots();
    long pointer = slots.pointer(0);
    slots.close();
    assertThat(can(Access.WRITE, pointer)).isFalse();
    refused(MxCalls.mxVmoCreate(c, PAGE, 0, pointer), VmoCreate.BAD_POINTER);
    slots.close();
    assertThat(c.lastRefusal().condition()).as("no call was made").isEqualTo(VmoCreate.BAD_POINTER);
  }

  @Test
  void closing_after_the_process_has_ended_does_nothing() {
    OutSlots slots = program.newOutSlots();
    program.exit(0);
    slots.close();
    assertThat(machine.census().leaks()).isEmpty();
  }

  @Test
  void a_success_leaves_no_refusal() {
    refused(MxCalls.mxHandleClose(c, 12), HandleClose.BAD_HANDLE);
    Refusal last = c.lastRefusal();
    assertThat(last.first()).isEqualTo(12);
    ok(MxCalls.mxVmoCreate(c, PAGE, 0, out));
    assertThat(last.condition()).isNull();
    assertThat(last.status()).isZero();
    assertThat(last.first()).isZero();
    assertThat(last).hasToString("no refusal");
  }

  @Test
  void the_handle_that_names_nothing_is_an_int_and_no_handle_has_its_value() {
    int nothing = MxLimits.MX_HANDLE_INVALID;
    assertThat(program.process().table().find(nothing)).isNull();
    assertThat(vmo(PAGE)).isNotEqualTo(nothing);
  }
}
