package dev.mapwright.zircon.call;

import dev.mapwright.zircon.abi.MxInfo;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.ObjectGetInfo;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.ObjectType;
import dev.mapwright.zircon.object.MxVmar;

/**
 * mx_object_get_info, for the topics HANDLE_VALID and VMAR. A destroyed region still reports where
 * it was.
 */
final class ObjectInfoCall {
  private ObjectInfoCall() {}

  static int run(MxContext c, int value, int topic) {
    if (topic == MxInfo.MX_INFO_HANDLE_VALID) {
      return c.process().table().find(value) != null
          ? MxStatus.MX_OK
          : c.refuse(ObjectGetInfo.BAD_HANDLE, value, 0);
    }
    if (topic != MxInfo.MX_INFO_VMAR) {
      return c.refuse(ObjectGetInfo.UNKNOWN_TOPIC, topic, 0);
    }
    Handle handle =
        Lookup.find(c, value, ObjectType.VMAR, ObjectGetInfo.BAD_HANDLE, ObjectGetInfo.WRONG_TYPE);
    if (handle == null) {
      return c.refused();
    }
    MxVmar vmar = (MxVmar) handle.object();
    c.address = vmar.base();
    c.bytes = vmar.bytes();
    return MxStatus.MX_OK;
  }

  /** Stores the record of the topic VMAR, and the two counts where they are asked for. */
  static int deliver(
      MxContext c, int topic, long buffer, long bufferSize, long actual, long avail) {
    if (topic == MxInfo.MX_INFO_HANDLE_VALID) {
      return MxStatus.MX_OK; // no records, so no pointer is looked at
    }
    boolean fits = Long.compareUnsigned(bufferSize, MxInfo.MX_INFO_VMAR_BYTES) >= 0;
    if (fits
        && !(UserMemory.storeLong(c, buffer + Long.BYTES, c.bytes)
            && UserMemory.storeLong(c, buffer, c.address))) {
      return c.refuse(ObjectGetInfo.BAD_BUFFER, buffer, 0);
    }
    if (actual != 0 && !UserMemory.storeLong(c, actual, fits ? 1 : 0)) {
      return c.refuse(ObjectGetInfo.BAD_ACTUAL_POINTER, actual, 0);
    }
    if (avail != 0 && !UserMemory.storeLong(c, avail, 1)) {
      return c.refuse(ObjectGetInfo.BAD_AVAIL_POINTER, avail, 0);
    }
    return fits
        ? MxStatus.MX_OK
        : c.refuse(ObjectGetInfo.BUFFER_TOO_SMALL, MxInfo.MX_INFO_VMAR_BYTES, bufferSize);
  }
}
