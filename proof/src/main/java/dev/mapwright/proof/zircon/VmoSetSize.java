package dev.mapwright.proof.zircon;

import dev.mapwright.zircon.call.MxCalls;

/** {@code mx_vmo_set_size}; the reference's section 10. */
record VmoSetSize(int vmo, long size) implements CallOperation<VmoSetSize.Call> {

  static VmoSetSize draw(Draw draw) {
    return new VmoSetSize(draw.find.vmo(), draw.size());
  }

  @Override
  public Call call(Names names) {
    return new Call(names.handle(vmo), size);
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {
    driver.comparison.views(driver.names.vmo(vmo));
  }

  /** The documented arguments. */
  record Call(int vmo, long size) implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxVmoSetSize(machine.context(), vmo, size);
    }

    @Override
    public int onModel(World world, Witness witness) {
      int status = world.look(vmo, Bits.WRITE, ModelVmo.class);
      if (status != Status.OK) {
        return status;
      }
      if (Bits.above(size, Bits.LARGEST_VMO_BYTES)) {
        return Status.OUT_OF_RANGE;
      }
      world.found(vmo, ModelVmo.class).setSize(size);
      return Status.OK;
    }
  }
}
