package dev.mapwright.proof.zircon;

import dev.mapwright.zircon.call.MxCalls;

/** {@code mx_vmar_destroy}; the reference's section 9. */
record VmarDestroy(int vmar) implements CallOperation<VmarDestroy.Call> {

  static VmarDestroy draw(Draw draw) {
    return new VmarDestroy(draw.random.chance(3) ? draw.find.register(0, 16) : draw.find.branch());
  }

  @Override
  public Call call(Names names) {
    return new Call(names.handle(vmar));
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {
    ModelRegion region = driver.names.region(vmar);
    driver.comparison.around(region, region == null ? 0 : region.base, 8 * Bits.PAGE);
  }

  /** The documented argument. */
  record Call(int vmar) implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxVmarDestroy(machine.context(), vmar);
    }

    @Override
    public int onModel(World world, Witness witness) {
      int status = world.look(vmar, 0, ModelRegion.class);
      if (status != Status.OK) {
        return status;
      }
      ModelRegion region = world.found(vmar, ModelRegion.class);
      if (region.dead) {
        return Status.BAD_STATE;
      }
      region.space.destroy(region);
      return Status.OK;
    }
  }
}
