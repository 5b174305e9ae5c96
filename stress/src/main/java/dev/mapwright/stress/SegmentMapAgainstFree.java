package dev.mapwright.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.mapwright.core.dma.DomainReservation;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A reservation of a domain is freed while a frame is mapped in it: one of the two wins. Either it
 * is mapped, and freeing is refused since it is in use, or the reservation is dead.
 */
@JCStressTest
@Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "mapped, and still reserved")
@Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "freed, and not mapped")
@Outcome(expect = FORBIDDEN, desc = "both won, neither did, or something is left")
@State
public class SegmentMapAgainstFree {
  private final long frame = DmaWorld.frame(7);
  private final long page = DmaWorld.newPage();
  private final DomainReservation reservation = DmaWorld.reserve(page);

  /** Maps. */
  @Actor
  public void map(III_Result r) {
    r.r1 =
        switch (DmaWorld.map(reservation, frame)) {
          case OK -> 0;
          case DEAD -> 1;
          default -> 9;
        };
  }

  /** Frees. */
  @Actor
  public void free(III_Result r) {
    r.r2 =
        switch (reservation.release()) {
          case OK -> 0;
          case IN_USE -> 1;
          default -> 9;
        };
  }

  /** Takes away what was mapped, looks at what is left, and ends the state. */
  @Arbiter
  public void end(III_Result r) {
    if (r.r1 == 0) {
      reservation.unmap(0, 1).orThrow();
      reservation.release().orThrow();
    }
    r.r3 = DmaWorld.isGone(page, frame) ? 0 : 9;
    DmaWorld.free(frame);
  }
}
