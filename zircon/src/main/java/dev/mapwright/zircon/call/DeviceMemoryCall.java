package dev.mapwright.zircon.call;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.abi.MxVmoOps;
import dev.mapwright.zircon.answer.MmapDeviceMemory;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.ObjectType;
import dev.mapwright.zircon.object.MxVmar;

/**
 * mx_mmap_device_memory: maps physical addresses, readable and writable, into the caller's root
 * region, with the translations installed at once. Nothing but the mapping names the range
 * afterwards.
 */
final class DeviceMemoryCall {
  private DeviceMemoryCall() {}

  static int run(MxContext c, int resource, long physicalAddress, long len, int policy) {
    Handle handle =
        Lookup.find(
            c,
            resource,
            ObjectType.RESOURCE,
            MmapDeviceMemory.BAD_HANDLE,
            MmapDeviceMemory.WRONG_TYPE);
    if (handle == null) {
      return c.refused();
    }
    if ((policy & ~MxVmoOps.MX_CACHE_POLICY_MASK) != 0) {
      return c.refuse(MmapDeviceMemory.POLICY, policy, 0);
    }
    if (!Pages.aligned(physicalAddress)) {
      return c.refuse(MmapDeviceMemory.ADDRESS_MISALIGNED, physicalAddress, 0);
    }
    long rounded = Flags.roundUp(len);
    if (rounded == 0) {
      return c.refuse(MmapDeviceMemory.LENGTH_ZERO, len, 0);
    }
    long pages = Pages.of(rounded);
    if (!Pages.fits(Pages.of(physicalAddress), pages)) {
      return c.refuse(MmapDeviceMemory.NOT_PHYSICAL, physicalAddress, len);
    }
    MxVmar root = c.process().root();
    if (!root.region().live()) {
      return c.refuse(MmapDeviceMemory.DEAD);
    }
    if (!root.fits(0, rounded)) {
      return c.refuse(MmapDeviceMemory.OUTSIDE, len, 0);
    }
    MemoryObject memory =
        MemoryObject.physical(
                c.system().machine(), Pages.of(physicalAddress), pages, CachePolicy.of(policy))
            .made();
    if (memory == null) {
      return c.refuse(MmapDeviceMemory.OUT_OF_MEMORY);
    }
    MapRequest request =
        c.mapRequest
            .object(memory, 0)
            .permissions(Permissions.READ_WRITE)
            .maximum(Permissions.READ_WRITE)
            .installPresent(true);
    request.where().anywhere();
    Outcome outcome = c.made.map(root, request, pages);
    memory.release(); // from now on the mapping's reference alone keeps it
    return switch (outcome) {
      case OK -> {
        c.address = Pages.address(request.firstPage());
        yield MxStatus.MX_OK;
      }
      case DEAD -> c.refuse(MmapDeviceMemory.DEAD);
      case NO_ROOM -> c.refuse(MmapDeviceMemory.NO_ROOM, len, 0);
      case OUT_OF_RECORDS, OUT_OF_FRAMES -> c.refuse(MmapDeviceMemory.OUT_OF_MEMORY);
      default -> throw MxContext.unexpected(outcome);
    };
  }
}
