package dev.mapwright.proof.zircon;

import dev.mapwright.zircon.call.MxCalls;

/** {@code mx_handle_close}; the reference's section 3. */
record HandleClose(int handle) implements CallOperation<HandleClose.Call> {

  static HandleClose draw(Draw draw) {
    return new HandleClose(
        draw.random.chance(3)
            ? draw.find.register(0, Registers.HANDLES)
            : draw.find.register(1, 35));
  }

  @Override
  public Call call(Names names) {
    return new Call(names.handle(handle));
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {}

  /** The documented argument. */
  record Call(int handle) implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxHandleClose(machine.context(), handle);
    }

    @Override
    public int onModel(World world, Witness witness) {
      if (world.handle(handle) == null) {
        return Status.BAD_HANDLE;
      }
      world.removeHandle(handle);
      return Status.OK;
    }
  }
}
