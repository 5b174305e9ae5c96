package dev.mapwright.zircon.object;

import dev.mapwright.core.Made;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.space.AddressSpace;
import dev.mapwright.zircon.abi.MxRights;
import dev.mapwright.zircon.handle.Ending;
import dev.mapwright.zircon.handle.Handle;
import dev.mapwright.zircon.handle.HandleTable;
import dev.mapwright.zircon.handle.KernelObject;
import dev.mapwright.zircon.handle.ObjectType;
import dev.mapwright.zircon.handle.Throughout;
import org.jspecify.annotations.Nullable;

/**
 * A process, as far as memory is concerned: an address space with its root region, a handle table,
 * and a count of threads.
 *
 * <p>It ends when its last thread exits, when one of them ends it, when its job is killed, and when
 * the last handle to it is closed before it has a thread. Ending closes the address space, with
 * everything that is mapped in it, and all handles, whoever still has a handle to the process: a
 * closed space answers that it is empty. A lease that the embedding program has open does not delay
 * that; it keeps its frames and nothing else.
 *
 * <p>The monitor guards {@code threads}, {@code exitCode} and writing {@code ended}; everything
 * else is immutable.
 */
public final class MxProcess extends KernelObject {
  /** The exit code of a process that was killed. */
  public static final int KILLED = -1;

  /** The rights of the handle that process_create returns. */
  public static final int RIGHTS =
      MxRights.MX_RIGHT_READ
          | MxRights.MX_RIGHT_WRITE
          | MxRights.MX_RIGHT_DUPLICATE
          | MxRights.MX_RIGHT_TRANSFER
          | MxRights.MX_RIGHT_GET_PROPERTY
          | MxRights.MX_RIGHT_SET_PROPERTY
          | MxRights.MX_RIGHT_ENUMERATE;

  private final MxSystem system;
  private final MxJob job;
  private final String name;
  private final AddressSpace space;
  private final MxVmar root;
  private final HandleTable table;

  private int threads;
  private volatile boolean ended;
  private int exitCode;

  private MxProcess(MxSystem system, MxJob job, String name, AddressSpace space, long koid) {
    super(ObjectType.PROCESS, koid);
    this.system = system;
    this.job = job;
    this.name = name;
    this.space = space;
    this.root = new MxVmar(system, space.root(), true, false, true);
    this.table =
        new HandleTable(
            system.machine().failures(), system.machine().seeds().stream("handles", koid));
  }

  /**
   * Makes a process without threads and handles.
   *
   * @param system the system
   * @param job the job that it belongs to
   * @param name its name, for reports
   * @return the process, or null when the job is dead or memory for it could not be acquired
   */
  public static @Nullable MxProcess create(MxSystem system, MxJob job, String name) {
    if (system.machine().failures().refuses(AllocationPoint.HANDLE)) {
      return null;
    }
    long koid = system.machine().census().nextNumber();
    Made<AddressSpace> space =
        AddressSpace.create(
            system.machine(),
            name.isEmpty() ? "process " + koid : "process " + koid + " (" + name + ")",
            system.rootFirstPage(),
            system.rootLastPage());
    AddressSpace made = space.made();
    if (made == null) {
      return null;
    }
    MxProcess process = new MxProcess(system, job, name, made, koid);
    if (!job.enter(process)) {
      made.close();
      return null;
    }
    return process;
  }

  /** {@return the system that it runs on} */
  public MxSystem system() {
    return system;
  }

  /** {@return the job that it belongs to} */
  public MxJob job() {
    return job;
  }

  /** {@return the name given, cut to the longest one} */
  public String name() {
    return name;
  }

  /** {@return its address space} */
  public AddressSpace space() {
    return space;
  }

  /** {@return its root region} */
  public MxVmar root() {
    return root;
  }

  /** {@return its handles} */
  public HandleTable table() {
    return table;
  }

  /**
   * Gives the process a handle from outside, as the one who starts it does.
   *
   * @param object what the handle names
   * @param rights what it allows; nothing checks them
   * @return the handle's value
   * @throws IllegalStateException when no handle is left, or the object or the process has ended
   */
  public int grant(KernelObject object, int rights) {
    Handle handle = table.reserve(object, rights);
    if (handle == null) {
      throw new IllegalStateException("no handle for " + object + " in " + this);
    }
    if (!table.publish(handle)) {
      table.cancel(handle);
      throw new IllegalStateException(this + " has ended");
    }
    return handle.value();
  }

  /** {@return whether it has ended; its address space is then empty for good} */
  public boolean ended() {
    return ended;
  }

  /**
   * {@return the code given to process_exit, 0 when its last thread exited, {@link #KILLED}; 0
   * while it runs}
   */
  public synchronized int exitCode() {
    return exitCode;
  }

  /**
   * Notes a new thread.
   *
   * @throws IllegalStateException when the process has ended
   */
  public synchronized void threadStarts() {
    if (ended) {
      throw new IllegalStateException(this + " has ended");
    }
    threads++;
  }

  /** Notes that a thread is gone; the last one takes the process along. */
  public void threadExits() {
    boolean last;
    synchronized (this) {
      threads--;
      last = threads == 0;
    }
    if (last) {
      exit(0);
    }
  }

  /**
   * Ends the process: closes its address space and its handles. Does nothing when it has ended.
   *
   * @param code what it ends with
   */
  public void exit(int code) {
    system.machine().events().callbacks().refuseCalls(0); // before anything has changed
    if (beginExit(code)) {
      Throughout throughout = new Throughout();
      throughout.run(space::close);
      throughout.run(() -> Ending.closeAll(table));
      throughout.rethrow();
    }
  }

  private boolean beginExit(int code) {
    synchronized (this) {
      if (ended) {
        return false;
      }
      ended = true;
      exitCode = code;
    }
    job.leave(this);
    return true;
  }

  @Override
  protected boolean endsWithLastHandle() {
    return true;
  }

  @Override
  protected void end(Fallen fallen) {
    boolean idle;
    synchronized (this) {
      idle = threads == 0;
    }
    if (idle && beginExit(KILLED)) {
      Throughout throughout = new Throughout();
      throughout.run(space::close);
      Ending.closeAll(table, fallen);
      throughout.rethrow();
    }
  }

  @Override
  public String toString() {
    return "process " + koid() + (name.isEmpty() ? "" : " (" + name + ")");
  }
}
