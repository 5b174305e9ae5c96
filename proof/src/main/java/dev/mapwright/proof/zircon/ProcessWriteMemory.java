package dev.mapwright.proof.zircon;

import dev.mapwright.zircon.call.MxCalls;
import org.jspecify.annotations.Nullable;

/** {@code mx_process_write_memory}; the reference's section 3. */
record ProcessWriteMemory(int process, Place at, Place data, long length, Place actual)
    implements CallOperation<ProcessWriteMemory.Call> {

  static ProcessWriteMemory draw(Draw draw) {
    int process = draw.find.process();
    return new ProcessWriteMemory(
        process, draw.somewhere(process), draw.data(Place.INPUT), 1 + draw.length(), draw.out());
  }

  @Override
  public @Nullable Call call(Names names) {
    int handle = names.handle(process);
    long address = names.address(at);
    return names.showsScratch(handle, address)
        ? null
        : new Call(handle, address, names.buffer(data), length, names.address(actual));
  }

  @Override
  public void settle(Driver driver, Call call, Witness witness) {
    ModelHandle handle = driver.world.handle(call.process);
    int number = handle != null && handle.object() instanceof ModelProcess found ? found.number : 0;
    driver.comparison.page(number, call.address);
  }

  /** The documented arguments. */
  record Call(int process, long address, long buffer, long length, long actual) implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxProcessWriteMemory(
          machine.context(), process, address, buffer, length, actual);
    }

    @Override
    public int onModel(World world, Witness witness) {
      return ProcessTransfer.run(world, false, process, address, buffer, length, actual);
    }
  }
}
