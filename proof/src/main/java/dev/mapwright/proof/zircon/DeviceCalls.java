package dev.mapwright.proof.zircon;

/** The mapping of physical ranges, written from the reference's section 12.1. */
final class DeviceCalls {
  private static final int POLICIES = 3;

  private final World world;
  private final VmarCalls vmars;

  DeviceCalls(World world, VmarCalls vmars) {
    this.world = world;
    this.vmars = vmars;
  }

  /** Whether a call would map something other than the device, which the model does not know. */
  boolean foreign(int handle, long physical, long length) {
    long size = Bits.roundUp(length);
    ModelHandle resource = world.handle(handle);
    boolean refused =
        resource == null
            || !resource.object().equals(World.RESOURCE)
            || !Bits.aligned(physical)
            || size == 0;
    return !refused && !inDevice(physical, size);
  }

  private static boolean inDevice(long physical, long size) {
    long offset = physical - Boot.DEVICE;
    long bytes = Boot.DEVICE_PAGES * Bits.PAGE;
    return offset >= 0 && offset < bytes && size > 0 && size <= bytes - offset;
  }

  int map(int handle, long physical, long length, int policy, long pointer, Witness witness) {
    ModelHandle resource = world.handle(handle);
    if (resource == null) {
      return Status.BAD_HANDLE;
    }
    if (!resource.object().equals(World.RESOURCE)) {
      return Status.WRONG_TYPE;
    }
    long size = Bits.roundUp(length);
    if ((policy & ~POLICIES) != 0 || !Bits.aligned(physical) || size == 0) {
      return Status.INVALID_ARGS;
    }
    ModelRegion root = world.caller().space.root;
    if (root.dead) {
      return Status.BAD_STATE;
    }
    long base = vmars.place(root, size, witness);
    if (base == ModelSpace.NONE) {
      return Status.NO_MEMORY;
    }
    if (base == VmarCalls.UNKNOWN) {
      return world.writable(pointer, 8) ? Status.OK : Status.INVALID_ARGS;
    }
    int pages = (int) (size >>> 12);
    ModelVmo vmo = world.newDeviceVmo((int) ((physical - Boot.DEVICE) >>> 12), pages);
    int both = Bits.PERM_READ | Bits.PERM_WRITE;
    for (int page = 0; page < pages; page++) {
      root.space.pages.put((base >>> 12) + page, new PageEntry(vmo, page, root, both, both));
    }
    if (!world.copyOut64(pointer, base)) {
      for (int page = 0; page < pages; page++) {
        root.space.pages.remove((base >>> 12) + page);
      }
      return Status.INVALID_ARGS;
    }
    return Status.OK;
  }
}
