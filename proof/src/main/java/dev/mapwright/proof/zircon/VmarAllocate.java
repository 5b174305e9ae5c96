package dev.mapwright.proof.zircon;

import static dev.mapwright.proof.zircon.Bits.PAGE;

import dev.mapwright.zircon.call.MxCalls;
import org.jspecify.annotations.Nullable;

/** {@code mx_vmar_allocate}; the reference's sections 4 and 5. */
record VmarAllocate(
    int vmar,
    long offset,
    long size,
    int flags,
    Place child,
    Place childAddress,
    int to,
    int toAddress)
    implements CallOperation<VmarAllocate.Call> {

  static VmarAllocate draw(Draw draw) {
    int vmar = draw.find.region();
    ModelRegion region = draw.find.regionAt(vmar);
    boolean large = region != null && region.sizeBytes > (1L << 30);
    int window = draw.shape.windowPages;
    long pages =
        large ? 4 + draw.random.below(2 * window) : 1 + draw.random.below(Math.max(1, window / 3));
    if (region != null) {
      pages = Math.min(pages, 1 + draw.random.below(region.sizeBytes >>> 12));
    }
    int may = region == null ? 0 : region.flags;
    int can = may & (draw.find.permsOfHandle(vmar) << 7 | Bits.CAN_MAP_SPECIFIC | Bits.COMPACT);
    int flags = draw.random.chance(75) ? can : can & (int) draw.random.next();
    flags &= Bits.CAN_MAP_ALL;
    if (draw.random.chance(85)) {
      flags |= Bits.CAN_MAP_SPECIFIC;
    }
    if (draw.random.chance(30)) {
      flags |= Bits.COMPACT;
    }
    long offset = 0;
    if ((may & Bits.CAN_MAP_SPECIFIC) != 0 && !large && draw.random.chance(60)) {
      flags |= Bits.SPECIFIC;
      offset = draw.freeOffset(region, pages);
    }
    return new VmarAllocate(
        vmar,
        offset,
        pages * PAGE,
        flags,
        Place.cell(draw.random.below(4)),
        Place.cell(4 + draw.random.below(4)),
        draw.find.register(1, 15),
        draw.random.below(Registers.ADDRESSES));
  }

  @Override
  public @Nullable Call call(Names names) {
    long childPointer = names.address(child);
    long addressPointer = names.address(childAddress);
    return Names.overlap(childPointer, addressPointer)
        ? null
        : new Call(names.handle(vmar), offset, size, flags, childPointer, addressPointer);
  }

  @Override
  public Witness witness(Sight sight, Call call, int seen) {
    long address = sight.peek64(call.addressPointer);
    return new Witness(seen, address, sight.peek32(seen, call.childPointer), 0, null, null);
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {
    driver.keepAddress(witness, toAddress);
    driver.keepHandle(witness, Registers.regionTarget(to));
  }

  /** The documented arguments. */
  record Call(int parent, long offset, long size, int flags, long childPointer, long addressPointer)
      implements MxCall {
    private static final int KNOWN =
        Bits.COMPACT | Bits.SPECIFIC | Bits.OVERWRITE | Bits.CAN_MAP_SPECIFIC | Bits.CAN_MAP_ALL;

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxVmarAllocate(
          machine.context(), parent, offset, size, flags, childPointer, addressPointer);
    }

    @Override
    public int onModel(World world, Witness witness) {
      int status = decode(world);
      if (status != Status.OK) {
        return status;
      }
      ModelRegion region = world.found(parent, ModelRegion.class);
      long base;
      if ((flags & Bits.SPECIFIC) != 0) {
        base = region.base + offset;
        if (!Bits.aligned(base)) {
          return Status.INVALID_ARGS;
        }
        if (!region.space.free(region, base, base + size - 1)) {
          return Status.NO_MEMORY;
        }
      } else {
        base = world.placement.place(region, size, witness);
        if (base == ModelSpace.NONE) {
          return Status.NO_MEMORY;
        }
      }
      return deliver(world, region, base, witness);
    }

    private int decode(World world) {
      int rights = Bits.rightsOfPerms(Bits.permsOfCanMap(flags));
      int status = world.look(parent, rights, ModelRegion.class);
      if (status != Status.OK) {
        return status;
      }
      ModelRegion region = world.found(parent, ModelRegion.class);
      if ((flags & ~KNOWN) != 0 || !Bits.aligned(size) || (flags & Bits.OVERWRITE) != 0) {
        return Status.INVALID_ARGS;
      }
      if (region.dead) {
        return Status.BAD_STATE;
      }
      if (size == 0) {
        return Status.INVALID_ARGS;
      }
      if ((flags & Bits.CAN_MAP_ALL & ~region.flags) != 0) {
        return Status.ACCESS_DENIED;
      }
      return Placement.checkOffset(region, offset, size, (flags & Bits.SPECIFIC) != 0);
    }

    private int deliver(World world, ModelRegion region, long base, Witness witness) {
      // A new region changes nothing about what the caller can write.
      if (!world.writable(addressPointer, 8)) {
        return Status.INVALID_ARGS;
      }
      if (!world.writable(childPointer, 4)) {
        // The cell of the address may or may not have been written: nobody may rely on it.
        world.copyOut64(addressPointer, witness.choices() == null ? witness.address() : base);
        return Status.INVALID_ARGS;
      }
      world.copyOut64(addressPointer, base);
      int kept = flags & (Bits.CAN_MAP_ALL | Bits.CAN_MAP_SPECIFIC | Bits.COMPACT);
      ModelRegion child = new ModelRegion(region.space, region, base, size, kept);
      int rights = Bits.DUPLICATE | Bits.TRANSFER | Bits.rightsOfPerms(Bits.permsOfCanMap(flags));
      region.children.add(child);
      return world.deliver(child, rights, childPointer, witness);
    }
  }
}
