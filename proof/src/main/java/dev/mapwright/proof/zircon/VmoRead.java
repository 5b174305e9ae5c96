package dev.mapwright.proof.zircon;

import dev.mapwright.zircon.call.MxCalls;

/** {@code mx_vmo_read}; the reference's section 10. */
record VmoRead(int vmo, Place data, long offset, long length, Place actual)
    implements CallOperation<VmoRead.Call> {

  static VmoRead draw(Draw draw) {
    int vmo = draw.find.vmo();
    long offset = draw.offset(vmo);
    return new VmoRead(vmo, draw.data(Place.BUFFER), offset, draw.length(), draw.out());
  }

  @Override
  public Call call(Names names) {
    return new Call(names.handle(vmo), names.buffer(data), offset, length, names.address(actual));
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {
    driver.comparison.memory(call.data, length);
  }

  /** The documented arguments. */
  record Call(int vmo, long data, long offset, long length, long actual) implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxVmoRead(machine.context(), vmo, data, offset, length, actual);
    }

    @Override
    public int onModel(World world, Witness witness) {
      int status = world.look(vmo, Bits.READ, ModelVmo.class);
      return status != Status.OK
          ? status
          : Transfer.read(world, world.found(vmo, ModelVmo.class), data, offset, length, actual);
    }
  }
}
