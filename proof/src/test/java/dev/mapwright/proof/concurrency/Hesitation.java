package dev.mapwright.proof.concurrency;

import dev.mapwright.proof.mutants.Interleaving;
import dev.mapwright.proof.mutants.Interleaving.Point;

/**
 * Threads that now and then lose the processor in the middle of an access, just where it matters:
 * when they know the frame and have not used it. By itself that happens once in millions.
 *
 * <p>A thread that hesitates gives way and does not block: removers do not wait for one that
 * blocks. It counts without any ordering, which would order the access as well.
 */
@SuppressWarnings("ThreadPriorityCheck") // yields only pass the time
final class Hesitation implements Runnable {
  private static final String NAME = "hesitation";
  private static final String CPU = "dev.mapwright.sim.cpu.";
  private static final int ONE_IN = 61;
  private static final int YIELDS = 4;

  private int passed;

  /** Where threads hesitate. */
  static Point[] points() {
    return new Point[] {
      Point.before(NAME, CPU + "DirectCpu", "write", "set", 1),
      Point.before(NAME, CPU + "CheckedCpu", "store", "set", 1),
      Point.before(NAME, CPU + "SimulatedCpu", "storeSlowly", "storeScalar", 1),
      Point.before(NAME, CPU + "DirectCpu", "read", "get", 1),
      Point.before(NAME, CPU + "CheckedCpu", "load", "get", 1),
      Point.before(NAME, "dev.mapwright.core.engine.FaultHandling", "bringIn", "install", 1),
      Point.before(NAME, "dev.mapwright.core.state.Tables", "forget", "remove", 1),
    };
  }

  static void begin() {
    Interleaving.on(NAME, new Hesitation());
  }

  static void end() {
    Interleaving.forget(NAME);
  }

  @Override
  public void run() {
    if (++passed % ONE_IN == 0) {
      for (int i = 0; i < YIELDS; i++) {
        Thread.yield();
      }
    }
  }
}
