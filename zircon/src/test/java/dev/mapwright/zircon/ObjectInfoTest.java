package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxInfo.MX_INFO_HANDLE_VALID;
import static dev.mapwright.zircon.abi.MxInfo.MX_INFO_VMAR;
import static dev.mapwright.zircon.call.MxCalls.mxObjectGetInfo;
import static dev.mapwright.zircon.call.MxCalls.mxVmarDestroy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.zircon.answer.ObjectGetInfo;
import org.junit.jupiter.api.Test;

class ObjectInfoTest extends MxTest {
  @Test
  void HANDLE_VALID_is_answered_for_any_handle_and_looks_at_no_pointer() {
    ok(mxObjectGetInfo(c, root, MX_INFO_HANDLE_VALID, BAD, 0, BAD, BAD));
    ok(mxObjectGetInfo(c, duplicate(vmo(1), 0), MX_INFO_HANDLE_VALID, 0, 0, 0, 0));
    refused(mxObjectGetInfo(c, 0, MX_INFO_HANDLE_VALID, 0, 0, 0, 0), ObjectGetInfo.BAD_HANDLE);
  }

  @Test
  void VMAR_tells_base_and_length() {
    ok(mxObjectGetInfo(c, root, MX_INFO_VMAR, out, 16, out + 16, out + 24));
    assertThat(result()).isEqualTo(0x100_0000);
    assertThat(program.cpu().load(out + 8, 8)).isEqualTo(0x7fff_feff_f000L);
    assertThat(program.cpu().load(out + 16, 8)).isEqualTo(1);
    assertThat(program.cpu().load(out + 24, 8)).isEqualTo(1);
    ok(mxObjectGetInfo(c, root, MX_INFO_VMAR, out, 16, 0, 0));
  }

  @Test
  void a_destroyed_region_still_tells_where_it_was() {
    int region = region(3);
    long base = base(region);
    ok(mxVmarDestroy(c, region));
    ok(mxObjectGetInfo(c, region, MX_INFO_VMAR, out, 16, 0, 0));
    assertThat(result()).isEqualTo(base);
    assertThat(program.cpu().load(out + 8, 8)).isEqualTo(3 * PAGE);
    ok(mxObjectGetInfo(c, region, MX_INFO_HANDLE_VALID, 0, 0, 0, 0));
  }

  @Test
  void a_short_buffer_gets_the_counts_but_no_record() {
    program.cpu().store(out, 8, -1);
    refused(
        mxObjectGetInfo(c, root, MX_INFO_VMAR, out, 15, out + 16, out + 24),
        ObjectGetInfo.BUFFER_TOO_SMALL);
    assertThat(result()).isEqualTo(-1);
    assertThat(program.cpu().load(out + 16, 8)).isZero();
    assertThat(program.cpu().load(out + 24, 8)).isEqualTo(1);
  }

  @Test
  void topic_handle_and_pointers_are_checked_in_this_order() {
    refused(mxObjectGetInfo(c, 0, 99, BAD, 0, BAD, BAD), ObjectGetInfo.UNKNOWN_TOPIC);
    refused(mxObjectGetInfo(c, 0, MX_INFO_VMAR, BAD, 0, BAD, BAD), ObjectGetInfo.BAD_HANDLE);
    refused(mxObjectGetInfo(c, vmo(1), MX_INFO_VMAR, BAD, 0, BAD, BAD), ObjectGetInfo.WRONG_TYPE);
    refused(mxObjectGetInfo(c, root, MX_INFO_VMAR, BAD, 16, BAD, BAD), ObjectGetInfo.BAD_BUFFER);
    refused(
        mxObjectGetInfo(c, root, MX_INFO_VMAR, BAD, 0, BAD, BAD), ObjectGetInfo.BAD_ACTUAL_POINTER);
    refused(
        mxObjectGetInfo(c, root, MX_INFO_VMAR, BAD, 0, 0, BAD), ObjectGetInfo.BAD_AVAIL_POINTER);
  }
}
