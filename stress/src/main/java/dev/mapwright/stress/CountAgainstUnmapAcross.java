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
 * The mappings of a space are counted while two of them, in two parts, are unmapped by one call.
 * Nobody counts one.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "counted before and after")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the actors did not meet")
@Outcome(id = ".*", expect = FORBIDDEN, desc = "half of the call was seen")
@State
public class CountAgainstUnmapAcross {
  private final MemoryObject object = World.object(0);
  private final DividedSpace divided = new DividedSpace();
  private final Meeting meeting = new Meeting();

  /** Maps both sides of the border. */
  public CountAgainstUnmapAcross() {
    divided.mapBothSides(object);
  }

  /** Counts until there is nothing to count. */
  @Actor
  public void count(II_Result r) {
    for (int i = 0; i < World.MOST_TRIES; i++) {
      int mappings = divided.space.mappings();
      if (mappings == 0) {
        break;
      }
      r.r1 |= mappings == 2 ? 0 : 1;
      r.r2 = 1;
      meeting.begun();
    }
  }

  /** Unmaps both. */
  @Actor
  public void unmap() {
    meeting.awaitBegun();
    divided.unmapAcross();
  }

  /** Ends the state. */
  @Arbiter
  public void end(II_Result r) {
    divided.close();
    object.release();
  }
}
