package dev.mapwright.zircon.call;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.VmarProtect;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.ObjectType;
import dev.mapwright.zircon.object.MxVmar;

/**
 * mx_vmar_protect. The right asked for is the region handle's; what the handles to the object
 * allowed is in each mapping's maximum.
 */
final class VmarProtectCall {
  private VmarProtectCall() {}

  static int run(MxContext c, int vmarHandle, long address, long len, int flags) {
    int permissions = Flags.permissions(flags);
    Handle handle =
        Lookup.find(
            c,
            vmarHandle,
            ObjectType.VMAR,
            Flags.rights(permissions),
            VmarProtect.BAD_HANDLE,
            VmarProtect.LACKS_RIGHT,
            VmarProtect.WRONG_TYPE);
    if (handle == null) {
      return c.refused();
    }
    if (!c.policy.accepts(permissions)) {
      return c.refuse(VmarProtect.NOT_READABLE, flags, 0);
    }
    if (!Pages.aligned(address)) {
      return c.refuse(VmarProtect.ADDRESS_MISALIGNED, address, 0);
    }
    if ((flags & ~Flags.PERM) != 0) {
      return c.refuse(VmarProtect.UNKNOWN_FLAG, flags, 0);
    }
    long rounded = Flags.roundUp(len);
    if (rounded == 0) {
      return c.refuse(VmarProtect.LENGTH_ZERO, len, 0);
    }
    MxVmar vmar = (MxVmar) handle.object();
    if (!vmar.region().live()) {
      return c.refuse(VmarProtect.DEAD, vmar.base(), vmar.bytes());
    }
    if (!vmar.contains(address, rounded)) {
      return c.refuse(VmarProtect.OUTSIDE, address, len);
    }
    Outcome outcome = vmar.region().protect(Pages.of(address), Pages.of(rounded), permissions);
    return switch (outcome) {
      case OK -> MxStatus.MX_OK;
      case DEAD -> c.refuse(VmarProtect.DEAD, vmar.base(), vmar.bytes());
      case NOT_MAPPED -> c.refuse(VmarProtect.NOT_MAPPED, address, len);
      case REGION_IN_RANGE -> c.refuse(VmarProtect.REGION_IN_RANGE, address, len);
      case EXCEEDS_MAXIMUM -> c.refuse(VmarProtect.EXCEEDS_MAXIMUM, address, permissions);
      case OUT_OF_RECORDS, OUT_OF_FRAMES -> c.refuse(VmarProtect.OUT_OF_MEMORY, address, len);
      case LEASED -> c.refuse(VmarProtect.LEASED, address, len);
      default -> throw MxContext.unexpected(outcome);
    };
  }
}
