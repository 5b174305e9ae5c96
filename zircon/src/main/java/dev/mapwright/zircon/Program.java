package dev.mapwright.zircon;

import dev.mapwright.core.machine.Cpu;
import dev.mapwright.zircon.abi.MxLimits;
import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxContext;
import dev.mapwright.zircon.call.MxRoutines;
import dev.mapwright.zircon.handle.KernelObject;
import dev.mapwright.zircon.object.MxProcess;

/**
 * A process with a thread whose code is Java: it makes calls, and it accesses memory through its
 * CPU.
 *
 * <p>Used by one Java thread at a time. A process with several threads has a program for each of
 * them, see {@link #newThread}.
 */
public final class Program implements AutoCloseable {
  private final MxContext context;
  private final Vmar root;

  Program(MxProcess process) {
    this.context = new MxContext(process);
    this.root = new Vmar(this, process.grant(process.root(), process.root().rights()));
  }

  private Program(Program sibling) {
    this.context = new MxContext(sibling.context.process());
    this.root = new Vmar(this, sibling.root.value());
  }

  /**
   * Starts another thread of the same process, for another Java thread. Handles are the process's:
   * {@link #vmar} and {@link #vmo} make them usable on that thread.
   *
   * @return the thread
   */
  public Program newThread() {
    return new Program(this);
  }

  /**
   * Maps a page for what {@link MxCalls} store through pointers.
   *
   * @return the page, which goes with the process at the latest
   * @throws MxException when there is no memory or no room for it
   */
  public OutSlots newOutSlots() {
    return new OutSlots(this);
  }

  /** {@return who makes the calls; for {@link MxCalls} with pointers, see {@link #newOutSlots}} */
  public MxContext context() {
    return context;
  }

  /** {@return the CPU that accesses the process's memory} */
  public Cpu cpu() {
    return context.cpu();
  }

  /** {@return the process} */
  public MxProcess process() {
    return context.process();
  }

  /** {@return a handle to the root region with all rights} */
  public Vmar root() {
    return root;
  }

  /**
   * A handle value of this process as a region.
   *
   * @param handle its value
   * @return the handle, for use on this thread
   */
  public Vmar vmar(int handle) {
    return new Vmar(this, handle);
  }

  /**
   * A handle value of this process as a memory object.
   *
   * @param handle its value
   * @return the handle, for use on this thread
   */
  public Vmo vmo(int handle) {
    return new Vmo(this, handle);
  }

  /**
   * Makes a memory object.
   *
   * @param bytes its size, unsigned
   * @return a handle to it
   * @throws MxException see {@link dev.mapwright.zircon.answer.VmoCreate}
   */
  public Vmo createVmo(long bytes) {
    MxException.check(context, MxRoutines.vmoCreate(context, bytes, 0));
    return new Vmo(this, context.handle());
  }

  /**
   * Makes a memory object of adjacent frames.
   *
   * @param resource a handle to a resource
   * @param bytes its size, unsigned, rounded up to pages
   * @param alignmentLog2 log2 of the alignment in bytes; 0 for a page
   * @return a handle to it
   * @throws MxException see {@link dev.mapwright.zircon.answer.VmoCreateContiguous}
   */
  public Vmo createContiguousVmo(int resource, long bytes, int alignmentLog2) {
    MxException.check(
        context, MxRoutines.vmoCreateContiguous(context, resource, bytes, alignmentLog2));
    return new Vmo(this, context.handle());
  }

  /**
   * Maps physical addresses into the root region.
   *
   * @param resource a handle to a resource
   * @param physicalAddress a multiple of the page size
   * @param bytes rounded up to pages
   * @param cachePolicy see {@link dev.mapwright.zircon.abi.MxVmoOps}
   * @return the address
   * @throws MxException see {@link dev.mapwright.zircon.answer.MmapDeviceMemory}
   */
  public long mapDeviceMemory(int resource, long physicalAddress, long bytes, int cachePolicy) {
    MxException.check(
        context,
        MxRoutines.mmapDeviceMemory(context, resource, physicalAddress, bytes, cachePolicy));
    return context.address();
  }

  /**
   * Makes a process in this one's job, with handles to it and to its root region.
   *
   * @param name its name
   * @return the handle to the process; the one to its root region is {@link MxContext#rootHandle}
   * @throws MxException see {@link dev.mapwright.zircon.answer.ProcessCreate}
   */
  public int createProcess(String name) {
    MxException.check(context, MxRoutines.processCreate(context, MxLimits.MX_HANDLE_INVALID, name));
    return context.handle();
  }

  /**
   * Gives the process a handle from outside.
   *
   * @param object what it names
   * @param rights what it allows
   * @return its value
   */
  public int grant(KernelObject object, int rights) {
    return process().grant(object, rights);
  }

  /**
   * Ends the process with all its threads.
   *
   * @param code what it ends with
   */
  public void exit(int code) {
    MxCalls.mxProcessExit(context, code);
  }

  /** Ends this thread; the last one takes the process along. */
  @Override
  public void close() {
    context.close();
  }
}
