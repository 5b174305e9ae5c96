package dev.mapwright.proof.zircon;

import dev.mapwright.zircon.call.MxCalls;

/** {@code mx_vmo_write}; the reference's section 10. */
record VmoWrite(int vmo, Place data, long offset, long length, Place actual)
    implements CallOperation<VmoWrite.Call> {

  static VmoWrite draw(Draw draw) {
    int vmo = draw.find.vmo();
    long offset = draw.offset(vmo);
    return new VmoWrite(vmo, draw.data(Place.INPUT), offset, draw.length(), draw.out());
  }

  @Override
  public Call call(Names names) {
    return new Call(names.handle(vmo), names.buffer(data), offset, length, names.address(actual));
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {
    driver.comparison.views(driver.names.vmo(vmo));
  }

  /** The documented arguments. */
  record Call(int vmo, long data, long offset, long length, long actual) implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxVmoWrite(machine.context(), vmo, data, offset, length, actual);
    }

    @Override
    public int onModel(World world, Witness witness) {
      int status = world.look(vmo, Bits.WRITE, ModelVmo.class);
      return status != Status.OK
          ? status
          : Transfer.write(world, world.found(vmo, ModelVmo.class), data, offset, length, actual);
    }
  }
}
