package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_WRITE;
import static dev.mapwright.zircon.call.MxCalls.mxVmoRead;
import static dev.mapwright.zircon.call.MxCalls.mxVmoWrite;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.zircon.answer.VmoRead;
import dev.mapwright.zircon.answer.VmoWrite;
import dev.mapwright.zircon.object.MxVmo;
import java.util.EnumSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VmoTransferTest extends MxTest {
  /** Four pages of the caller's memory; nothing is mapped behind them. */
  private long buffer;

  @BeforeEach
  void aBuffer() {
    int region = region(5);
    buffer = mapAt(region, 0, vmo(4 * PAGE), 0, 4, READ_WRITE);
  }

  private void physicalIsNotSupported(int vmo) {
    refused(mxVmoRead(c, vmo, buffer, -1, 8, out), VmoRead.PHYSICAL);
    refused(mxVmoWrite(c, vmo, buffer, -1, 8, out), VmoWrite.PHYSICAL);
  }

  @Test
  void what_was_written_is_read_also_across_pages() {
    int vmo = vmo(4 * PAGE);
    for (int i = 0; i < 3 * PAGE; i += 8) {
      program.cpu().store(buffer + i, 8, i * 31L);
    }
    ok(mxVmoWrite(c, vmo, buffer, 100, 3 * PAGE, out));
    assertThat(result()).isEqualTo(3 * PAGE);
    program.cpu().store(buffer, 8, 0);
    ok(mxVmoRead(c, vmo, buffer, 100, 3 * PAGE, out));
    for (int i = 0; i < 3 * PAGE; i += 8) {
      assertThat(program.cpu().load(buffer + i, 8)).isEqualTo(i * 31L);
    }
  }

  @Test
  void transfers_larger_than_the_buffer_between_are_whole() {
    int vmo = vmo(256 * 1024);
    long large = program.root().map(program.vmo(vmo(256 * 1024)), 0, 256 * 1024, READ_WRITE);
    for (int i = 0; i < 256 * 1024; i += 4096) {
      program.cpu().store(large + i, 8, i + 1);
    }
    ok(mxVmoWrite(c, vmo, large, 0, 256 * 1024, out));
    long view = program.root().map(program.vmo(vmo), 0, 256 * 1024, READ_WRITE);
    for (int i = 0; i < 256 * 1024; i += 4096) {
      assertThat(program.cpu().load(view + i, 8)).isEqualTo(i + 1);
    }
  }

  @Test
  void a_transfer_beyond_the_end_is_trimmed_to_the_byte() {
    int vmo = vmo(PAGE + 10);
    ok(mxVmoRead(c, vmo, buffer, PAGE, PAGE, out));
    assertThat(result()).isEqualTo(10);
    ok(mxVmoWrite(c, vmo, buffer, PAGE + 9, 2, out));
    assertThat(result()).isEqualTo(1);
  }

  @Test
  void at_the_very_end_there_are_0_bytes_with_success() {
    int vmo = vmo(PAGE);
    program.cpu().store(out, 8, -1);
    ok(mxVmoRead(c, vmo, buffer, PAGE, 8, out));
    assertThat(result()).isZero();
    ok(mxVmoWrite(c, vmo, buffer, PAGE, 8, out));
    assertThat(result()).isZero();
  }

  @Test
  void a_length_of_0_needs_no_buffer_but_the_offset_is_checked() {
    int vmo = vmo(PAGE);
    ok(mxVmoRead(c, vmo, 0, 3, 0, out));
    refused(mxVmoRead(c, vmo, 0, PAGE + 1, 0, out), VmoRead.BEYOND_END);
    refused(mxVmoWrite(c, vmo, 0, PAGE + 1, 0, out), VmoWrite.BEYOND_END);
  }

  @Test
  void handle_checks_come_first_then_the_buffer_then_the_range() {
    int vmo = vmo(PAGE);
    refused(mxVmoRead(c, 0, BAD, -1, 8, BAD), VmoRead.BAD_HANDLE);
    refused(mxVmoWrite(c, 0, BAD, -1, 8, BAD), VmoWrite.BAD_HANDLE);
    refused(mxVmoRead(c, duplicate(vmo, MX_RIGHT_WRITE), BAD, -1, 8, BAD), VmoRead.LACKS_RIGHT);
    refused(mxVmoWrite(c, duplicate(vmo, MX_RIGHT_READ), BAD, -1, 8, BAD), VmoWrite.LACKS_RIGHT);
    refused(mxVmoRead(c, root, BAD, -1, 8, BAD), VmoRead.WRONG_TYPE);
    refused(mxVmoWrite(c, root, BAD, -1, 8, BAD), VmoWrite.WRONG_TYPE);
    refused(mxVmoRead(c, vmo, BAD, -1, 8, BAD), VmoRead.BAD_BUFFER);
    refused(mxVmoWrite(c, vmo, BAD, -1, 8, BAD), VmoWrite.BAD_BUFFER);
    refused(mxVmoRead(c, vmo, buffer, -1, 8, BAD), VmoRead.RANGE_WRAPS);
    refused(mxVmoWrite(c, vmo, buffer, -8, 8, BAD), VmoWrite.RANGE_WRAPS);
    refused(mxVmoRead(c, vmo, buffer, PAGE + 1, 8, BAD), VmoRead.BEYOND_END);
    refused(mxVmoWrite(c, vmo, buffer, PAGE + 1, 8, BAD), VmoWrite.BEYOND_END);
    refused(mxVmoRead(c, vmo, buffer, 0, 8, BAD), VmoRead.BAD_ACTUAL_POINTER);
    refused(mxVmoWrite(c, vmo, buffer, 0, 8, BAD), VmoWrite.BAD_ACTUAL_POINTER);
  }

  @Test
  void the_whole_buffer_must_be_accessible_even_where_a_trimmed_transfer_would_not_reach() {
    int vmo = vmo(8);
    refused(mxVmoRead(c, vmo, buffer, 0, 4 * PAGE + 1, out), VmoRead.BAD_BUFFER);
    refused(mxVmoWrite(c, vmo, buffer, 0, 4 * PAGE + 1, out), VmoWrite.BAD_BUFFER);
    refused(mxVmoRead(c, vmo, buffer, 0, -1, out), VmoRead.BAD_BUFFER);
    ok(mxVmoRead(c, vmo, buffer, 0, 4 * PAGE, out));
  }

  @Test
  void reading_commits_nothing_and_writing_commits() {
    int vmo = vmo(2 * PAGE);
    var memory = ((MxVmo) find(vmo).object()).memory();
    ok(mxVmoRead(c, vmo, buffer, 0, 2 * PAGE, out));
    assertThat(memory.committedPages()).isZero();
    ok(mxVmoWrite(c, vmo, buffer, PAGE, 1, out));
    assertThat(memory.frameOf(0)).isEqualTo(Frames.NONE);
    assertThat(memory.frameOf(1)).isNotEqualTo(Frames.NONE);
  }

  @Test
  void without_frames_nothing_at_all_is_written() {
    int vmo = vmo(2 * PAGE);
    program.cpu().store(buffer, 8, -1);
    program.cpu().store(buffer + PAGE, 8, -1);
    machine.failures().failNth(2, EnumSet.of(AllocationPoint.FRAME));
    refused(mxVmoWrite(c, vmo, buffer, 0, 2 * PAGE, out), VmoWrite.OUT_OF_MEMORY);
    machine.failures().off();
    assertThat(((MxVmo) find(vmo).object()).memory().committedPages()).isZero();
  }

  @Test
  void a_large_transfer_commits_all_its_pages_before_it_writes_the_first() {
    int vmo = vmo(64 * PAGE);
    Vmo source = program.createVmo(64 * PAGE);
    source.commit(0, 64 * PAGE);
    long from = program.root().map(source, 0, 64 * PAGE, READ_WRITE);
    machine.failures().failNth(60, EnumSet.of(AllocationPoint.FRAME));
    refused(mxVmoWrite(c, vmo, from, 0, 64 * PAGE, out), VmoWrite.OUT_OF_MEMORY);
    machine.failures().off();
    assertThat(((MxVmo) find(vmo).object()).memory().committedPages()).isZero();
  }

  @Test
  void a_physical_range_has_no_contents_to_transfer() {
    physicalIsNotSupported(
        program.grant(
            zircon.physicalVmo(FIRST_DEVICE_PFN * PAGE, PAGE, CachePolicy.UNCACHED),
            MX_RIGHT_READ | MX_RIGHT_WRITE));
  }
}
