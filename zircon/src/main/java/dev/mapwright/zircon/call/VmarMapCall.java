package dev.mapwright.zircon.call;

import static dev.mapwright.zircon.abi.MxRights.MX_RIGHT_MAP;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_COMPACT;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_MAP_RANGE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC_OVERWRITE;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.VmarMap;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.ObjectType;
import dev.mapwright.zircon.object.MxVmar;
import dev.mapwright.zircon.object.MxVmo;

/**
 * mx_vmar_map: maps a memory object into a region. The questions are asked in the order of the
 * constants of {@link VmarMap}; a call with several faults is refused for the earliest.
 *
 * <p>Maximum protection is what both handles allow at this moment, within the region's capability.
 * Closing the handles later, or having better ones, changes nothing.
 */
final class VmarMapCall {
  private static final int SPECIFIC_OR_OVERWRITE =
      MX_VM_FLAG_SPECIFIC | MX_VM_FLAG_SPECIFIC_OVERWRITE;
  private static final int REGION_FLAGS = MX_VM_FLAG_COMPACT | MX_VM_FLAG_CAN_MAP_SPECIFIC;
  private static final int KNOWN =
      Flags.PERM | SPECIFIC_OR_OVERWRITE | REGION_FLAGS | MX_VM_FLAG_MAP_RANGE;

  private VmarMapCall() {}

  static int run(
      MxContext c,
      int vmarHandle,
      long offset,
      int vmoHandle,
      long vmoOffset,
      long len,
      int flags) {
    // Do the handles name a region and a memory object? No right is asked for yet.
    Handle to =
        Lookup.find(
            c, vmarHandle, ObjectType.VMAR, VmarMap.VMAR_BAD_HANDLE, VmarMap.VMAR_WRONG_TYPE);
    if (to == null) {
      return c.refused();
    }
    Handle from =
        Lookup.find(c, vmoHandle, ObjectType.VMO, VmarMap.VMO_BAD_HANDLE, VmarMap.VMO_WRONG_TYPE);
    if (from == null) {
      return c.refused();
    }
    // May the object be mapped at all?
    if (!from.allows(MX_RIGHT_MAP)) {
      return c.refuse(VmarMap.VMO_LACKS_MAP, from.rights(), 0);
    }
    // Is it a sensible set of permissions, and nothing that is not the caller's to give?
    int permissions = Flags.permissions(flags);
    if (!c.policy.accepts(permissions)) {
      return c.refuse(VmarMap.NOT_READABLE, flags, 0);
    }
    Condition objection = c.policy.objectionToMap(flags);
    if (objection != null) {
      return c.refuse(objection, flags, 0);
    }
    if ((flags & Flags.CAN_MAP) != 0) {
      return c.refuse(VmarMap.CAN_MAP_FLAG, flags, 0);
    }
    // Do both handles carry the rights for these permissions?
    int rights = Flags.rights(permissions);
    if (!from.allows(rights)) {
      return c.refuse(VmarMap.VMO_LACKS_RIGHT, rights, from.rights());
    }
    if (!to.allows(rights)) {
      return c.refuse(VmarMap.VMAR_LACKS_RIGHT, rights, to.rights());
    }
    // Do the other flags make sense for a mapping?
    if ((flags & ~KNOWN) != 0) {
      return c.refuse(VmarMap.UNKNOWN_FLAG, flags, 0);
    }
    if ((flags & REGION_FLAGS) != 0) {
      return c.refuse(VmarMap.REGION_FLAG, flags, 0);
    }
    // Does the region allow them?
    MxVmar vmar = (MxVmar) to.object();
    int capability = vmar.region().capability();
    if (!Permissions.within(permissions, capability)) {
      return c.refuse(VmarMap.EXCEEDS_REGION, permissions, capability);
    }
    // What may a later protect allow at most?
    int maximum = Flags.ofRights(from.rights() & to.rights()) & capability;
    MapRequest request = c.mapRequest.permissions(permissions).maximum(maximum);
    return place(c, request, vmar, offset, (MxVmo) from.object(), vmoOffset, len, flags);
  }

