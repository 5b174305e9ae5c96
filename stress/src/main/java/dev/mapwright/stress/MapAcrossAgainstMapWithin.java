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
 * One actor maps two pages of two parts where nothing is, the other one of them. One of the two is
 * refused, and the other one's mapping is there whole.
 */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the mapping across was first")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the mapping in one part was first")
@Outcome(id = ".*", expect = FORBIDDEN, desc = "both were made, or none, or half of one")
@State
public class MapAcrossAgainstMapWithin {
  private final MemoryObject both = MemoryObject.paged(World.MACHINE, 2).get();
  private final MemoryObject one = World.object(0);
  private final DividedSpace divided = new DividedSpace();

  /** Maps across the border. */
  @Actor
  public void across(II_Result r) {
    r.r1 = divided.map(both, DividedSpace.LOWER, 2) ? 1 : 0;
  }

  /** Maps above it. */
  @Actor
  public void within(II_Result r) {
    r.r2 = divided.map(one, DividedSpace.UPPER, 1) ? 1 : 0;
  }

  /** Looks what is there, and ends the state. */
  @Arbiter
  public void end(II_Result r) {
    boolean right =
        divided.shows(DividedSpace.LOWER, both) == (r.r1 == 1)
            && divided.shows(DividedSpace.UPPER, both) == (r.r1 == 1)
            && divided.shows(DividedSpace.UPPER, one) == (r.r2 == 1)
            && divided.space.mappings() == 1;
    r.r1 = right ? r.r1 : -1;
    divided.close();
    both.release();
    one.release();
  }
}
