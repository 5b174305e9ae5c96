package dev.mapwright.proof.zircon;

import static dev.mapwright.proof.zircon.Bits.PAGE;

import dev.mapwright.zircon.call.MxCalls;
import org.jspecify.annotations.Nullable;

/** {@code mx_mmap_device_memory}; the reference's section 12.1. */
record MmapDeviceMemory(
    int handle, long physical, long length, int policy, Place mapped, int toAddress)
    implements CallOperation<MmapDeviceMemory.Call> {
  private static final int POLICIES = 3;

  static MmapDeviceMemory draw(Draw draw) {
    int page = draw.random.below(Boot.DEVICE_PAGES);
    long bytes = 1 + draw.random.below((Boot.DEVICE_PAGES - page) * PAGE);
    return new MmapDeviceMemory(
        Registers.RESOURCE,
        Boot.DEVICE + page * PAGE,
        bytes,
        draw.random.below(4),
        draw.out(),
        draw.random.below(Registers.ADDRESSES));
  }

  @Override
  public @Nullable Call call(Names names) {
    int resource = names.handle(handle);
    return foreign(names.world.handle(resource))
        ? null
        : new Call(resource, physical, length, policy, names.address(mapped));
  }

  /** Whether the call would map something other than the device, which the model does not know. */
  private boolean foreign(@Nullable ModelHandle resource) {
    long size = Bits.roundUp(length);
    boolean refused =
        resource == null
            || !resource.object().equals(World.RESOURCE)
            || !Bits.aligned(physical)
            || size == 0;
    long offset = physical - Boot.DEVICE;
    long bytes = Boot.DEVICE_PAGES * PAGE;
    boolean device = offset >= 0 && offset < bytes && size > 0 && size <= bytes - offset;
    return !refused && !device;
  }

  @Override
  public Witness witness(Sight sight, Call call, int seen) {
    return sight.address(seen, call.pointer);
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {
    driver.keepAddress(witness, toAddress);
    if (witness.status() == Status.OK) {
      driver.comparison.around(driver.world.caller().space.root, witness.address(), length);
    }
  }

  /** The documented arguments. */
  record Call(int resource, long physical, long length, int policy, long pointer)
      implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxMmapDeviceMemory(
          machine.context(), resource, physical, length, policy, pointer);
    }

    @Override
    public int onModel(World world, Witness witness) {
      ModelHandle named = world.handle(resource);
      if (named == null) {
        return Status.BAD_HANDLE;
      }
      if (!named.object().equals(World.RESOURCE)) {
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
      long base = world.placement.place(root, size, witness);
      if (base == ModelSpace.NONE) {
        return Status.NO_MEMORY;
      }
      if (base == Placement.UNKNOWN) {
        return world.writable(pointer, 8) ? Status.OK : Status.INVALID_ARGS;
      }
      return put(world, root, base, (int) (size >>> 12));
    }

    private int put(World world, ModelRegion root, long base, int pages) {
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
}
