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
 * Two actors map and unmap, each in one part of a space and next to the other one's page. Neither
 * sees anything of the other.
 */
@JCStressTest
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "each found what it had made")
@Outcome(id = ".*", expect = FORBIDDEN, desc = "a mapping was lost, or came back")
@State
public class BothSidesOfABorder {
  private static final int TURNS = 8;

  private final MemoryObject object = World.object(0);
  private final DividedSpace divided = new DividedSpace();

  private int wrong(long page) {
    int wrong = 0;
    for (int i = 0; i < TURNS; i++) {
      wrong += divided.map(object, page, 1) && divided.shows(page, object) ? 0 : 1;
      divided.unmap(page, 1);
      wrong += divided.shows(page, object) ? 1 : 0;
    }
    return wrong;
  }

  /** The page below the border. */
  @Actor
  public void lower(II_Result r) {
    r.r1 = wrong(DividedSpace.LOWER);
  }

  /** The page above it. */
  @Actor
  public void upper(II_Result r) {
    r.r2 = wrong(DividedSpace.UPPER);
  }

  /** Ends the state. */
  @Arbiter
  public void end(II_Result r) {
    r.r1 += divided.space.mappings();
    divided.close();
    object.release();
  }
}
