package dev.mapwright.zircon.call;

import static dev.mapwright.zircon.abi.MxLimits.MX_VMO_MAX_SIZE;

import dev.mapwright.core.Outcome;
import dev.mapwright.zircon.abi.MxRights;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.VmoGetSize;
import dev.mapwright.zircon.answer.VmoSetSize;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.ObjectType;
import dev.mapwright.zircon.object.MxVmo;

/** mx_vmo_get_size and mx_vmo_set_size. Sizes are exact to the byte. */
final class VmoSizeCalls {
  private VmoSizeCalls() {}

  static int get(MxContext c, int vmoHandle) {
    Handle handle =
        Lookup.find(c, vmoHandle, ObjectType.VMO, VmoGetSize.BAD_HANDLE, VmoGetSize.WRONG_TYPE);
    if (handle == null) {
      return c.refused();
    }
    c.bytes = ((MxVmo) handle.object()).bytes();
    return MxStatus.MX_OK;
  }

  static int set(MxContext c, int vmoHandle, long size) {
    Handle handle =
        Lookup.find(
            c,
            vmoHandle,
            ObjectType.VMO,
            MxRights.MX_RIGHT_WRITE,
            VmoSetSize.BAD_HANDLE,
            VmoSetSize.LACKS_RIGHT,
            VmoSetSize.WRONG_TYPE);
    if (handle == null) {
      return c.refused();
    }
    MxVmo vmo = (MxVmo) handle.object();
    if (vmo.physical()) {
      return c.refuse(VmoSetSize.FIXED_SIZE);
    }
    if (Long.compareUnsigned(size, MX_VMO_MAX_SIZE) > 0) {
      return c.refuse(VmoSetSize.TOO_LARGE, size, 0);
    }
    if (!c.hold(vmo)) {
      return c.refuse(VmoSetSize.BAD_HANDLE, vmoHandle, 0);
    }
    Outcome outcome = vmo.resize(size);
    c.release(vmo);
    return switch (outcome) {
      case OK -> MxStatus.MX_OK;
      case PINNED -> c.refuse(VmoSetSize.PINNED, size, 0);
      default -> throw MxContext.unexpected(outcome);
    };
  }
}
