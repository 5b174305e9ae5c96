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
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * Two reservations lie side by side in one lowest table. A frame is mapped in one while the other
 * is released with what is mapped in it: neither takes the other's entry or their table away.
 */
@JCStressTest
@Outcome(id = "0, 0, 7", expect = ACCEPTABLE, desc = "each does its own")
@Outcome(expect = FORBIDDEN, desc = "one meddled with the other")
@State
public class ReservationsSharingATable {
  private final MemoryObject mine = World.object(7);
  private final MemoryObject theirs = World.object(8);
  private final long page = World.newPage();
  private final Reservation one = World.reserve(page);
  private final Reservation two = World.reserve(page + 1);

  /** Maps a page of the other one. */
  public ReservationsSharingATable() {
    World.map(two, theirs).orThrow();
  }

  /** Maps, unmaps, and maps again. */
  @Actor
  public void map(III_Result r) {
    World.map(one, mine).orThrow();
    one.unmap(page).orThrow();
    World.map(one, mine).orThrow();
    r.r1 = World.shows(page, mine) ? 0 : 9;
  }

  /** Releases the neighbour. */
  @Actor
  public void release(III_Result r) {
    two.release().orThrow();
    r.r2 = World.showsNothing(page + 1) && World.holds(theirs) == 0 ? 0 : 9;
  }

  /** Looks at what is left, and ends the state. */
  @Arbiter
  public void end(III_Result r) {
    r.r3 = World.shows(page, mine) && World.holds(mine) == 1 ? World.read(mine) : 9;
    one.release().orThrow();
    mine.release();
    theirs.release();
  }
}
