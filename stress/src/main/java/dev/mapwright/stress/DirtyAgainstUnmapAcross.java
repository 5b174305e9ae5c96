package dev.mapwright.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.memory.MemoryObject;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Which pages were written is asked while two written ones, in two parts, are unmapped by one call.
 * Both are told, or none.
 */
@JCStressTest
@Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "asked before")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "asked after")
@Outcome(id = ".*", expect = FORBIDDEN, desc = "asked in the middle")
@State
public class DirtyAgainstUnmapAcross {
  private final MemoryObject object = World.object(0);
  private final DividedSpace divided = new DividedSpace();

  /** Maps both sides of the border and stores there. */
  public DirtyAgainstUnmapAcross() {
    divided.mapBothSides(object);
    divided.space.trackDirty(true);
    Cpu cpu = World.MACHINE.newCpu();
    cpu.attach(divided.space);
    World.store(cpu, DividedSpace.LOWER, 0, 7);
    World.store(cpu, DividedSpace.UPPER, 0, 7);
    cpu.attach(null);
  }

  private int dirty() {
    int[] dirty = new int[1];
    divided
        .space
        .collectDirty(DividedSpace.LOWER, 2, false, (first, pages) -> dirty[0] += (int) pages)
        .orThrow();
    return dirty[0];
  }

  /** Asks. */
  @Actor
  public void ask(II_Result r) {
    r.r1 = dirty();
  }

  /** Unmaps both. */
  @Actor
  public void unmap() {
    divided.unmapAcross();
  }

  /** Asks again, and ends the state. */
  @Arbiter
  public void end(II_Result r) {
    r.r2 = dirty();
    divided.close();
    object.release();
  }
}
