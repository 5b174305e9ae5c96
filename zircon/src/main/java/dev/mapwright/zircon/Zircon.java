package dev.mapwright.zircon;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.zircon.abi.MxLimits;
import dev.mapwright.zircon.answer.AnswerObserver;
import dev.mapwright.zircon.object.MxJob;
import dev.mapwright.zircon.object.MxProcess;
import dev.mapwright.zircon.object.MxResource;
import dev.mapwright.zircon.object.MxSystem;
import dev.mapwright.zircon.object.MxVmo;
import dev.mapwright.zircon.policy.Magenta2017;
import org.jspecify.annotations.Nullable;

/**
 * Magenta's memory system on a machine. This is where a program begins:
 *
 * <pre>{@code
 * try (Zircon zircon = Zircon.boot(machine)) {
 *   Program program = zircon.start("demo");
 *   Vmo vmo = program.createVmo(64 * 1024);
 *   long at = program.root().map(vmo, 0, 64 * 1024, MX_VM_FLAG_PERM_READ | MX_VM_FLAG_PERM_WRITE);
 *   program.cpu().store(at, 8, 42);
 * }
 * }</pre>
 *
 * <p>Thread-safe; what it makes says for itself who may use it.
 */
public final class Zircon implements AutoCloseable {
  private final MxSystem system;
  private final MxResource resource;

  private Zircon(MxSystem system) {
    this.system = system;
    this.resource = new MxResource(system);
  }

  /**
   * Boots with root regions as on x86-64: from 0x1000000 up to one page below 2^47.
   *
   * @param machine where everything lives; it is not closed with this
   * @return a system without processes
   */
  public static Zircon boot(Machine machine) {
    return boot(machine, MxLimits.MX_USER_BASE, MxLimits.MX_USER_BYTES);
  }

  /**
   * Boots with root regions of another place and size.
   *
   * @param machine where everything lives; it is not closed with this
   * @param rootBase the address of every root region, a multiple of the page size
   * @param rootBytes the size of every root region, a multiple of the page size, not 0
   * @return a system without processes
   * @throws IllegalArgumentException when these are not whole pages inside the 64-bit range
   */
  public static Zircon boot(Machine machine, long rootBase, long rootBytes) {
    return new Zircon(new MxSystem(machine, Magenta2017.POLICY, rootBase, rootBytes));
  }

  /** {@return what all processes share} */
  public MxSystem system() {
    return system;
  }

  /**
   * {@return the job that processes belong to which are given no other, to be {@linkplain
   * MxProcess#grant granted} to a process that is to use it}
   */
  public MxJob rootJob() {
    return system.rootJob();
  }

  /**
   * {@return the permission to use contiguous frames and device memory, to be {@linkplain
   * MxProcess#grant granted} to a process that is to use it}
   */
  public MxResource rootResource() {
    return resource;
  }

  /**
   * Makes a process without threads and handles.
   *
   * @param name its name
   * @return the process
   * @throws IllegalStateException when the root job was killed or memory is out
   */
  public MxProcess newProcess(String name) {
    MxProcess process = MxProcess.create(system, system.rootJob(), name);
    if (process == null) {
      throw new IllegalStateException(
          system.rootJob().alive() ? "no memory for a process" : "the root job was killed");
    }
    return process;
  }

  /**
   * Makes a process with one thread, which the calling Java thread drives, and a handle to its root
   * region.
   *
   * @param name its name
   * @return the running program
   * @throws IllegalStateException when the root job was killed or memory is out
   */
  public Program start(String name) {
    return new Program(newProcess(name));
  }

  /**
   * Makes a memory object of physical addresses, as a driver framework hands them out. There is no
   * call for it; it is granted to a process.
   *
   * @param physicalAddress a multiple of the page size
   * @param bytes a multiple of the page size, not 0
   * @param cachePolicy how mappings access it
   * @return an object without handles
   * @throws IllegalArgumentException when these are not whole pages of physical addresses
   * @throws IllegalStateException when memory is out
   */
  public MxVmo physicalVmo(long physicalAddress, long bytes, CachePolicy cachePolicy) {
    if (!Pages.aligned(physicalAddress)
        || !Pages.aligned(bytes)
        || !Pages.fits(Pages.of(physicalAddress), Pages.of(bytes))) {
      throw new IllegalArgumentException(
          "a physical range is whole pages, not 0x"
              + Long.toHexString(physicalAddress)
              + " + 0x"
              + Long.toHexString(bytes));
    }
    MemoryObject memory =
        MemoryObject.physical(
                system.machine(), Pages.of(physicalAddress), Pages.of(bytes), cachePolicy)
            .made();
    if (memory == null) {
      throw new IllegalStateException("no memory for a physical object");
    }
    return new MxVmo(system, memory, bytes);
  }

  /**
   * Tells somebody of every answer of every call from now on.
   *
   * @param observer told on the thread that makes the call; null for nobody
   */
  public void observeAnswers(@Nullable AnswerObserver observer) {
    system.observeAnswers(observer);
  }

  /** Ends all processes of the root job. What still lives on the machine afterwards is a leak. */
  @Override
  public void close() {
    system.rootJob().kill();
  }
}
