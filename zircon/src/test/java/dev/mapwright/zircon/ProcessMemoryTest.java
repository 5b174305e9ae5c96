package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxLimits.MX_MAX_REMOTE_BYTES;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_WRITE;
import static dev.mapwright.zircon.abi.MxVmoOps.MX_VMO_OP_COMMIT;
import static dev.mapwright.zircon.call.MxCalls.mxMmapDeviceMemory;
import static dev.mapwright.zircon.call.MxCalls.mxProcessReadMemory;
import static dev.mapwright.zircon.call.MxCalls.mxProcessWriteMemory;
import static dev.mapwright.zircon.call.MxCalls.mxVmarMap;
import static dev.mapwright.zircon.call.MxCalls.mxVmoOpRange;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.ProcessReadMemory;
import dev.mapwright.zircon.answer.ProcessWriteMemory;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest extends MxTest {
  private final Program other = zircon.start("other");
  private final int process = program.grant(other.process(), MX_RIGHT_READ | MX_RIGHT_WRITE);

  /** A page of the other process's memory for its results; 0 until it is asked for. */
  private long otherOutput;

  private void bothRefused(
      int handle,
      long address,
      long buffer,
      long len,
      Condition whyNotRead,
      Condition whyNotWritten) {
    refused(mxProcessReadMemory(c, handle, address, buffer, len, BAD), whyNotRead);
    refused(mxProcessWriteMemory(c, handle, address, buffer, len, BAD), whyNotWritten);
  }

  @Test
  void memory_of_another_process_is_read_and_written_whatever_its_protection() {
    long at = other.root().map(other.createVmo(PAGE), 0, PAGE, R);
    program.cpu().store(out, 8, 0x1234);
    ok(mxProcessWriteMemory(c, process, at + 40, out, 8, out + 8));
    assertThat(program.cpu().load(out + 8, 8)).isEqualTo(8);
    assertThat(other.cpu().load(at + 40, 8)).isEqualTo(0x1234);
    ok(mxProcessReadMemory(c, process, at + 40, out + 16, 8, out + 8));
    assertThat(program.cpu().load(out + 16, 8)).isEqualTo(0x1234);
  }

  @Test
  void an_access_runs_on_in_the_object_beyond_the_mappings_end_up_to_the_objects_last_byte() {
    Vmo vmo = other.createVmo(2 * PAGE + 5);
    long at = other.root().map(vmo, 0, PAGE, READ_WRITE);
    Vmo buffer = program.createVmo(4 * PAGE);
    long to = program.root().map(buffer, 0, 4 * PAGE, READ_WRITE);
    ok(mxProcessReadMemory(c, process, at + 1, to, 4 * PAGE, out));
    assertThat(result()).isEqualTo(2 * PAGE + 4);
    vmo.close();
    ok(mxProcessReadMemory(c, process, at + 1, to, 4 * PAGE, out));
    assertThat(result()).as("the size outlives the handles").isEqualTo(2 * PAGE + 4);
  }

  @Test
  void arguments_are_checked_in_order() {
    bothRefused(0, 0, 0, 0, ProcessReadMemory.NO_BUFFER, ProcessWriteMemory.NO_BUFFER);
    bothRefused(0, 0, BAD, 0, ProcessReadMemory.LENGTH, ProcessWriteMemory.LENGTH);
    bothRefused(
        0, 0, BAD, MX_MAX_REMOTE_BYTES + 1, ProcessReadMemory.LENGTH, ProcessWriteMemory.LENGTH);
    bothRefused(
        0,
        0,
        BAD,
        MX_MAX_REMOTE_BYTES,
        ProcessReadMemory.BAD_HANDLE,
        ProcessWriteMemory.BAD_HANDLE);
    int bare = program.grant(other.process(), MX_RIGHT_READ);
    bothRefused(bare, 0, BAD, 8, ProcessReadMemory.LACKS_RIGHT, ProcessWriteMemory.LACKS_RIGHT);
    bothRefused(root, 0, BAD, 8, ProcessReadMemory.WRONG_TYPE, ProcessWriteMemory.WRONG_TYPE);
    bothRefused(process, 0, BAD, 8, ProcessReadMemory.NOT_MAPPED, ProcessWriteMemory.NOT_MAPPED);
    long at = other.root().map(other.createVmo(PAGE), 0, 3 * PAGE, R);
    bothRefused(
        process,
        at + PAGE + 1,
        BAD,
        8,
        ProcessReadMemory.BEYOND_END,
        ProcessWriteMemory.BEYOND_END);
    bothRefused(process, at, BAD, 8, ProcessReadMemory.BAD_BUFFER, ProcessWriteMemory.BAD_BUFFER);
    bothRefused(
        process,
        at,
        out,
        8,
        ProcessReadMemory.BAD_ACTUAL_POINTER,
        ProcessWriteMemory.BAD_ACTUAL_POINTER);
  }

  @Test
  void reading_needs_READ_and_WRITE_but_writing_only_WRITE() {
    long at = other.root().map(other.createVmo(PAGE), 0, PAGE, R);
    int writer = program.grant(other.process(), MX_RIGHT_WRITE);
    refused(mxProcessReadMemory(c, writer, at, out, 8, out), ProcessReadMemory.LACKS_RIGHT);
    ok(mxProcessWriteMemory(c, writer, at, out, 8, out));
  }

  @Test
  void an_offset_near_the_end_of_the_64_bit_range_is_OUT_OF_RANGE() {
    int vmo = other.createVmo(PAGE).value();
    ok(mxVmarMap(other.context(), other.root().value(), 0, vmo, -2 * PAGE, PAGE, R, otherOut()));
    long at = other.cpu().load(otherOut(), 8);
    bothRefused(
        process, at, out, 2 * PAGE, ProcessReadMemory.RANGE_WRAPS, ProcessWriteMemory.RANGE_WRAPS);
    bothRefused(process, at, out, 8, ProcessReadMemory.BEYOND_END, ProcessWriteMemory.BEYOND_END);
  }

  private long otherOut() {
    if (otherOutput == 0) {
      otherOutput = other.root().map(other.createVmo(PAGE), 0, PAGE, READ_WRITE);
    }
    return otherOutput;
  }

  @Test
  void device_memory_can_not_be_accessed_this_way() {
    int resource = other.grant(zircon.rootResource(), 0);
    ok(mxMmapDeviceMemory(other.context(), resource, FIRST_DEVICE_PFN * PAGE, PAGE, 1, otherOut()));
    long at = other.cpu().load(otherOut(), 8);
    bothRefused(process, at, BAD, 8, ProcessReadMemory.PHYSICAL, ProcessWriteMemory.PHYSICAL);
  }

  @Test
  void without_frames_nothing_is_written() {
    Vmo vmo = other.createVmo(2 * PAGE);
    long at = other.root().map(vmo, 0, 2 * PAGE, READ_WRITE);
    Vmo source = program.createVmo(2 * PAGE);
    ok(mxVmoOpRange(c, source.value(), MX_VMO_OP_COMMIT, 0, 2 * PAGE, 0, 0));
    long from = program.root().map(source, 0, 2 * PAGE, READ_WRITE);
    program.cpu().store(from, 8, 1);
    machine.failures().failNth(2, EnumSet.of(AllocationPoint.FRAME));
    refused(
        mxProcessWriteMemory(c, process, at, from, 2 * PAGE, out),
        ProcessWriteMemory.OUT_OF_MEMORY);
    machine.failures().off();
    assertThat(other.cpu().load(at, 8)).isZero();
  }

  @Test
  void memory_of_an_ended_process_is_not_mapped() {
    long at = other.root().map(other.createVmo(PAGE), 0, PAGE, R);
    other.exit(0);
    refused(mxProcessReadMemory(c, process, at, out, 8, out), ProcessReadMemory.NOT_MAPPED);
  }
}
