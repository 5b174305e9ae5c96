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
 * A page in one part of a space is unmapped while a CPU loads it, and its neighbour in another part
 * in between. The page gives 7 until a load faults, and from then on all do; a load that began
 * after unmap had returned faults. The neighbour always gives 7.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "unmapped between two loads")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the actors did not meet")
@Outcome(id = "1, .", expect = FORBIDDEN, desc = "a wrong value was loaded")
@Outcome(id = "2, .", expect = FORBIDDEN, desc = "a load went through what was removed")
@Outcome(id = "3, .", expect = FORBIDDEN, desc = "what was removed came back")
@Outcome(id = "4, .", expect = FORBIDDEN, desc = "the other part lost something")
@State
public class UnmapInAPartAgainstLoad {
  private final MemoryObject object = World.object(7);
  private final DividedSpace divided = new DividedSpace();
  private final Meeting meeting = new Meeting();

  /** Maps both sides of the border. */
  public UnmapInAPartAgainstLoad() {
    divided.mapBothSides(object);
  }

  /** Loads until it faults. */
  @Actor
  public void load(II_Result r) {
    World.FIRST.attach(divided.space);
    World.FIRST.enter();
    boolean before = World.load(World.FIRST, DividedSpace.LOWER) == 7;
    meeting.begun();
    for (int i = 0; i < World.MOST_TRIES && r.r1 == 0; i++) {
      boolean late = meeting.hasReturned();
      int value = World.load(World.FIRST, DividedSpace.LOWER);
      int neighbour = World.load(World.FIRST, DividedSpace.UPPER);
      if (value == World.FAULT) {
        r.r1 = World.load(World.FIRST, DividedSpace.LOWER) == World.FAULT ? 0 : 3;
        r.r2 = before ? 1 : 0;
      } else {
        r.r1 = late ? 2 : value == 7 ? 0 : 1;
      }
      r.r1 = r.r1 == 0 && neighbour != 7 ? 4 : r.r1;
      if (value == World.FAULT) {
        break;
      }
    }
    World.FIRST.exit();
  }

  /** Unmaps the page below the border. */
  @Actor
  public void unmap() {
    meeting.awaitBegun();
    divided.unmap(DividedSpace.LOWER, 1);
    meeting.callReturned();
  }

  /** Ends the state. */
  @Arbiter
  public void end(II_Result r) {
    divided.close();
    object.release();
  }
}
