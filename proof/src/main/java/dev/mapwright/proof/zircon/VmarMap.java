package dev.mapwright.proof.zircon;

import static dev.mapwright.proof.zircon.Bits.PAGE;

import dev.mapwright.zircon.call.MxCalls;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code mx_vmar_map}; the reference's sections 4 to 6. */
record VmarMap(
    int vmar,
    long offset,
    int vmo,
    long vmoOffset,
    long length,
    int flags,
    Place mapped,
    int toAddress)
    implements CallOperation<VmarMap.Call> {
  /** Larger ones are not run: the model has an entry for every page. */
  private static final long MOST_PAGES = 8192;

  static VmarMap draw(Draw draw) {
    int vmar = draw.random.chance(10) ? 0 : draw.find.region();
    int vmo = draw.find.vmo();
    ModelRegion region = draw.find.regionAt(vmar);
    int flags = drawPermissions(draw, vmar, vmo);
    int most = draw.shape.mostPages;
    long pages = 1L + draw.random.below(draw.random.chance(70) ? Math.min(8, most) : most);
    long offset = 0;
    boolean specific =
        region != null
            && (region.flags & Bits.CAN_MAP_SPECIFIC) != 0
            && (region.sizeBytes < 1L << 30 ? draw.random.chance(70) : draw.random.chance(5));
    if (specific && region != null) {
      pages = Math.min(pages, region.sizeBytes >>> 12);
      if (draw.random.chance(40)) {
        flags |= Bits.OVERWRITE | (draw.random.chance(50) ? Bits.SPECIFIC : 0);
        offset = draw.random.below((region.sizeBytes >>> 12) - pages + 1) * PAGE;
        if (region.sizeBytes > 1L << 30) {
          offset = Boot.INPUT + draw.random.below(64) * PAGE + (1 << 16);
        }
      } else {
        flags |= Bits.SPECIFIC;
        offset = draw.freeOffset(region, pages);
      }
    }
    if (draw.random.chance(15)) {
      flags |= Bits.MAP_RANGE;
    }
    long vmoOffset = drawObjectOffset(draw, vmo);
    long cut = draw.random.chance(20) ? draw.random.below((int) PAGE) : 0;
    return new VmarMap(
        vmar,
        offset,
        vmo,
        vmoOffset,
        pages * PAGE - cut,
        flags,
        draw.out(),
        draw.random.below(Registers.ADDRESSES));
  }

  private static int drawPermissions(Draw draw, int vmar, int vmo) {
    ModelRegion region = draw.find.regionAt(vmar);
    int may = region == null ? 0 : Bits.permsOfCanMap(region.flags);
    may &= draw.find.permsOfHandle(vmar) & draw.find.permsOfHandle(vmo);
    return Bits.PERM_READ | (draw.random.chance(60) ? may : may & (int) draw.random.next());
  }

  private static long drawObjectOffset(Draw draw, int vmo) {
    ModelVmo object = draw.find.vmoAt(vmo);
    long offset = draw.random.below(6) * PAGE;
    if (draw.shape == Shape.WIDE) {
      offset = draw.random.below(600) * PAGE;
    }
    if (object != null && object.sizeBytes < 0 || draw.random.chance(3)) {
      offset = -(2 + draw.random.below(40)) * PAGE;
    }
    return offset;
  }

  @Override
  public @Nullable Call call(Names names) {
    long pages = Bits.roundUp(length) >>> 12;
    if (pages > MOST_PAGES && pages <= names.world.rootBytes >>> 12) {
      return null;
    }
    return new Call(
        names.handle(vmar),
        offset,
        names.handle(vmo),
        vmoOffset,
        length,
        flags,
        names.address(mapped));
  }

  @Override
  public Witness witness(Sight sight, Call call, int seen) {
    return sight.address(seen, call.pointer);
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {
    driver.keepAddress(witness, toAddress);
    if (witness.status() == Status.OK) {
      driver.comparison.around(driver.names.region(vmar), witness.address(), length);
    }
  }

  /** The documented arguments. */
  record Call(
      int vmar, long vmarOffset, int vmo, long vmoOffset, long length, int flags, long pointer)
      implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxVmarMap(
          machine.context(), vmar, vmarOffset, vmo, vmoOffset, length, flags, pointer);
    }

    @Override
    public int onModel(World world, Witness witness) {
      int status = decode(world);
      if (status != Status.OK) {
        return status;
      }
      ModelRegion region = world.found(vmar, ModelRegion.class);
      long size = Bits.roundUp(length);
      if (specific()) {
        long base = region.base + vmarOffset;
        int placed = replace(region, base, base + size - 1);
        return placed == Status.OK ? put(world, region, base, size) : placed;
      }
      long base = world.placement.place(region, size, witness);
      if (base == ModelSpace.NONE) {
        return Status.NO_MEMORY;
      }
      if (base == Placement.UNKNOWN) {
        // Its place is not known; at the old places the pointer must be bad.
        return world.writable(pointer, 8) ? Status.OK : Status.INVALID_ARGS;
      }
      return put(world, region, base, size);
    }

    private boolean specific() {
      return (flags & (Bits.SPECIFIC | Bits.OVERWRITE)) != 0;
    }

    private int decode(World world) {
      int status = world.look(vmar, 0, ModelRegion.class);
      if (status == Status.OK) {
        status = world.look(vmo, 0, ModelVmo.class);
      }
      if (status == Status.OK) {
        status = world.look(vmo, Bits.MAP, ModelVmo.class);
      }
      if (status != Status.OK) {
        return status;
      }
      ModelRegion region = world.found(vmar, ModelRegion.class);
      int permitted = decodeFlags(world, region);
      if (permitted != Status.OK) {
        return permitted;
      }
      long size = Bits.roundUp(length);
      if (!Bits.aligned(vmoOffset) || Bits.wraps(vmoOffset, size)) {
        return Status.INVALID_ARGS;
      }
      if (region.dead) {
        return Status.BAD_STATE;
      }
      return size == 0
          ? Status.INVALID_ARGS
          : Placement.checkOffset(region, vmarOffset, size, specific());
    }

    private int decodeFlags(World world, ModelRegion region) {
      if ((flags & Bits.PERM_READ) == 0) {
        return Status.INVALID_ARGS;
      }
      int rest = flags & ~Bits.MAP_RANGE;
      if ((rest & Bits.CAN_MAP_ALL) != 0) {
        return Status.INVALID_ARGS;
      }
      int rights = Bits.rightsOfPerms(flags & Bits.PERM_ALL);
      if ((rights & ~bothRights(world)) != 0) {
        return Status.ACCESS_DENIED;
      }
      if ((rest & ~(Bits.PERM_ALL | Bits.SPECIFIC | Bits.OVERWRITE)) != 0) {
        return Status.INVALID_ARGS;
      }
      boolean allowed = (flags & Bits.PERM_ALL & ~Bits.permsOfCanMap(region.flags)) == 0;
      return allowed ? Status.OK : Status.ACCESS_DENIED;
    }

    /** What both handles carry. */
    private int bothRights(World world) {
      ModelHandle region = world.handle(vmar);
      ModelHandle object = world.handle(vmo);
      return region == null || object == null ? 0 : region.rights() & object.rights();
    }

    private int replace(ModelRegion region, long base, long last) {
      if (!Bits.aligned(base)) {
        return Status.INVALID_ARGS;
      }
      if ((flags & Bits.OVERWRITE) == 0 && !region.space.free(region, base, last)) {
        return Status.NO_MEMORY;
      }
      boolean child = region.children.stream().anyMatch(one -> one.intersects(base, last));
      return child ? Status.INVALID_ARGS : Status.OK;
    }

    /** The new mapping replaces what is there; with a bad pointer it goes, and nothing returns. */
    private int put(World world, ModelRegion region, long base, long size) {
      ModelVmo object = world.found(vmo, ModelVmo.class);
      int maximum = Bits.permsOfRights(bothRights(world));
      List<Long> made = new ArrayList<>();
      for (long page = 0; page < size >>> 12; page++) {
        long at = (base >>> 12) + page;
        made.add(at);
        PageEntry entry =
            new PageEntry(
                object, (vmoOffset >>> 12) + page, region, flags & Bits.PERM_ALL, maximum);
        region.space.pages.put(at, entry);
      }
      if (!world.copyOut64(pointer, base)) {
        made.forEach(region.space.pages::remove);
        return Status.INVALID_ARGS;
      }
      return Status.OK;
    }
  }
}
