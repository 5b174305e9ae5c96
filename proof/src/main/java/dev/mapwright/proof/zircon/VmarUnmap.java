package dev.mapwright.proof.zircon;

import dev.mapwright.zircon.call.MxCalls;
import java.util.List;

/** {@code mx_vmar_unmap}; the reference's section 7. */
record VmarUnmap(int vmar, Place at, long length) implements CallOperation<VmarUnmap.Call> {

  static VmarUnmap draw(Draw draw) {
    int vmar = draw.find.mappedRegion();
    long[] range = draw.range(vmar, draw.random.chance(80));
    return new VmarUnmap(vmar, draw.at(vmar, range[0]), range[1]);
  }

  @Override
  public Call call(Names names) {
    return new Call(names.handle(vmar), names.address(at), length);
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {
    driver.comparison.around(driver.names.region(vmar), call.address, length);
  }

  /** The documented arguments. */
  record Call(int vmar, long address, long length) implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxVmarUnmap(machine.context(), vmar, address, length);
    }

    @Override
    public int onModel(World world, Witness witness) {
      int status = world.look(vmar, 0, ModelRegion.class);
      if (status != Status.OK) {
        return status;
      }
      ModelRegion region = world.found(vmar, ModelRegion.class);
      long size = Bits.roundUp(length);
      if (!Bits.aligned(address) || size == 0) {
        return Status.INVALID_ARGS;
      }
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
  }
}
