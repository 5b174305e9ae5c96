package dev.mapwright.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.mapwright.core.memory.MemoryObject;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A mapping across two parts is made while the same pages are unmapped. It is there whole, or not
 * at all.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "unmapped last")
@Outcome(id = "3, 1", expect = ACCEPTABLE, desc = "mapped last")
@Outcome(id = ".*", expect = FORBIDDEN, desc = "half of it is there")
@State
public class OverwriteAcrossAgainstUnmapAcross {
  private final MemoryObject old = World.object(0);
  private final MemoryObject fresh = MemoryObject.paged(World.MACHINE, 2).get();
  private final DividedSpace divided = new DividedSpace();

  /** Maps both sides of the border. */
  public OverwriteAcrossAgainstUnmapAcross() {
    divided.mapBothSides(old);
  }

  /** Maps across, which gathers the two parts' pages in one. */
  @Actor
  public void overwrite() {
    divided.overwrite(fresh, DividedSpace.LOWER, 2);
  }

  /** Unmaps both, which goes through the parts. */
  @Actor
  public void unmap() {
    divided.unmapAcross();
  }

  /** Looks what is there, and ends the state. */
  @Arbiter
  public void end(II_Result r) {
    r.r1 = divided.sides();
    r.r2 = divided.space.mappings();
    divided.close();
    old.release();
    fresh.release();
  }
}
