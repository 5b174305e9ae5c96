package dev.mapwright.zircon.call;

import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_COMPACT;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC_OVERWRITE;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.VmarAllocate;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.ObjectType;
import dev.mapwright.zircon.object.MxVmar;

/**
 * mx_vmar_allocate: makes a region in a region. The questions are asked in the order of the
 * constants of {@link VmarAllocate}.
 */
final class VmarAllocateCall {
  private static final int KNOWN =
      Flags.PERM
          | Flags.CAN_MAP
          | MX_VM_FLAG_COMPACT
          | MX_VM_FLAG_SPECIFIC
          | MX_VM_FLAG_SPECIFIC_OVERWRITE
          | MX_VM_FLAG_CAN_MAP_SPECIFIC;

  private VmarAllocateCall() {}

  static int run(MxContext c, int parent, long offset, long size, int flags) {
    // Does the handle name a region, and carry what the new one is to have?
    int capability = Flags.capability(flags);
    Handle handle =
        Lookup.find(
            c,
            parent,
            ObjectType.VMAR,
            Flags.rights(capability),
            VmarAllocate.BAD_HANDLE,
            VmarAllocate.LACKS_RIGHT,
            VmarAllocate.WRONG_TYPE);
    if (handle == null) {
      return c.refused();
    }
    // Do the flags make sense for a region?
    if ((flags & ~KNOWN) != 0) {
      return c.refuse(VmarAllocate.UNKNOWN_FLAG, flags, 0);
    }
    if ((flags & Flags.PERM) != 0) {
      return c.refuse(VmarAllocate.PERMISSION_FLAG, flags, 0);
    }
    // Is the size one of whole pages, and nothing to be overwritten?
    if (!Pages.aligned(size)) {
      return c.refuse(VmarAllocate.SIZE_MISALIGNED, size, 0);
    }
    if ((flags & MX_VM_FLAG_SPECIFIC_OVERWRITE) != 0) {
      return c.refuse(VmarAllocate.OVERWRITE, flags, 0);
    }
    // Is the parent alive?
    MxVmar vmar = (MxVmar) handle.object();
    if (!vmar.region().live()) {
      return dead(c, vmar);
    }
    // Is there anything to allocate, and may the parent give it?
    if (size == 0) {
      return c.refuse(VmarAllocate.SIZE_ZERO);
    }
    if (!Permissions.within(capability, vmar.region().capability())) {
      return c.refuse(VmarAllocate.EXCEEDS_PARENT, capability, vmar.region().capability());
    }
    return place(c, vmar, offset, size, flags, capability);
  }

  private static int place(
      MxContext c, MxVmar vmar, long offset, long size, int flags, int capability) {
    boolean specific = (flags & MX_VM_FLAG_SPECIFIC) != 0;
    boolean misaligned = specific && !Pages.aligned(vmar.base() + offset);
    // Does the caller say where, and may it?
    if (offset != 0 && !specific) {
      return c.refuse(VmarAllocate.OFFSET_WITHOUT_SPECIFIC, offset, 0);
    }
    if (misaligned && !c.policy.privilegeBeforeAlignment()) {
      return c.refuse(VmarAllocate.OFFSET_MISALIGNED, vmar.base() + offset, 0);
    }
    if (specific && !vmar.canMapSpecific()) {
      return c.refuse(VmarAllocate.SPECIFIC_NOT_ALLOWED, vmar.base(), vmar.bytes());
    }
    // Does it fit, and is the place a page?
    if (!vmar.fits(offset, size)) {
      return c.refuse(VmarAllocate.OUTSIDE, offset, size);
    }
    if (misaligned) {
      return c.refuse(VmarAllocate.OFFSET_MISALIGNED, vmar.base() + offset, 0);
    }
    RegionRequest request =
        c.regionRequest.pages(Pages.of(size)).capability(capability).label(flags);
    if (specific) {
      request.where().at(Pages.of(vmar.base() + offset));
    } else if (vmar.compact()) {
      request.where().compact();
    } else {
      request.where().anywhere();
    }
    Outcome outcome = c.made.allocate(vmar, request);
    return switch (outcome) {
      case OK -> handOut(c, request.region(), flags);
      case DEAD -> dead(c, vmar);
      case OCCUPIED -> c.refuse(VmarAllocate.OCCUPIED, vmar.base() + offset, size);
      case NO_ROOM -> c.refuse(VmarAllocate.NO_ROOM, size, 0);
      case OUT_OF_RECORDS, OUT_OF_FRAMES -> c.refuse(VmarAllocate.OUT_OF_MEMORY);
      default -> throw MxContext.unexpected(outcome);
    };
  }

  private static int dead(MxContext c, MxVmar vmar) {
    return c.refuse(VmarAllocate.DEAD, vmar.base(), vmar.bytes());
  }

  private static int handOut(MxContext c, Region region, int flags) {
    MxVmar child =
        new MxVmar(
            c.system(),
            region,
            (flags & MX_VM_FLAG_CAN_MAP_SPECIFIC) != 0,
            (flags & MX_VM_FLAG_COMPACT) != 0);
    if (!c.made.reserve(child, child.rights())) {
      return c.refuse(VmarAllocate.OUT_OF_MEMORY);
    }
    c.address = child.base();
    return MxStatus.MX_OK;
  }
}
