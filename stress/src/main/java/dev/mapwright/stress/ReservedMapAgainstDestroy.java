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
 * A reservation is released while a frame is mapped in it: the mapping was there before and is
 * gone, or is refused because the reservation is dead. No entry and no hold is left.
 */
@JCStressTest
@Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "mapped, then destroyed with it")
@Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "it was dead")
@Outcome(expect = FORBIDDEN, desc = "something is left, or refused otherwise")
@State
public class ReservedMapAgainstDestroy {
  private final MemoryObject frame = World.object(7);
  private final long page = World.newPage();
  private final Reservation reservation = World.reserve(page);

  /** Maps. */
  @Actor
  public void map(III_Result r) {
    r.r1 =
        switch (World.map(reservation, frame)) {
          case OK -> 0;
          case DEAD -> 1;
          default -> 9;
        };
  }

  /** Destroys; what is there when this has returned would stay for ever. */
  @Actor
  public void release(III_Result r) {
    boolean released = reservation.release() == dev.mapwright.core.Outcome.OK;
    r.r2 = released && World.showsNothing(page) && World.holds(frame) == 0 ? 0 : 9;
  }

  /** Looks at what is left, and ends the state. */
  @Arbiter
  public void end(III_Result r) {
    r.r3 = World.showsNothing(page) && World.holds(frame) == 0 ? 0 : 9;
    frame.release();
  }
}
