package dev.mapwright.zircon.call;

import static dev.mapwright.zircon.abi.MxLimits.MX_HANDLE_INVALID;
import static dev.mapwright.zircon.abi.MxLimits.MX_MAX_NAME_LEN;

import dev.mapwright.zircon.abi.MxRights;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.ProcessCreate;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.ObjectType;
import dev.mapwright.zircon.object.MxJob;
import dev.mapwright.zircon.object.MxProcess;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * mx_process_create: a process without threads, and handles to it and to its root region. Job
 * handle 0 stands for the caller's own job. The documents give no order of checks; it is options,
 * name, job.
 */
final class ProcessCreateCall {
  private ProcessCreateCall() {}

  /** Reads the caller's name; null when the pointer is bad, having refused. */
  private static @Nullable String name(MxContext c, long pointer, int length) {
    long most = MX_MAX_NAME_LEN - 1;
    long bytes = Math.min(length & 0xffff_ffffL, most);
    MemorySegment scratch = c.transfer();
    boolean readable = pointer != 0 && (bytes == 0 || UserMemory.read(c, pointer, bytes));
    if (!readable) {
      c.refuse(ProcessCreate.BAD_NAME_POINTER, pointer, 0);
      return null;
    }
    byte[] text = new byte[(int) bytes];
    int end = 0;
    while (end < bytes && scratch.get(ValueLayout.JAVA_BYTE, end) != 0) {
      text[end] = scratch.get(ValueLayout.JAVA_BYTE, end);
      end++;
    }
    return new String(text, 0, end, StandardCharsets.UTF_8);
  }

  static int run(MxContext c, int jobHandle, long namePointer, int nameLength, int options) {
    if (options != 0) {
      return c.refuse(ProcessCreate.OPTIONS, options, 0);
    }
    String name = name(c, namePointer, nameLength);
    return name == null ? c.refused() : run(c, jobHandle, name);
  }

  static int run(MxContext c, int jobHandle, String name) {
    MxJob job = c.process().job();
    if (jobHandle != MX_HANDLE_INVALID) {
      Handle handle =
          Lookup.find(
              c,
              jobHandle,
              ObjectType.JOB,
              MxRights.MX_RIGHT_WRITE,
              ProcessCreate.JOB_BAD_HANDLE,
              ProcessCreate.JOB_LACKS_RIGHT,
              ProcessCreate.JOB_WRONG_TYPE);
      if (handle == null) {
        return c.refused();
      }
      job = (MxJob) handle.object();
    }
    if (!job.alive()) {
      return c.refuse(ProcessCreate.JOB_DEAD);
    }
    MxProcess process = MxProcess.create(c.system(), job, name);
    if (process == null) {
      return c.refuse(job.alive() ? ProcessCreate.OUT_OF_MEMORY : ProcessCreate.JOB_DEAD);
    }
    if (!c.made.reserve(process, MxProcess.RIGHTS)) {
      process.exit(MxProcess.KILLED);
      return c.refuse(ProcessCreate.OUT_OF_MEMORY);
    }
    return c.made.reserveRoot(process.root(), process.root().rights())
        ? MxStatus.MX_OK
        : c.refuse(ProcessCreate.OUT_OF_MEMORY);
  }
}