  private static int place(
      MxContext c,
      MapRequest request,
      MxVmar vmar,
      long offset,
      MxVmo vmo,
      long vmoOffset,
      long len,
      int flags) {
    // Is the range of the object expressible? Its size does not matter.
    long rounded = Flags.roundUp(len);
    if (!Pages.aligned(vmoOffset)) {
      return c.refuse(VmarMap.VMO_OFFSET_MISALIGNED, vmoOffset, 0);
    }
    if (Long.compareUnsigned(vmoOffset + rounded, vmoOffset) < 0) {
      return c.refuse(VmarMap.VMO_OFFSET_WRAPS, vmoOffset, len);
    }
    // Is the region alive, and anything to map?
    if (!vmar.region().live()) {
      return c.refuse(VmarMap.DEAD, vmar.base(), vmar.bytes());
    }
    if (rounded == 0) {
      return c.refuse(VmarMap.LENGTH_ZERO, len, 0);
    }
    // Does the caller say where, may it, and does it fit?
    boolean explicit = (flags & SPECIFIC_OR_OVERWRITE) != 0;
    long address = vmar.base() + offset;
    boolean misaligned = explicit && !Pages.aligned(address);
    if (offset != 0 && !explicit) {
      return c.refuse(VmarMap.OFFSET_WITHOUT_SPECIFIC, offset, 0);
    }
    if (misaligned && !c.policy.privilegeBeforeAlignment()) {
      return c.refuse(VmarMap.OFFSET_MISALIGNED, address, 0);
    }
    if (explicit && !vmar.canMapSpecific()) {
      return c.refuse(VmarMap.SPECIFIC_NOT_ALLOWED, vmar.base(), vmar.bytes());
    }
    if (!vmar.fits(offset, rounded)) {
      return c.refuse(VmarMap.OUTSIDE, offset, len);
    }
    // Is the place a page?
    if (misaligned) {
      return c.refuse(VmarMap.OFFSET_MISALIGNED, address, 0);
    }
    if ((flags & MX_VM_FLAG_SPECIFIC_OVERWRITE) != 0) {
      request.where().overwrite(Pages.of(address));
    } else if (explicit) {
      request.where().at(Pages.of(address));
    } else if (vmar.compact()) {
      request.where().compact();
    } else {
      request.where().anywhere();
    }
    request
        .object(vmo.memory(), Pages.of(vmoOffset))
        .installPresent((flags & MX_VM_FLAG_MAP_RANGE) != 0);
    return invoke(c, request, vmar, address, vmo, len);
  }

  private static int invoke(
      MxContext c, MapRequest request, MxVmar vmar, long address, MxVmo vmo, long len) {
    if (!c.hold(vmo)) {
      return c.refuse(VmarMap.VMO_BAD_HANDLE);
    }
    Outcome outcome = c.made.map(vmar, request, Pages.of(Flags.roundUp(len)));
    c.release(vmo);
    return switch (outcome) {
      case OK -> {
        c.address = Pages.address(request.firstPage());
        yield MxStatus.MX_OK;
      }
      case DEAD -> c.refuse(VmarMap.DEAD, vmar.base(), vmar.bytes());
      case OCCUPIED -> c.refuse(VmarMap.OCCUPIED, address, len);
      case REGION_IN_RANGE -> c.refuse(VmarMap.REGION_IN_RANGE, address, len);
      case NO_ROOM -> c.refuse(VmarMap.NO_ROOM, len, 0);
      case LEASED -> c.refuse(VmarMap.LEASED, address, len);
      case OUT_OF_RECORDS, OUT_OF_FRAMES -> c.refuse(VmarMap.OUT_OF_MEMORY);
      default -> throw MxContext.unexpected(outcome);
    };
  }
}
