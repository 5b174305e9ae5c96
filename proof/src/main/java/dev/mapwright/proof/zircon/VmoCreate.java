package dev.mapwright.proof.zircon;

import dev.mapwright.zircon.call.MxCalls;

/** {@code mx_vmo_create}; the reference's section 10. */
record VmoCreate(long size, int options, Place out, int to)
    implements CallOperation<VmoCreate.Call> {

  static VmoCreate draw(Draw draw) {
    return new VmoCreate(draw.size(), 0, draw.out(), draw.find.freeVmo());
  }

  @Override
  public Call call(Names names) {
    return new Call(size, options, names.address(out));
  }

  @Override
  public Witness witness(Sight sight, Call call, int seen) {
    return sight.handle(seen, call.pointer);
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {
    driver.keepHandle(witness, Registers.vmoTarget(to));
  }

  /** The documented arguments. */
  record Call(long size, int options, long pointer) implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxVmoCreate(machine.context(), size, options, pointer);
    }

    @Override
    public int onModel(World world, Witness witness) {
      if (options != 0) {
        return Status.INVALID_ARGS;
      }
      if (Bits.above(size, Bits.LARGEST_VMO_BYTES)) {
        return Status.NO_MEMORY;
      }
      if (!world.writable(pointer, 4)) {
        return Status.INVALID_ARGS;
      }
      ModelVmo made = world.newVmo(size, null, 0, false);
      return world.deliver(made, ModelVmo.RIGHTS, pointer, witness);
    }
  }
}
