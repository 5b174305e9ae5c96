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
 * In a reservation one thread unmaps a page that shows 7 while another maps a frame with 8 there:
 * the second finds the page occupied or free, and either way one frame at most is held.
 */
@JCStressTest
@Outcome(id = "0, 0, 8", expect = ACCEPTABLE, desc = "unmapped, then mapped")
@Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "occupied, then unmapped")
@Outcome(expect = FORBIDDEN, desc = "something else is there, or held")
@State
public class ReservedMapAgainstUnmap {
  private final MemoryObject before = World.object(7);
  private final MemoryObject after = World.object(8);
  private final long page = World.newPage();
  private final Reservation reservation = World.reserve(page);

  /** Maps the page. */
  public ReservedMapAgainstUnmap() {
    World.map(reservation, before).orThrow();
  }

  /** Unmaps. */
  @Actor
  public void unmap(III_Result r) {
    r.r1 = reservation.unmap(page) == dev.mapwright.core.Outcome.OK ? 0 : 9;
  }

  /** Maps. */
  @Actor
  public void map(III_Result r) {
    r.r2 =
        switch (World.map(reservation, after)) {
          case OK -> 0;
          case OCCUPIED -> 1;
          default -> 9;
        };
  }

  /** Looks at what is left, and ends the state. */
  @Arbiter
  public void end(III_Result r) {
    boolean held = World.holds(before) == 0;
    if (World.shows(page, after)) {
      r.r3 = held && World.holds(after) == 1 && reservation.mappings() == 1 ? 8 : 9;
    } else {
      held &= World.holds(after) == 0 && reservation.mappings() == 0;
      r.r3 = held && World.showsNothing(page) ? 0 : 9;
    }
    reservation.release().orThrow();
    before.release();
    after.release();
  }
}
