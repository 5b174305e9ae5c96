package dev.mapwright.proof.zircon;

import dev.mapwright.zircon.call.MxCalls;

/** {@code mx_vmo_get_size}; the reference's section 10. */
record VmoGetSize(int vmo, Place out) implements CallOperation<VmoGetSize.Call> {

  static VmoGetSize draw(Draw draw) {
    return new VmoGetSize(draw.find.vmo(), draw.out());
  }

  @Override
  public Call call(Names names) {
    return new Call(names.handle(vmo), names.address(out));
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {
    driver.comparison.memory(call.pointer, 8);
  }

  /** The documented arguments. */
  record Call(int vmo, long pointer) implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxVmoGetSize(machine.context(), vmo, pointer);
    }

    @Override
    public int onModel(World world, Witness witness) {
      int status = world.look(vmo, 0, ModelVmo.class);
      if (status != Status.OK) {
        return status;
      }
      long size = world.found(vmo, ModelVmo.class).sizeBytes;
      return world.copyOut64(pointer, size) ? Status.OK : Status.INVALID_ARGS;
    }
  }
}
