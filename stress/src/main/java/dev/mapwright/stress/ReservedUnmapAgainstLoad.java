package dev.mapwright.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.Reservation;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A page of a reservation that shows 7 is unmapped while it is loaded again and again. Every load
 * gives 7 until one faults, and from then on all do. A load that began after unmap had returned
 * faults.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "unmapped between two loads")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the actors did not meet")
@Outcome(id = "1, .", expect = FORBIDDEN, desc = "a wrong value was loaded")
@Outcome(id = "2, .", expect = FORBIDDEN, desc = "a load went through what was removed")
@Outcome(id = "3, .", expect = FORBIDDEN, desc = "what was removed came back")
@State
public class ReservedUnmapAgainstLoad {
  private final MemoryObject frame = World.object(7);
  private final long page = World.newPage();
  private final Reservation reservation = World.reserve(page);
  private final Meeting meeting = new Meeting();

  /** Maps the page. */
  public ReservedUnmapAgainstLoad() {
    World.map(reservation, frame).orThrow();
  }

  /** Loads until it faults. */
  @Actor
  public void load(II_Result r) {
    World.FIRST.enter();
    boolean before = World.load(World.FIRST, page) == 7;
    meeting.begun();
    for (int i = 0; i < World.MOST_TRIES && r.r1 == 0; i++) {
      boolean late = meeting.hasReturned();
      int value = World.load(World.FIRST, page);
      if (value == World.FAULT) {
        r.r1 = World.load(World.FIRST, page) == World.FAULT ? 0 : 3;
        r.r2 = before ? 1 : 0;
        break;
      }
      r.r1 = late ? 2 : value == 7 ? 0 : 1;
    }
    World.FIRST.exit();
  }

  /** Unmaps. */
  @Actor
  public void unmap() {
    meeting.awaitBegun();
    reservation.unmap(page).orThrow();
    meeting.callReturned();
  }

  /** Ends the state. */
  @Arbiter
  public void end(II_Result r) {
    reservation.release().orThrow();
    frame.release();
  }
}
