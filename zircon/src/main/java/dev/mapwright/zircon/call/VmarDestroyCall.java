package dev.mapwright.zircon.call;

import dev.mapwright.core.Outcome;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.VmarDestroy;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.ObjectType;
import dev.mapwright.zircon.object.MxVmar;

/**
 * mx_vmar_destroy: destroys a region with everything in it; its handles stay. A root region is like
 * any other: the address space remains, and can not be used any more.
 */
final class VmarDestroyCall {
  private VmarDestroyCall() {}

  static int run(MxContext c, int vmarHandle) {
    Handle handle =
        Lookup.find(c, vmarHandle, ObjectType.VMAR, VmarDestroy.BAD_HANDLE, VmarDestroy.WRONG_TYPE);
    if (handle == null) {
      return c.refused();
    }
    MxVmar vmar = (MxVmar) handle.object();
    Condition objection = vmar.root() ? c.policy.objectionToDestroyingRoot() : null;
    if (objection != null) {
      return c.refuse(objection, vmar.base(), vmar.bytes());
    }
    Outcome outcome = vmar.region().destroy();
    return switch (outcome) {
      case OK -> MxStatus.MX_OK;
      case DEAD -> c.refuse(VmarDestroy.DEAD, vmar.base(), vmar.bytes());
      case LEASED -> c.refuse(VmarDestroy.LEASED, vmar.base(), vmar.bytes());
      default -> throw MxContext.unexpected(outcome);
    };
  }
}
