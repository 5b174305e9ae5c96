package dev.mapwright.proof.zircon.hostile;

import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_EXECUTE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_READ;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_CAN_MAP_WRITE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_COMPACT;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_MAP_RANGE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_EXECUTE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_READ;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_WRITE;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_SPECIFIC_OVERWRITE;

import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxContext;
import dev.mapwright.zircon.call.MxRoutines;
import dev.mapwright.zircon.handle.ObjectType;

/** The calls on regions, with hostile arguments. */
final class RegionCalls {
  private static final int ALLOCATE_ALWAYS = MX_VM_FLAG_CAN_MAP_READ | MX_VM_FLAG_CAN_MAP_SPECIFIC;
  private static final int ALLOCATE_MAY =
      MX_VM_FLAG_COMPACT
          | MX_VM_FLAG_SPECIFIC
          | MX_VM_FLAG_CAN_MAP_WRITE
          | MX_VM_FLAG_CAN_MAP_EXECUTE;
  private static final int MAP_MAY =
      MX_VM_FLAG_PERM_WRITE
          | MX_VM_FLAG_SPECIFIC
          | MX_VM_FLAG_SPECIFIC_OVERWRITE
          | MX_VM_FLAG_MAP_RANGE;
  private static final int PROTECT_MAY = MX_VM_FLAG_PERM_WRITE | MX_VM_FLAG_PERM_EXECUTE;
  private static final int PLACED = MX_VM_FLAG_SPECIFIC | MX_VM_FLAG_SPECIFIC_OVERWRITE;

  private RegionCalls() {}

  static int allocate(MxContext c, Arguments a) {
    int flags = a.flags("flags", ALLOCATE_ALWAYS, ALLOCATE_MAY);
    return MxCalls.mxVmarAllocate(
        c,
        a.handle("parent", ObjectType.VMAR),
        a.offsetIn("offset", (flags & PLACED) != 0),
        a.pages("size"),
        flags,
        a.pointer("child"),
        a.pointer("childAddr"));
  }

  static int allocateWithoutPointers(MxContext c, Arguments a) {
    int flags = a.flags("flags", ALLOCATE_ALWAYS, ALLOCATE_MAY);
    return MxRoutines.vmarAllocate(
        c,
        a.handle("parent", ObjectType.VMAR),
        a.offsetIn("offset", (flags & PLACED) != 0),
        a.pages("size"),
        flags);
  }

  static int map(MxContext c, Arguments a) {
    int flags = a.flags("flags", MX_VM_FLAG_PERM_READ, MAP_MAY);
    return MxCalls.mxVmarMap(
        c,
        a.handle("vmar", ObjectType.VMAR),
        a.offsetIn("vmarOffset", (flags & PLACED) != 0),
        a.handle("vmo", ObjectType.VMO),
        a.offset("vmoOffset"),
        a.length("len"),
        flags,
        a.pointer("mappedAddr"));
  }

  static int mapWithoutPointers(MxContext c, Arguments a) {
    int flags = a.flags("flags", MX_VM_FLAG_PERM_READ, MAP_MAY);
    return MxRoutines.vmarMap(
        c,
        a.handle("vmar", ObjectType.VMAR),
        a.offsetIn("vmarOffset", (flags & PLACED) != 0),
        a.handle("vmo", ObjectType.VMO),
        a.offset("vmoOffset"),
        a.length("len"),
        flags);
  }

  static int unmap(MxContext c, Arguments a) {
    return MxCalls.mxVmarUnmap(c, a.regionOfSlot("vmar"), a.address("addr"), a.length("len"));
  }

  static int protect(MxContext c, Arguments a) {
    return MxCalls.mxVmarProtect(
        c,
        a.regionOfSlot("vmar"),
        a.address("addr"),
        a.length("len"),
        a.flags("prot", MX_VM_FLAG_PERM_READ, PROTECT_MAY));
  }

  static int destroy(MxContext c, Arguments a) {
    return MxCalls.mxVmarDestroy(c, a.branch("vmar"));
  }

  static int unmapCloseExit(MxContext c, Arguments a) {
    return MxCalls.mxVmarUnmapHandleCloseThreadExit(
        c, a.regionOfSlot("vmar"), a.address("addr"), a.length("len"), a.handle("handle", null));
  }
}
