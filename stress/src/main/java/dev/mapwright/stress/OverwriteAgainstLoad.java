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
 * A mapping that shows 7 is replaced by one that shows 8 while it is loaded again and again: each
 * load finds one or the other, never a hole, and never the old one after the new one or after the
 * call.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "replaced between two loads")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the actors did not meet")
@Outcome(id = "1, .", expect = FORBIDDEN, desc = "a load faulted or gave what was never there")
@Outcome(id = "2, .", expect = FORBIDDEN, desc = "a load went through what was replaced")
@Outcome(id = "3, .", expect = FORBIDDEN, desc = "the old mapping after the new one")
@State
public class OverwriteAgainstLoad {
  private final MemoryObject before = World.object(7);
  private final MemoryObject after = World.object(8);
  private final long page = World.newPage();
  private final Meeting meeting = new Meeting();

  /** Maps the page. */
  public OverwriteAgainstLoad() {
    World.map(before, page);
  }

  /** Loads until it finds the new one. */
  @Actor
  public void load(II_Result r) {
    World.FIRST.enter();
    boolean met = World.load(World.FIRST, page) == 7;
    meeting.begun();
    for (int i = 0; i < World.MOST_TRIES && r.r1 == 0; i++) {
      boolean late = meeting.hasReturned();
      int value = World.load(World.FIRST, page);
      if (value == 8) {
        r.r1 = World.load(World.FIRST, page) == 8 ? 0 : 3;
        r.r2 = met ? 1 : 0;
        break;
      }
      r.r1 = value != 7 ? 1 : late ? 2 : 0;
    }
    World.FIRST.exit();
  }

  /** Replaces. */
  @Actor
  public void overwrite() {
    meeting.awaitBegun();
    World.overwrite(after, page);
    meeting.callReturned();
  }

  /** Ends the state. */
  @Arbiter
  public void end(II_Result r) {
    World.unmap(page);
    before.release();
    after.release();
  }
}
