package dev.mapwright.proof.zircon.hostile;

import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxContext;
import dev.mapwright.zircon.call.MxRoutines;
import dev.mapwright.zircon.handle.ObjectType;

/**
 * Mapping physical addresses, with hostile arguments.
 *
 * <p>Whoever has the resource may map RAM by its physical address too, page tables included, and
 * with one store destroy them; that is how machines are, and no fault. So what was mapped over RAM
 * is unmapped again before anybody can store there.
 */
final class DeviceCalls {
  private DeviceCalls() {}

  static int map(MxContext c, Arguments a) {
    int resource = a.handle("rsrc", ObjectType.RESOURCE);
    long physical = a.physical("paddr");
    long length = a.length("len");
    // The out pointer must not lie where the mapping goes: all of RAM could be behind it.
    boolean ram = overRam(a, physical, length);
    long pointer = ram ? a.actor.scratch : a.pointer("vaddr");
    int status =
        MxCalls.mxMmapDeviceMemory(
            c, resource, physical, length, a.choice("policy", 0, 1), pointer);
    return ram ? takenBack(c, a, length, status) : status;
  }

  static int mapWithoutPointers(MxContext c, Arguments a) {
    int resource = a.handle("rsrc", ObjectType.RESOURCE);
    long physical = a.physical("paddr");
    long length = a.length("len");
    int status =
        MxRoutines.mmapDeviceMemory(c, resource, physical, length, a.choice("policy", 0, 1));
    return overRam(a, physical, length) ? takenBack(c, a, length, status) : status;
  }

  /** Whether a byte of RAM lies in the range, or could because it wraps. */
  private static boolean overRam(Arguments a, long physical, long length) {
    long last = physical + length - 1;
    long ramLast = Stage.RAM_FIRST + a.ramPages * HostileNumbers.PAGE - 1;
    boolean wraps = Long.compareUnsigned(last, physical) < 0;
    return wraps
        || Long.compareUnsigned(physical, ramLast) <= 0
            && Long.compareUnsigned(last | HostileNumbers.PAGE - 1, Stage.RAM_FIRST) >= 0;
  }

  private static int takenBack(MxContext c, Arguments a, long length, int status) {
    if (status == 0) {
      int undone = MxCalls.mxVmarUnmap(c, a.actor.rootHandle, c.address(), length);
      if (undone != 0) {
        throw new Misbehaviour("a new mapping cannot be unmapped: " + c.lastRefusal());
      }
    }
    return status;
  }
}
