package dev.mapwright.proof.zircon;

import dev.mapwright.zircon.call.MxCalls;

/** {@code mx_handle_duplicate}; the reference's section 3. */
record HandleDuplicate(int handle, int rights, Place out, int to)
    implements CallOperation<HandleDuplicate.Call> {

  static HandleDuplicate draw(Draw draw) {
    return new HandleDuplicate(
        draw.random.chance(50) ? draw.find.vmo() : draw.find.region(),
        draw.rights(),
        draw.out(),
        draw.find.register(1, 35));
  }

  @Override
  public Call call(Names names) {
    return new Call(names.handle(handle), rights, names.address(out));
  }

  @Override
  public Witness witness(Sight sight, Call call, int seen) {
    return sight.handle(seen, call.pointer);
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {
    driver.keepHandle(witness, Registers.anyTarget(to));
  }

  /** The documented arguments. */
  record Call(int handle, int rights, long pointer) implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxHandleDuplicate(machine.context(), handle, rights, pointer);
    }

    @Override
    public int onModel(World world, Witness witness) {
      ModelHandle source = world.handle(handle);
      if (source == null) {
        return Status.BAD_HANDLE;
      }
      if (!source.has(Bits.DUPLICATE)) {
        return Status.ACCESS_DENIED;
      }
      if (rights != Bits.SAME_RIGHTS && (rights & ~source.rights()) != 0) {
        return Status.INVALID_ARGS;
      }
      if (!world.writable(pointer, 4)) {
        return Status.INVALID_ARGS;
      }
      int kept = rights == Bits.SAME_RIGHTS ? source.rights() : rights;
      return world.deliver(source.object(), kept, pointer, witness);
    }
  }
}
