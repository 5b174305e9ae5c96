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
 * Two pages of two parts are unmapped at once while one of them is mapped anew. The other one is
 * gone, and the new mapping is there or was unmapped, too.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "unmapped after it was mapped anew")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "mapped anew after it was unmapped")
@Outcome(id = ".*", expect = FORBIDDEN, desc = "something is left of what was unmapped")
@State
public class UnmapAcrossAgainstMapWithin {
  private final MemoryObject old = World.object(0);
  private final MemoryObject fresh = World.object(0);
  private final DividedSpace divided = new DividedSpace();

  /** Maps both sides of the border. */
  public UnmapAcrossAgainstMapWithin() {
    divided.mapBothSides(old);
  }

  /** Unmaps both. */
  @Actor
  public void unmap() {
    divided.unmapAcross();
  }

  /** Maps the upper one anew. */
  @Actor
  public void map() {
    divided.overwrite(fresh, DividedSpace.UPPER, 1);
  }

  /** Looks what is there, and ends the state. */
  @Arbiter
  public void end(II_Result r) {
    boolean mapped = divided.shows(DividedSpace.UPPER, fresh);
    r.r1 = divided.space.mappings() - (mapped ? 1 : 0);
    r.r2 = mapped ? 1 : 0;
    divided.close();
    old.release();
    fresh.release();
  }
}
