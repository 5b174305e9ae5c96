package dev.mapwright.zircon;

import static dev.mapwright.zircon.abi.MxLimits.MX_MAX_REMOTE_BYTES;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_READ;
import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_WRITE;
import static dev.mapwright.zircon.call.MxCalls.mxProcessCreate;
import static dev.mapwright.zircon.call.MxCalls.mxProcessReadMemory;
import static dev.mapwright.zircon.call.MxCalls.mxProcessWriteMemory;

import dev.mapwright.zircon.answer.ProcessCreate;
import dev.mapwright.zircon.answer.ProcessReadMemory;
import dev.mapwright.zircon.answer.ProcessWriteMemory;
import dev.mapwright.zircon.object.MxJob;
import dev.mapwright.zircon.object.MxProcess;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer of the calls on processes. */
class EveryProcessAnswerTest extends EveryAnswer {
  private final Program other = zircon.start("other");
  private final int process = program.grant(other.process(), MxProcess.RIGHTS);

  /** One page of an object, and behind it a page that the object does not have. */
  private final long there = mapOther(0);

  private long mapOther(long vmoOffset) {
    return other.root().map(other.createVmo(PAGE), vmoOffset, 2 * PAGE, READ_WRITE);
  }

  private long device() {
    int resource = other.grant(zircon.rootResource(), 0);
    return other.mapDeviceMemory(resource, FIRST_DEVICE_PFN * PAGE, PAGE, 1);
  }

  @ParameterizedTest(name = "mx_process_read_memory {0}")
  @EnumSource
  void mx_process_read_memory(ProcessReadMemory why) {
    long to = out + 64;
    long most = MX_MAX_REMOTE_BYTES;
    int status =
        switch (why) {
          case DONE -> mxProcessReadMemory(c, process, there, to, 8, out);
          case NO_BUFFER -> mxProcessReadMemory(c, process, there, 0, 8, out);
          case LENGTH -> mxProcessReadMemory(c, process, there, to, most + 1, out);
          case BAD_HANDLE -> mxProcessReadMemory(c, 0, there, to, 8, out);
          case LACKS_RIGHT ->
              mxProcessReadMemory(c, duplicate(process, MX_RIGHT_READ), there, to, 8, out);
          case WRONG_TYPE -> mxProcessReadMemory(c, root, there, to, 8, out);
          case NOT_MAPPED -> mxProcessReadMemory(c, process, BAD, to, 8, out);
          case PHYSICAL -> mxProcessReadMemory(c, process, device(), to, 8, out);
          case RANGE_WRAPS -> mxProcessReadMemory(c, process, mapOther(-3 * PAGE), to, most, out);
          case BEYOND_END -> mxProcessReadMemory(c, process, there + PAGE + 1, to, 8, out);
          case BAD_BUFFER -> mxProcessReadMemory(c, process, there, BAD, 8, out);
          case BAD_ACTUAL_POINTER -> mxProcessReadMemory(c, process, there, to, 8, BAD);
        };
    answered(why, status);
  }

  @ParameterizedTest(name = "mx_process_write_memory {0}")
  @EnumSource
  void mx_process_write_memory(ProcessWriteMemory why) {
    long from = out + 64;
    long most = MX_MAX_REMOTE_BYTES;
    int status =
        switch (why) {
          case DONE -> mxProcessWriteMemory(c, process, there, from, 8, out);
          case NO_BUFFER -> mxProcessWriteMemory(c, process, there, 0, 8, out);
          case LENGTH -> mxProcessWriteMemory(c, process, there, from, most + 1, out);
          case BAD_HANDLE -> mxProcessWriteMemory(c, 0, there, from, 8, out);
          case LACKS_RIGHT ->
              mxProcessWriteMemory(c, duplicate(process, MX_RIGHT_READ), there, from, 8, out);
          case WRONG_TYPE -> mxProcessWriteMemory(c, root, there, from, 8, out);
          case NOT_MAPPED -> mxProcessWriteMemory(c, process, BAD, from, 8, out);
          case PHYSICAL -> mxProcessWriteMemory(c, process, device(), from, 8, out);
          case RANGE_WRAPS ->
              mxProcessWriteMemory(c, process, mapOther(-3 * PAGE), from, most, out);
          case BEYOND_END -> mxProcessWriteMemory(c, process, there + PAGE + 1, from, 8, out);
          case BAD_BUFFER -> mxProcessWriteMemory(c, process, there, BAD, 8, out);
          case OUT_OF_MEMORY ->
              withoutMemory(() -> mxProcessWriteMemory(c, process, there, from, 8, out));
          case BAD_ACTUAL_POINTER -> mxProcessWriteMemory(c, process, there, from, 8, BAD);
        };
    answered(why, status);
  }

  private int creating(int job) {
    return mxProcessCreate(c, job, out + 64, 0, 0, out, out + 4);
  }

  @ParameterizedTest(name = "mx_process_create {0}")
  @EnumSource
  void mx_process_create(ProcessCreate why) {
    long name = out + 64;
    int status =
        switch (why) {
          case DONE -> creating(program.grant(zircon.rootJob(), MX_RIGHT_WRITE));
          case OPTIONS -> mxProcessCreate(c, 0, name, 0, 1, out, out + 4);
          case BAD_NAME_POINTER -> mxProcessCreate(c, 0, BAD, 1, 0, out, out + 4);
          case JOB_BAD_HANDLE -> creating(2);
          case JOB_LACKS_RIGHT -> creating(program.grant(zircon.rootJob(), MX_RIGHT_READ));
          case JOB_WRONG_TYPE -> creating(root);
          case JOB_DEAD -> {
            MxJob job = new MxJob(zircon.system());
            job.kill();
            yield creating(program.grant(job, MX_RIGHT_WRITE));
          }
          case OUT_OF_MEMORY -> withoutMemory(() -> creating(0));
          case BAD_PROCESS_POINTER -> mxProcessCreate(c, 0, name, 0, 0, BAD, out);
          case BAD_VMAR_POINTER -> mxProcessCreate(c, 0, name, 0, 0, out, BAD);
        };
    answered(why, status);
  }
}
