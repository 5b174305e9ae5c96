package dev.mapwright.proof.zircon;

import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxContext;

/** {@code mx_vmar_unmap_handle_close_thread_exit}, by a thread that is made for it. */
record VmarUnmapHandleCloseThreadExit(int vmar, Place at, long length, int handle)
    implements CallOperation<VmarUnmapHandleCloseThreadExit.Call> {

  static VmarUnmapHandleCloseThreadExit draw(Draw draw) {
    int vmar = draw.find.region();
    long[] range = draw.range(vmar, true);
    int close = draw.random.chance(50) ? draw.find.vmo() : Registers.VMO + draw.random.below(16);
    return new VmarUnmapHandleCloseThreadExit(vmar, draw.at(vmar, range[0]), range[1], close);
  }

  @Override
  public Call call(Names names) {
    return new Call(names.handle(vmar), names.address(at), length, names.handle(handle));
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {}

  /** The documented arguments; where the thread is gone, the answer says how. */
  record Call(int vmar, long address, long length, int handle) implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      try (MxContext thread = machine.newThread()) {
        int status =
            MxCalls.mxVmarUnmapHandleCloseThreadExit(thread, vmar, address, length, handle);
        if (status != Status.OK) {
          return status;
        }
        return switch (thread.state()) {
          case EXITED -> Status.THREAD_ENDED;
          case TRAPPED -> Status.THREAD_TRAPPED;
          case RUNNING -> throw new Divergence("the thread runs on");
        };
      }
    }

    @Override
    public int onModel(World world, Witness witness) {
      int status = new VmarUnmap.Call(vmar, address, length).onModel(world, witness);
      if (status != Status.OK) {
        return status;
      }
      if (world.handle(handle) == null) {
        return Status.THREAD_TRAPPED;
      }
      world.removeHandle(handle);
      return Status.THREAD_ENDED;
    }
  }
}
