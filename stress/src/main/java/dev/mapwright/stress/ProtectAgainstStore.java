package dev.mapwright.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.mapwright.core.Permissions;
import dev.mapwright.core.memory.MemoryObject;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A page loses the permission to write while growing numbers are stored to it, until one faults.
 * The last store that succeeded is there afterwards. A store that began after protect had returned
 * faults.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "protected between two stores")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the actors did not meet")
@Outcome(id = "1, .", expect = FORBIDDEN, desc = "a store was lost, or one that faulted is there")
@Outcome(id = "2, .", expect = FORBIDDEN, desc = "a store went through what was protected")
@State
public class ProtectAgainstStore {
  private final MemoryObject object = World.object(7);
  private final long page = World.newPage();
  private final Meeting meeting = new Meeting();
  private int last = 7;

  /** Maps the page. */
  public ProtectAgainstStore() {
    World.map(object, page);
  }

  /** Stores until it faults. */
  @Actor
  public void store(II_Result r) {
    World.FIRST.enter();
    for (int i = 0; i < World.MOST_TRIES && r.r1 == 0; i++) {
      boolean late = meeting.hasReturned();
      if (World.store(World.FIRST, page, 0, 8 + i) == 0) {
        r.r2 = i > 0 ? 1 : 0;
        break;
      }
      last = 8 + i;
      r.r1 = late ? 2 : 0;
      meeting.begun();
    }
    World.FIRST.exit();
  }

  /** Protects. */
  @Actor
  public void protect() {
    meeting.awaitBegun();
    World.SPACE.root().protect(page, 1, Permissions.READ).orThrow();
    meeting.callReturned();
  }

  /** Reads what is there and ends the state. */
  @Arbiter
  public void end(II_Result r) {
    if (World.read(object) != last) {
      r.r1 = 1;
    }
    World.unmap(page);
    object.release();
  }
}
