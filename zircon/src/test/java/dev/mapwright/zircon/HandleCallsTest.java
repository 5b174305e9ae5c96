package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_DUPLICATE;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_EXECUTE;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_MAP;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_NONE;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_SAME_RIGHTS;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_WRITE;
import static dev.mapwright.zircon.call.MxCalls.mxHandleClose;
import static dev.mapwright.zircon.call.MxCalls.mxHandleDuplicate;
import static dev.mapwright.zircon.call.MxCalls.mxHandleReplace;
import static dev.mapwright.zircon.call.MxCalls.mxVmarProtect;
import static dev.mapwright.zircon.call.MxCalls.mxVmoGetSize;
import static dev.mapwright.zircon.call.MxCalls.mxVmoRead;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.HandleClose;
import dev.mapwright.zircon.answer.HandleDuplicate;
import dev.mapwright.zircon.answer.HandleReplace;
import dev.mapwright.zircon.answer.Routine;
import dev.mapwright.zircon.answer.VmarProtect;
import dev.mapwright.zircon.answer.VmoGetSize;
import dev.mapwright.zircon.answer.VmoRead;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandleCallsTest extends MxTest {
  private final int all =
      MX_RIGHT_DUPLICATE | MX_RIGHT_READ | MX_RIGHT_WRITE | MX_RIGHT_EXECUTE | MX_RIGHT_MAP;

  private int rightsOf(int handle) {
    var found = program.process().table().find(handle);
    return found == null ? -1 : found.rights();
  }

  @Test
  void closing_what_is_no_handle_is_BAD_HANDLE_and_0_is_no_exception() {
    refused(mxHandleClose(c, 0), HandleClose.BAD_HANDLE);
    refused(mxHandleClose(c, -1), HandleClose.BAD_HANDLE);
    refused(mxHandleClose(c, 2), HandleClose.BAD_HANDLE);
  }

  @Test
  void a_closed_handle_names_nothing_even_after_many_new_ones() {
    int stale = vmo(PAGE);
    ok(mxHandleClose(c, stale));
    refused(mxHandleClose(c, stale), HandleClose.BAD_HANDLE);
    for (int i = 0; i < 1000; i++) {
      int fresh = vmo(PAGE);
      assertThat(fresh).isNotEqualTo(stale).isPositive();
      assertThat(fresh & 1).isEqualTo(1);
      refused(mxVmoGetSize(c, stale, out), VmoGetSize.BAD_HANDLE);
      ok(mxHandleClose(c, fresh));
    }
  }

  @Test
  void SAME_RIGHTS_copies_the_rights_and_a_subset_takes_some_away() {
    int vmo = vmo(PAGE);
    assertThat(rightsOf(duplicate(vmo, MX_RIGHT_SAME_RIGHTS))).isEqualTo(rightsOf(vmo));
    int reader = duplicate(vmo, MX_RIGHT_READ);
    assertThat(rightsOf(reader)).isEqualTo(MX_RIGHT_READ);
    assertThat(rightsOf(duplicate(vmo, MX_RIGHT_NONE))).isZero();
  }

  @Test
  void a_duplicate_needs_the_right_DUPLICATE_before_its_rights_are_looked_at() {
    int reader = duplicate(vmo(PAGE), MX_RIGHT_READ);
    refused(mxHandleDuplicate(c, 0, 0, out), HandleDuplicate.BAD_HANDLE);
    refused(mxHandleDuplicate(c, reader, MX_RIGHT_WRITE, BAD), HandleDuplicate.LACKS_RIGHT);
  }

  @Test
  void a_duplicate_can_not_have_more_rights_and_SAME_RIGHTS_allows_no_other_bit() {
    int vmo = vmo(PAGE);
    int before = program.process().table().size();
    int some = duplicate(vmo, MX_RIGHT_DUPLICATE | MX_RIGHT_READ);
    refused(
        mxHandleDuplicate(c, some, MX_RIGHT_READ | MX_RIGHT_WRITE, out),
        HandleDuplicate.NOT_A_SUBSET);
    refused(
        mxHandleDuplicate(c, vmo, MX_RIGHT_SAME_RIGHTS | MX_RIGHT_READ, out),
        HandleDuplicate.NOT_A_SUBSET);
    refused(mxHandleDuplicate(c, vmo, all, BAD), HandleDuplicate.BAD_POINTER);
    assertThat(program.process().table().size()).isEqualTo(before + 1);
  }

  @Test
  void without_a_slot_a_duplicate_is_NO_MEMORY() {
    int vmo = vmo(PAGE);
    machine.failures().failNth(1);
    refused(mxHandleDuplicate(c, vmo, MX_RIGHT_SAME_RIGHTS, out), HandleDuplicate.OUT_OF_MEMORY);
    machine.failures().off();
  }

  @Test
  void a_replaced_handle_is_gone_and_its_replacement_has_the_rights_asked_for() {
    int vmo = vmo(PAGE);
    ok(mxHandleReplace(c, vmo, MX_RIGHT_READ, out));
    int replacement = handleResult();
    refused(mxVmoGetSize(c, vmo, out), VmoGetSize.BAD_HANDLE);
    assertThat(rightsOf(replacement)).isEqualTo(MX_RIGHT_READ);
    ok(mxHandleReplace(c, replacement, MX_RIGHT_SAME_RIGHTS, out));
    assertThat(rightsOf(handleResult())).isEqualTo(MX_RIGHT_READ);
  }

  @Test
  void a_refused_replacement_keeps_the_handle_but_a_bad_pointer_loses_both() {
    int vmo = duplicate(vmo(PAGE), MX_RIGHT_READ);
    int handles = program.process().table().size();
    refused(mxHandleReplace(c, 1, 0, out), HandleReplace.BAD_HANDLE);
    refused(mxHandleReplace(c, vmo, MX_RIGHT_WRITE, out), HandleReplace.NOT_A_SUBSET);
    machine.failures().failNth(1);
    refused(mxHandleReplace(c, vmo, MX_RIGHT_READ, out), HandleReplace.OUT_OF_MEMORY);
    machine.failures().off();
    ok(mxVmoGetSize(c, vmo, out));
    refused(mxHandleReplace(c, vmo, MX_RIGHT_READ, BAD), HandleReplace.BAD_POINTER);
    refused(mxVmoGetSize(c, vmo, out), VmoGetSize.BAD_HANDLE);
    assertThat(program.process().table().size()).isEqualTo(handles - 1);
  }

  @Test
  void a_missing_right_is_reported_before_a_wrong_type() {
    int region = duplicate(root, MX_RIGHT_DUPLICATE);
    refused(mxVmoRead(c, region, out, 0, 8, out), VmoRead.LACKS_RIGHT);
    refused(mxVmoRead(c, root, out, 0, 8, out), VmoRead.WRONG_TYPE);
    int vmo = duplicate(vmo(PAGE), MX_RIGHT_DUPLICATE);
    refused(mxVmarProtect(c, vmo, 1, 0, R), VmarProtect.LACKS_RIGHT);
  }

  @Test
  void a_handle_of_another_process_names_nothing_here() {
    Program other = zircon.start("other");
    int vmo = vmo(PAGE);
    refused(mxHandleClose(c, other.root().value()), HandleClose.BAD_HANDLE);
    assertThat(other.process().table().find(vmo)).isNull();
  }

  @Test
  void a_refusal_is_an_event_with_its_status_and_condition() {
    List<Event> refusals = new ArrayList<>();
    machine
        .events()
        .listen(event -> {
          if (event.kind() == EventKind.REFUSED) {
            refusals.add(event);
          }
        });
    refused(mxHandleClose(c, 0), HandleClose.BAD_HANDLE);
    assertThat(refusals)
        .singleElement()
        .satisfies(event -> {
          assertThat(event.source()).isEqualTo("calls of " + program.process());
          assertThat(event.detail1()).isEqualTo(MxStatus.MX_ERR_BAD_HANDLE);
          assertThat(Routine.answer(event.detail2())).isEqualTo(HandleClose.BAD_HANDLE);
        });
  }

  @Test
  void every_answer_is_found_by_its_code_and_no_other_code_names_one() {
    for (Routine routine : Routine.values()) {
      for (Condition condition : routine.conditions()) {
        assertThat(Routine.answer(condition.code())).isSameAs(condition);
      }
    }
    assertThat(Routine.answer(-1)).isNull();
    assertThat(Routine.answer(0xff)).isNull();
    assertThat(Routine.answer(Long.MAX_VALUE)).isNull();
  }
}
