package dev.mapwright.proof.zircon.hostile;

import dev.mapwright.zircon.abi.MxInfo;
import dev.mapwright.zircon.abi.MxRights;
import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxContext;
import dev.mapwright.zircon.call.MxRoutines;
import dev.mapwright.zircon.handle.ObjectType;

/** The calls on handles, with hostile arguments. */
final class HandleCalls {
  private HandleCalls() {}

  static int close(MxContext c, Arguments a) {
    return MxCalls.mxHandleClose(c, a.handle("handle", null));
  }

  static int duplicate(MxContext c, Arguments a) {
    return MxCalls.mxHandleDuplicate(c, a.handle("handle", null), rights(a), a.pointer("out"));
  }

  static int duplicateWithoutPointers(MxContext c, Arguments a) {
    return MxRoutines.handleDuplicate(c, a.handle("handle", null), rights(a));
  }

  static int replace(MxContext c, Arguments a) {
    return MxCalls.mxHandleReplace(c, a.handle("handle", null), rights(a), a.pointer("out"));
  }

  static int replaceWithoutPointers(MxContext c, Arguments a) {
    return MxRoutines.handleReplace(c, a.handle("handle", null), rights(a));
  }

  private static int rights(Arguments a) {
    return a.choice(
        "rights",
        MxRights.MX_RIGHT_SAME_RIGHTS,
        MxRights.MX_RIGHT_SAME_RIGHTS,
        MxRights.MX_RIGHT_READ | MxRights.MX_RIGHT_MAP | MxRights.MX_RIGHT_DUPLICATE);
  }

  static int getInfo(MxContext c, Arguments a) {
    return MxCalls.mxObjectGetInfo(
        c,
        a.handle("handle", ObjectType.VMAR),
        topic(a),
        a.buffer("buffer"),
        a.bufferLength("bufferSize"),
        a.pointer("actual"),
        a.pointer("avail"));
  }

  static int getInfoWithoutPointers(MxContext c, Arguments a) {
    return MxRoutines.objectGetInfo(c, a.handle("handle", ObjectType.VMAR), topic(a));
  }

  private static int topic(Arguments a) {
    return a.choice("topic", MxInfo.MX_INFO_VMAR, MxInfo.MX_INFO_HANDLE_VALID);
  }
}
