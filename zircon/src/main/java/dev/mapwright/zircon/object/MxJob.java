package dev.mapwright.zircon.object;

import dev.mapwright.zircon.handle.KernelObject;
import dev.mapwright.zircon.handle.ObjectType;
import dev.mapwright.zircon.handle.Throughout;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A group of processes that can be ended together. The monitor guards both fields. */
public final class MxJob extends KernelObject {
  /** The processes that have not ended. */
  private final Set<MxProcess> processes = new LinkedHashSet<>();

  private boolean dead;

  /**
   * Makes an empty job.
   *
   * @param system the system
   */
  public MxJob(MxSystem system) {
    super(ObjectType.JOB, system.machine().census().nextNumber());
  }

  /** {@return whether processes can still be made in it; false once it was killed} */
  public synchronized boolean alive() {
    return !dead;
  }

  /** Ends every process of the job; no new one can be made in it from now on. */
  public void kill() {
    List<MxProcess> doomed;
    synchronized (this) {
      dead = true;
      doomed = new ArrayList<>(processes);
    }
    Throughout throughout = new Throughout();
    for (MxProcess process : doomed) {
      throughout.run(() -> process.exit(MxProcess.KILLED));
    }
    throughout.rethrow();
  }

  /** {@return the processes that have not ended, in the order in which they were made; a copy} */
  public synchronized List<MxProcess> processes() {
    return new ArrayList<>(processes);
  }

  synchronized boolean enter(MxProcess process) {
    return !dead && processes.add(process);
  }

  synchronized void leave(MxProcess process) {
    processes.remove(process);
  }

  @Override
  protected boolean endsWithLastHandle() {
    return false;
  }

  @Override
  protected void end(Fallen fallen) {
    throw new IllegalStateException("a job does not end with its handles");
  }
}
