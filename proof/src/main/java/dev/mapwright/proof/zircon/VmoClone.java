package dev.mapwright.proof.zircon;

import static dev.mapwright.proof.zircon.Bits.PAGE;

import dev.mapwright.zircon.call.MxCalls;

/** {@code mx_vmo_clone}; the reference's section 10. */
record VmoClone(int vmo, int options, long offset, long size, Place out, int to)
    implements CallOperation<VmoClone.Call> {

  static VmoClone draw(Draw draw) {
    return new VmoClone(
        draw.find.vmo(),
        1,
        draw.random.chance(5) ? -(2 + draw.random.below(30)) * PAGE : draw.random.below(8) * PAGE,
        draw.random.below(16 * (int) PAGE),
        draw.out(),
        draw.find.freeVmo());
  }

  @Override
  public Call call(Names names) {
    return new Call(names.handle(vmo), options, offset, size, names.address(out));
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
  record Call(int vmo, int options, long offset, long size, long pointer) implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxVmoClone(machine.context(), vmo, options, offset, size, pointer);
    }

    @Override
    public int onModel(World world, Witness witness) {
      int status = world.look(vmo, Bits.DUPLICATE | Bits.READ, ModelVmo.class);
      if (status != Status.OK) {
        return status;
      }
      if (options != 1) {
        return Status.INVALID_ARGS;
      }
      if (Bits.above(size, Bits.LARGEST_VMO_BYTES)) {
        return Status.OUT_OF_RANGE;
      }
      if (!Bits.aligned(offset)) {
        return Status.INVALID_ARGS;
      }
      if (Bits.wraps(offset, size)) {
        return Status.OUT_OF_RANGE;
      }
      if (!world.writable(pointer, 4)) {
        return Status.INVALID_ARGS;
      }
      ModelHandle source = world.handle(vmo);
      int rights = source == null ? 0 : source.rights();
      ModelVmo parent = world.found(vmo, ModelVmo.class);
      ModelVmo clone = world.newVmo(size, parent, offset >>> 12, false);
      int added = Bits.WRITE | Bits.EXECUTE | Bits.MAP;
      return world.deliver(clone, rights | added, pointer, witness);
    }
  }
}
