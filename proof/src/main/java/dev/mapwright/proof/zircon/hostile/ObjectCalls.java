package dev.mapwright.proof.zircon.hostile;

import dev.mapwright.zircon.abi.MxVmoOps;
import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxContext;
import dev.mapwright.zircon.call.MxRoutines;
import dev.mapwright.zircon.handle.ObjectType;
import java.lang.foreign.MemorySegment;

/** The calls on memory objects, with hostile arguments. */
final class ObjectCalls {
  private static final int[] OPERATIONS = {
    MxVmoOps.MX_VMO_OP_COMMIT,
    MxVmoOps.MX_VMO_OP_COMMIT,
    MxVmoOps.MX_VMO_OP_DECOMMIT,
    MxVmoOps.MX_VMO_OP_LOOKUP,
    MxVmoOps.MX_VMO_OP_LOCK,
    MxVmoOps.MX_VMO_OP_UNLOCK,
    MxVmoOps.MX_VMO_OP_CACHE_SYNC,
    MxVmoOps.MX_VMO_OP_CACHE_CLEAN_INVALIDATE,
  };

  private ObjectCalls() {}

  static int create(MxContext c, Arguments a) {
    return MxCalls.mxVmoCreate(c, a.objectSize("size"), a.choice("options", 0), a.pointer("out"));
  }

  static int createWithoutPointers(MxContext c, Arguments a) {
    return MxRoutines.vmoCreate(c, a.objectSize("size"), a.choice("options", 0));
  }

  static int createContiguous(MxContext c, Arguments a) {
    return MxCalls.mxVmoCreateContiguous(
        c,
        a.handle("rsrc", ObjectType.RESOURCE),
        a.length("size"),
        a.choice("alignmentLog2", 0, 12, 13, 16),
        a.pointer("out"));
  }

  static int createContiguousWithoutPointers(MxContext c, Arguments a) {
    return MxRoutines.vmoCreateContiguous(
        c,
        a.handle("rsrc", ObjectType.RESOURCE),
        a.length("size"),
        a.choice("alignmentLog2", 0, 12, 13, 16));
  }

  static int read(MxContext c, Arguments a) {
    return MxCalls.mxVmoRead(
        c,
        a.handle("vmo", ObjectType.VMO),
        a.buffer("data"),
        a.offset("offset"),
        a.bufferLength("len"),
        a.pointer("actual"));
  }

  static int readWithoutPointers(MxContext c, Arguments a) {
    int vmo = a.handle("vmo", ObjectType.VMO);
    return MxRoutines.vmoRead(c, vmo, a.offset("offset"), segment(a));
  }

  static int write(MxContext c, Arguments a) {
    return MxCalls.mxVmoWrite(
        c,
        a.handle("vmo", ObjectType.VMO),
        a.buffer("data"),
        a.offset("offset"),
        a.bufferLength("len"),
        a.pointer("actual"));
  }

  static int writeWithoutPointers(MxContext c, Arguments a) {
    int vmo = a.handle("vmo", ObjectType.VMO);
    return MxRoutines.vmoWrite(c, vmo, a.offset("offset"), segment(a));
  }

  private static MemorySegment segment(Arguments a) {
    return MemorySegment.ofArray(new byte[(int) (a.bufferLength("bytes") & 0x3fff)]);
  }

  static int getSize(MxContext c, Arguments a) {
    return MxCalls.mxVmoGetSize(c, a.handle("vmo", ObjectType.VMO), a.pointer("size"));
  }

  static int getSizeWithoutPointers(MxContext c, Arguments a) {
    return MxRoutines.vmoGetSize(c, a.handle("vmo", ObjectType.VMO));
  }

  static int setSize(MxContext c, Arguments a) {
    return MxCalls.mxVmoSetSize(c, a.handle("vmo", ObjectType.VMO), a.objectSize("size"));
  }

  static int opRange(MxContext c, Arguments a) {
    return MxCalls.mxVmoOpRange(
        c,
        a.handle("vmo", ObjectType.VMO),
        a.choice("op", OPERATIONS),
        a.offsetOrStart("offset"),
        a.objectSize("size"),
        a.buffer("buffer"),
        a.bufferLength("bufferSize"));
  }

  static int copy(MxContext c, Arguments a) {
    return MxCalls.mxVmoClone(
        c,
        a.handle("vmo", ObjectType.VMO),
        a.choice("options", MxVmoOps.MX_VMO_CLONE_COPY_ON_WRITE),
        a.offset("offset"),
        a.objectSize("size"),
        a.pointer("out"));
  }

  static int copyWithoutPointers(MxContext c, Arguments a) {
    return MxRoutines.vmoClone(
        c,
        a.handle("vmo", ObjectType.VMO),
        a.choice("options", MxVmoOps.MX_VMO_CLONE_COPY_ON_WRITE),
        a.offset("offset"),
        a.objectSize("size"));
  }
}
