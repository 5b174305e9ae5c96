package dev.mapwright.proof.zircon;

import dev.mapwright.zircon.call.MxCalls;
import org.jspecify.annotations.Nullable;

/** {@code mx_process_read_memory}; the reference's section 3. */
record ProcessReadMemory(int process, Place at, Place data, long length, Place actual)
    implements CallOperation<ProcessReadMemory.Call> {

  static ProcessReadMemory draw(Draw draw) {
    int process = draw.find.process();
    return new ProcessReadMemory(
        process, draw.somewhere(process), draw.data(Place.BUFFER), 1 + draw.length(), draw.out());
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
    driver.comparison.memory(call.buffer, length);
  }

  /** The documented arguments. */
  record Call(int process, long address, long buffer, long length, long actual) implements MxCall {

    @Override
    public int onMachine(ZirconSubject machine) {
      return MxCalls.mxProcessReadMemory(
          machine.context(), process, address, buffer, length, actual);
    }

    @Override
    public int onModel(World world, Witness witness) {
      return ProcessTransfer.run(world, true, process, address, buffer, length, actual);
    }
  }
}
