package dev.mapwright.sim.cpu;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.WeakHashMap;

/**
 * The CPUs of a machine, for its end: none may know where RAM is when that is given back. Nobody
 * says when a CPU is no longer used, so it is known here as long as somebody else knows it.
 */
public final class Cpus {
  @GuardedBy("this")
  private final WeakHashMap<SimulatedCpu, Boolean> all = new WeakHashMap<>();

  @GuardedBy("this")
  private boolean ended;

  /** Adds a new CPU, which is told at once when the machine has ended. */
  public SimulatedCpu add(SimulatedCpu cpu) {
    synchronized (this) {
      all.put(cpu, true);
      if (ended) {
        cpu.endMachine();
      }
    }
    return cpu;
  }

  /**
   * Lets each CPU forget everything for good, and waits until no access is under way that began
   * before. Nothing is held meanwhile.
   */
  public void end() {
    List<SimulatedCpu> now;
    synchronized (this) {
      ended = true;
      now = new ArrayList<>(all.keySet());
    }
    for (SimulatedCpu cpu : now) {
      cpu.endMachine();
    }
    VarHandle.fullFence();
    for (SimulatedCpu cpu : now) {
      cpu.awaitQuiescence();
    }
  }
}
