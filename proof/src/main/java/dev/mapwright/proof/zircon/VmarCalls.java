package dev.mapwright.proof.zircon;

import static dev.mapwright.proof.zircon.Bits.aligned;
import static dev.mapwright.proof.zircon.Bits.below;
import static dev.mapwright.proof.zircon.Bits.roundUp;
import static dev.mapwright.proof.zircon.Bits.wraps;

import dev.mapwright.proof.SplitMix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The calls on regions, written from the reference's sections 4 to 9. Each method returns the
 * status the machine must give, and changes the world as the machine must have.
 */
final class VmarCalls {
  /** Not an address: the call failed after it had chosen a place, so the place is not known. */
  static final long UNKNOWN = -2;

  /** Ranking a place means looking at every page; that is left out where there are many. */
  private static final int FEW_PAGES = 1000;

  private final World world;

  /** How random the machine's random placements are. */
  final Spread spread = new Spread();

  VmarCalls(World world) {
    this.world = world;
  }

  int allocate(
      int parentHandle,
      long offset,
      long size,
      int flags,
      long childPointer,
      long addressPointer,
      Witness witness) {
    ModelHandle handle = world.handle(parentHandle);
    if (handle == null) {
      return Status.BAD_HANDLE;
    }
    if (!handle.has(Bits.rightsOfPerms(Bits.permsOfCanMap(flags)))) {
      return Status.ACCESS_DENIED;
    }
    if (!(handle.object() instanceof ModelRegion region)) {
      return Status.WRONG_TYPE;
    }
    int known =
        Bits.COMPACT | Bits.SPECIFIC | Bits.OVERWRITE | Bits.CAN_MAP_SPECIFIC | Bits.CAN_MAP_ALL;
    if ((flags & ~known) != 0 || !aligned(size) || (flags & Bits.OVERWRITE) != 0) {
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
    boolean specific = (flags & Bits.SPECIFIC) != 0;
    int placeable = checkOffset(region, offset, size, specific);
    if (placeable != Status.OK) {
      return placeable;
    }
    long base;
    if (specific) {
      base = region.base + offset;
      if (!aligned(base)) {
        return Status.INVALID_ARGS;
      }
      if (!region.space.free(region, base, base + size - 1)) {
        return Status.NO_MEMORY;
      }
    } else {
      base = place(region, size, witness);
      if (base == ModelSpace.NONE) {
        return Status.NO_MEMORY;
      }
    }
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
    int value = world.newHandle(witness.handle(), child, rights, witness);
    region.children.add(child);
    world.copyOut32(childPointer, value);
    return Status.OK;
  }

  int map(
      int vmarHandle,
      long vmarOffset,
      int vmoHandle,
      long vmoOffset,
      long length,
      int flags,
      long pointer,
      Witness witness) {
    ModelHandle vmarH = world.handle(vmarHandle);
    if (vmarH == null) {
      return Status.BAD_HANDLE;
    }
    if (!(vmarH.object() instanceof ModelRegion region)) {
      return Status.WRONG_TYPE;
    }
    ModelHandle vmoH = world.handle(vmoHandle);
    if (vmoH == null) {
      return Status.BAD_HANDLE;
    }
    if (!(vmoH.object() instanceof ModelVmo vmo)) {
      return Status.WRONG_TYPE;
    }
    if (!vmoH.has(Bits.MAP)) {
      return Status.ACCESS_DENIED;
    }
    if ((flags & Bits.PERM_READ) == 0) {
      return Status.INVALID_ARGS;
    }
    int rest = flags & ~Bits.MAP_RANGE;
    if ((rest & Bits.CAN_MAP_ALL) != 0) {
      return Status.INVALID_ARGS;
    }
    int perms = rest & Bits.PERM_ALL;
    if (!vmoH.has(Bits.rightsOfPerms(perms)) || !vmarH.has(Bits.rightsOfPerms(perms))) {
      return Status.ACCESS_DENIED;
    }
    int maximum = Bits.permsOfRights(vmoH.rights() & vmarH.rights());
    if ((rest & ~(Bits.PERM_ALL | Bits.SPECIFIC | Bits.OVERWRITE)) != 0) {
      return Status.INVALID_ARGS;
    }
    if ((perms & ~Bits.permsOfCanMap(region.flags)) != 0) {
      return Status.ACCESS_DENIED;
    }
    long size = roundUp(length);
    if (!aligned(vmoOffset) || wraps(vmoOffset, size)) {
      return Status.INVALID_ARGS;
    }
    if (region.dead) {
      return Status.BAD_STATE;
    }
    if (size == 0) {
      return Status.INVALID_ARGS;
    }
    boolean overwrite = (rest & Bits.OVERWRITE) != 0;
    boolean specific = overwrite || (rest & Bits.SPECIFIC) != 0;
    int placeable = checkOffset(region, vmarOffset, size, specific);
    if (placeable != Status.OK) {
      return placeable;
    }
    long base;
    if (specific) {
      base = region.base + vmarOffset;
      if (!aligned(base)) {
        return Status.INVALID_ARGS;
      }
      long last = base + size - 1;
      if (!overwrite && !region.space.free(region, base, last)) {
        return Status.NO_MEMORY;
      }
      for (ModelRegion child : region.children) {
        if (child.intersects(base, last)) {
          return Status.INVALID_ARGS;
        }
      }
    } else {
      base = place(region, size, witness);
      if (base == ModelSpace.NONE) {
        return Status.NO_MEMORY;
      }
      if (base == UNKNOWN) {
        // Its place is not known; at the old places the pointer must be bad.
        return world.writable(pointer, 8) ? Status.OK : Status.INVALID_ARGS;
      }
    }
    List<Long> made = new ArrayList<>();
    for (long page = 0; page < size >>> 12; page++) {
      long at = (base >>> 12) + page;
      made.add(at);
      PageEntry entry = new PageEntry(vmo, (vmoOffset >>> 12) + page, region, perms, maximum);
      region.space.pages.put(at, entry);
    }
    if (!world.copyOut64(pointer, base)) {
      made.forEach(region.space.pages::remove);
      return Status.INVALID_ARGS;
    }
    return Status.OK;
  }

  int unmap(int vmarHandle, long address, long length) {
    ModelHandle handle = world.handle(vmarHandle);
    if (handle == null) {
      return Status.BAD_HANDLE;
    }
    if (!(handle.object() instanceof ModelRegion region)) {
      return Status.WRONG_TYPE;
    }
    if (!aligned(address) || roundUp(length) == 0) {
      return Status.INVALID_ARGS;
    }
    long size = roundUp(length);
    if (region.dead) {
      return Status.BAD_STATE;
    }
    if (!region.holds(address, size)) {
      return Status.INVALID_ARGS;
    }
    long last = address + size - 1;
    for (ModelRegion child : region.children) {
      if (child.intersects(address, last) && !child.within(address, last)) {
        return Status.INVALID_ARGS;
      }
    }
    for (ModelRegion child : List.copyOf(region.children)) {
      if (child.within(address, last)) {
        region.space.destroy(child);
      }
    }
    region.space.mapped(address, last).forEach(region.space.pages::remove);
    return Status.OK;
  }

  int protect(int vmarHandle, long address, long length, int prot) {
    ModelHandle handle = world.handle(vmarHandle);
    if (handle == null) {
      return Status.BAD_HANDLE;
    }
    if (!handle.has(Bits.rightsOfPerms(prot))) {
      return Status.ACCESS_DENIED;
    }
    if (!(handle.object() instanceof ModelRegion region)) {
      return Status.WRONG_TYPE;
    }
    if ((prot & Bits.PERM_READ) == 0
        || !aligned(address)
        || (prot & ~Bits.PERM_ALL) != 0
        || roundUp(length) == 0) {
      return Status.INVALID_ARGS;
    }
    long size = roundUp(length);
    if (region.dead) {
      return Status.BAD_STATE;
    }
    if (!region.holds(address, size)) {
      return Status.INVALID_ARGS;
    }
    int walked = checkProtect(region, address, address + size - 1, prot);
    if (walked == Status.OK) {
      for (long page : region.space.mapped(address, address + size - 1)) {
        PageEntry entry = region.space.pages.get(page);
        if (entry != null) {
          entry.permissions = prot;
        }
      }
    }
    return walked;
  }

  /** Walks the direct children in address order; nothing is changed. */
  private static int checkProtect(ModelRegion region, long first, long last, int prot) {
    ModelSpace space = region.space;
    for (ModelRegion child : region.children) {
      if (child.intersects(first, first)) {
        return Status.INVALID_ARGS;
      }
    }
    // Everything in the range, in order: a child region counts as one thing at its base.
    List<long[]> things = new ArrayList<>();
    for (ModelRegion child : region.children) {
      if (child.intersects(first, last)) {
        things.add(new long[] {child.base, 1});
      }
    }
    for (long page : space.mapped(first, last)) {
      PageEntry entry = space.pages.get(page);
      if (entry != null && entry.region == region) {
        things.add(new long[] {page << 12, 0});
      }
    }
    things.sort((a, b) -> Long.compareUnsigned(a[0], b[0]));
    if (things.isEmpty() || things.getFirst()[0] != first) {
      return Status.NOT_FOUND;
    }
    long expected = first;
    for (long[] thing : things) {
      if (thing[1] == 1) {
        return Status.INVALID_ARGS;
      }
      if (thing[0] != expected) {
        return Status.NOT_FOUND;
      }
      PageEntry entry = space.at(thing[0]);
      if (entry == null || (prot & ~entry.maximum) != 0) {
        return Status.ACCESS_DENIED;
      }
      expected += Bits.PAGE;
    }
    return below(expected, last) ? Status.NOT_FOUND : Status.OK;
  }

  int destroy(int vmarHandle) {
    ModelHandle handle = world.handle(vmarHandle);
    if (handle == null) {
      return Status.BAD_HANDLE;
    }
    if (!(handle.object() instanceof ModelRegion region)) {
      return Status.WRONG_TYPE;
    }
    if (region.dead) {
      return Status.BAD_STATE;
    }
    region.space.destroy(region);
    return Status.OK;
  }

  int unmapCloseExit(int vmarHandle, long address, long length, int close) {
    int status = unmap(vmarHandle, address, length);
    if (status != Status.OK) {
      return status;
    }
    if (world.handle(close) == null) {
      return Status.THREAD_TRAPPED;
    }
    world.removeHandle(close);
    return Status.THREAD_ENDED;
  }

  /** Section 5, checks 8 to 10. */
  private static int checkOffset(ModelRegion region, long offset, long size, boolean specific) {
    if (!specific && offset != 0) {
      return Status.INVALID_ARGS;
    }
    if (specific && (region.flags & Bits.CAN_MAP_SPECIFIC) == 0) {
      return Status.ACCESS_DENIED;
    }
    if (!below(offset, region.sizeBytes) || Bits.above(size, region.sizeBytes - offset)) {
      return Status.INVALID_ARGS;
    }
    return Status.OK;
  }

  /** Section 4.1: the place the machine chose, if it may; NONE when there is none; or UNKNOWN. */
  long place(ModelRegion region, long size, Witness witness) {
    ModelSpace space = region.space;
    boolean compact = (region.flags & Bits.COMPACT) != 0 && !space.empty(region);
    SplitMix choices = witness.choices();
    if (choices != null) {
      if (compact) {
        return space.compactOutcomes(region, size)[choices.below(256)];
      }
      long positions = space.positions(region, size);
      return positions == 0
          ? ModelSpace.NONE
          : space.position(region, size, choices.below(positions));
    }
    if (witness.status() == Status.OK) {
      long at = witness.address();
      if (!aligned(at) || !region.holds(at, size)) {
        throw new Divergence("placed outside the region, at 0x" + Long.toHexString(at));
      }
      if (!space.free(region, at, at + size - 1)) {
        throw new Divergence("placed over something, at 0x" + Long.toHexString(at));
      }
      if (compact
          && Arrays.stream(space.compactOutcomes(region, size)).noneMatch(one -> one == at)) {
        throw new Divergence("no draw of the compact rule leads to 0x" + Long.toHexString(at));
      }
      if (!compact && space.pages.size() < FEW_PAGES) {
        spread.add(space.rank(region, size, at), space.positions(region, size));
      }
      return at;
    }
    boolean noneIsPossible =
        compact
            ? Arrays.stream(space.compactOutcomes(region, size))
                .anyMatch(one -> one == ModelSpace.NONE)
            : space.positions(region, size) == 0;
    if (witness.status() == Status.NO_MEMORY) {
      if (!noneIsPossible) {
        throw new Divergence("NO_MEMORY although there is room");
      }
      return ModelSpace.NONE;
    }
    boolean someIsPossible =
        compact
            ? Arrays.stream(space.compactOutcomes(region, size))
                .anyMatch(one -> one != ModelSpace.NONE)
            : space.positions(region, size) != 0;
    return someIsPossible ? UNKNOWN : ModelSpace.NONE;
  }
}
