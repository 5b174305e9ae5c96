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
 * A page is decommitted while growing numbers are stored to it and loaded back. At most once a load
 * finds zero instead, no access faults, and what is stored after decommit has returned stays: the
 * object shows it and accounts for its page.
 */
@JCStressTest
@Outcome(id = "0, [01]", expect = ACCEPTABLE, desc = "decommitted between two accesses")
@Outcome(id = "1, .", expect = FORBIDDEN, desc = "a store faulted")
@Outcome(id = "2, .", expect = FORBIDDEN, desc = "a load gave what was never there")
@Outcome(id = "3, .", expect = FORBIDDEN, desc = "a store into a page that was gone")
@State
public class DecommitAgainstStore {
  private final MemoryObject object = World.object(7);
  private final long page = World.newPage();
  private final Meeting meeting = new Meeting();
  private int kept;

  /** Maps the page. */
  public DecommitAgainstStore() {
    World.map(object, page);
  }

  /** Stores and loads until the page was decommitted, and once more. */
  @Actor
  public void store(II_Result r) {
    World.FIRST.enter();
    for (int i = 0; i < World.MOST_TRIES && r.r1 == 0 && kept == 0; i++) {
      boolean late = meeting.hasReturned();
      if (World.store(World.FIRST, page, 0, 8 + i) == 0) {
        r.r1 = 1;
      }
      int value = World.load(World.FIRST, page);
      meeting.begun();
      if (value == 0 && r.r2 == 0) {
        r.r2 = 1;
      } else if (value != 8 + i) {
        r.r1 = 2;
      }
      kept = late ? 8 + i : 0;
    }
    World.FIRST.exit();
  }

  /** Decommits. */
  @Actor
  public void decommit() {
    meeting.awaitBegun();
    object.decommit(0, 1).orThrow();
    meeting.callReturned();
  }

  /** Reads the object and its account, and ends the state. */
  @Arbiter
  public void end(II_Result r) {
    if (kept != 0 && (World.read(object) != kept || object.committedPages() != 1)) {
      r.r1 = 3;
    }
    World.unmap(page);
    object.release();
  }
}
