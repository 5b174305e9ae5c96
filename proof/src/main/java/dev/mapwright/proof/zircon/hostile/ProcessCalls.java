package dev.mapwright.proof.zircon.hostile;

import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxContext;
import dev.mapwright.zircon.call.MxRoutines;
import dev.mapwright.zircon.handle.ObjectType;

/** The calls on processes, with hostile arguments. */
final class ProcessCalls {
  private ProcessCalls() {}

  static int read(MxContext c, Arguments a) {
    return MxCalls.mxProcessReadMemory(
        c,
        a.handle("proc", ObjectType.PROCESS),
        a.anyAddress("vaddr"),
        a.buffer("buffer"),
        a.bufferLength("len"),
        a.pointer("actual"));
  }

  static int write(MxContext c, Arguments a) {
    return MxCalls.mxProcessWriteMemory(
        c,
        a.handle("proc", ObjectType.PROCESS),
        a.anyAddress("vaddr"),
        a.buffer("buffer"),
        a.bufferLength("len"),
        a.pointer("actual"));
  }

  static int create(MxContext c, Arguments a) {
    return MxCalls.mxProcessCreate(
        c,
        a.handle("job", ObjectType.JOB),
        a.buffer("name"),
        a.choice("nameLen", 0, 1, 31, 32, 100),
        a.choice("options", 0),
        a.pointer("proc"),
        a.pointer("vmar"));
  }

  static int createWithoutPointers(MxContext c, Arguments a) {
    return MxRoutines.processCreate(c, a.handle("job", ObjectType.JOB), "child");
  }
}
