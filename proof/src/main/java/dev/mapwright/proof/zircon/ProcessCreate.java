package dev.mapwright.proof.zircon;

import dev.mapwright.zircon.call.MxCalls;
import org.jspecify.annotations.Nullable;

/** {@code mx_process_create}; the reference's section 3. */
record ProcessCreate(int handle, int options, Place out, Place outRoot, int to, int toRoot)
    implements CallOperation<ProcessCreate.Call> {
  private static final int MOST_PROCESSES = 24;

  static ProcessCreate draw(Draw draw) {
    return new ProcessCreate(
        Registers.JOB,
        0,
        Place.cell(draw.random.below(4)),
        Place.cell(4 + draw.random.below(4)),
        draw.find.register(Registers.PROCESS, 4),
        draw.find.register(1, 15));
  }

  @Override
  public @Nullable Call call(Names names) {
    long processPointer = names.address(out);
    long rootPointer = names.address(outRoot);
    boolean enough = names.world.processes.size() >= MOST_PROCESSES;
    return enough || Names.overlap(processPointer, rootPointer)
        ? null
        : new Call(names.handle(handle), options, processPointer, rootPointer);
  }

  @Override
  public Witness witness(Sight sight, Call call, int seen) {
    // The first handle is looked at after a refusal too: it may have been stored by then.
    int process = sight.peek32(Status.OK, call.processPointer);
    return new Witness(seen, 0, process, sight.peek32(seen, call.rootPointer), null, null);
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {
    if (witness.status() == Status.OK) {
      driver.keep(witness.handle(), Registers.processTarget(to));
      driver.keep(witness.handle2(), Registers.regionTarget(toRoot));
    }
  }

  /** The documented arguments, but for the name. */
  record Call(int job, int options, long processPointer, long rootPointer) implements MxCall {
    private static final int PROCESS_RIGHTS =
        Bits.READ
            | Bits.WRITE
            | Bits.DUPLICATE
            | Bits.TRANSFER
            | Bits.GET_PROPERTY
            | Bits.SET_PROPERTY
            | Bits.ENUMERATE;
    private static final int ROOT_RIGHTS =
        Bits.DUPLICATE | Bits.TRANSFER | Bits.READ | Bits.WRITE | Bits.EXECUTE;

    @Override
    public int onMachine(ZirconSubject machine) {
      int status =
          MxCalls.mxProcessCreate(
              machine.context(), job, machine.name(), 0, options, processPointer, rootPointer);
      if (status == Status.OK) {
        machine.enterNewProcess();
      }
      return status;
    }

    @Override
    public int onModel(World world, Witness witness) {
      if (options != 0) {
        return Status.INVALID_ARGS;
      }
      int status = job == 0 ? Status.OK : lookJob(world); // 0 stands for the caller's own job
      if (status != Status.OK) {
        return status;
      }
      if (!world.writable(processPointer, 4)) {
        return Status.INVALID_ARGS;
      }
      if (!world.writable(rootPointer, 4)) {
        // The first cell may or may not have been written: nobody may rely on it.
        world.copyOut32(processPointer, witness.handle());
        return Status.INVALID_ARGS;
      }
      ModelProcess process = world.newProcess();
      world.deliver(process, PROCESS_RIGHTS, processPointer, witness);
      int root = world.newHandle(witness.handle2(), process.space.root, ROOT_RIGHTS, witness);
      world.copyOut32(rootPointer, root);
      return Status.OK;
    }

    private int lookJob(World world) {
      ModelHandle named = world.handle(job);
      if (named == null) {
        return Status.BAD_HANDLE;
      }
      if (!named.has(Bits.WRITE)) {
        return Status.ACCESS_DENIED;
      }
      return named.object().equals(World.JOB) ? Status.OK : Status.WRONG_TYPE;
    }
  }
}
