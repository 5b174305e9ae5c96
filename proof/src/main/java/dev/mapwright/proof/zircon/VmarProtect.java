package dev.mapwright.proof.zircon;

import dev.mapwright.zircon.call.MxCalls;
import java.util.ArrayList;
import java.util.List;

/** {@code mx_vmar_protect}; the reference's section 8. */
record VmarProtect(int vmar, Place at, long length, int flags)
    implements CallOperation<VmarProtect.Call> {

  static VmarProtect draw(Draw draw) {
    int vmar = draw.random.chance(90) ? draw.find.mappedRegion() : draw.find.region();
    long[] range = draw.range(vmar, true);
    ModelRegion region = draw.find.regionAt(vmar);
    int most = Bits.PERM_ALL;
    if (region != null) {
      PageEntry entry = region.space.at(region.base + range[0]);
      most = entry == null ? most : entry.maximum & draw.find.permsOfHandle(vmar);
    }
    int flags = Bits.PERM_READ | (most & (int) draw.random.next());
    if (draw.random.chance(10)) {
      flags = Bits.PERM_READ | draw.random.below(8);
    }
    return new VmarProtect(vmar, draw.at(vmar, range[0]), range[1], flags);
  }

  @Override
  public Call call(Names names) {
    return new Call(names.handle(vmar), names.address(at), length, flags);
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {
    driver.comparison.around(driver.names.region(vmar), call.address, length);
  }

  /** The documented arguments. */
  record Call(int vmar, long address, long length, int prot) implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxVmarProtect(machine.context(), vmar, address, length, prot);
    }

    @Override
    public int onModel(World world, Witness witness) {
      int status = world.look(vmar, Bits.rightsOfPerms(prot), ModelRegion.class);
      if (status != Status.OK) {
        return status;
      }
      ModelRegion region = world.found(vmar, ModelRegion.class);
      long size = Bits.roundUp(length);
      if ((prot & Bits.PERM_READ) == 0
          || !Bits.aligned(address)
          || (prot & ~Bits.PERM_ALL) != 0
          || size == 0) {
        return Status.INVALID_ARGS;
      }
      if (region.dead) {
        return Status.BAD_STATE;
      }
      if (!region.holds(address, size)) {
        return Status.INVALID_ARGS;
      }
      int walked = walk(region, address + size - 1);
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
    private int walk(ModelRegion region, long last) {
      if (region.children.stream().anyMatch(child -> child.intersects(address, address))) {
        return Status.INVALID_ARGS;
      }
      List<Thing> things = things(region, last);
      if (things.isEmpty() || things.getFirst().base != address) {
        return Status.NOT_FOUND;
      }
      long expected = address;
      for (Thing thing : things) {
        if (thing.region) {
          return Status.INVALID_ARGS;
        }
        if (thing.base != expected) {
          return Status.NOT_FOUND;
        }
        PageEntry entry = region.space.at(thing.base);
        if (entry == null || (prot & ~entry.maximum) != 0) {
          return Status.ACCESS_DENIED;
        }
        expected += Bits.PAGE;
      }
      return Bits.below(expected, last) ? Status.NOT_FOUND : Status.OK;
    }

    /** Everything in the range, in order: a child region counts as one thing at its base. */
    private List<Thing> things(ModelRegion region, long last) {
      List<Thing> things = new ArrayList<>();
      for (ModelRegion child : region.children) {
        if (child.intersects(address, last)) {
          things.add(new Thing(child.base, true));
        }
      }
      for (long page : region.space.mapped(address, last)) {
        PageEntry entry = region.space.pages.get(page);
        if (entry != null && entry.region == region) {
          things.add(new Thing(page << 12, false));
        }
      }
      things.sort((a, b) -> Long.compareUnsigned(a.base, b.base));
      return things;
    }

    /** A page or a child region. */
    private record Thing(long base, boolean region) {}
  }
}
