package dev.mapwright.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A page of a domain is mapped while it is reserved: one of the two gets it. */
@JCStressTest
@Outcome(id = "0, 1, 0", expect = ACCEPTABLE, desc = "mapped, and not reserved")
@Outcome(id = "1, 0, 0", expect = ACCEPTABLE, desc = "reserved, and not mapped")
@Outcome(expect = FORBIDDEN, desc = "both got it, neither did, or something is left")
@State
public class DomainMapAgainstReserve {
  private final long frame = DmaWorld.frame(7);
  private final long page = DmaWorld.newPage();

  /** The second actor's; null unless it got the page. */
  private @Nullable DomainReservation reservation;

  /** Maps. */
  @Actor
  public void map(III_Result r) {
    r.r1 =
        switch (DmaWorld.map(page, frame)) {
          case OK -> 0;
          case OCCUPIED -> 1;
          default -> 9;
        };
  }

  /** Reserves. */
  @Actor
  public void reserve(III_Result r) {
    var made = DmaWorld.DOMAIN.reserve(new DomainRequest().pages(1).at(page));
    switch (made.outcome()) {
      case OK -> reservation = made.get();
      case OCCUPIED -> r.r2 = 1;
      default -> r.r2 = 9;
    }
  }

  /** Takes away what is there, looks at what is left, and ends the state. */
  @Arbiter
  public void end(III_Result r) {
    if (reservation != null) {
      reservation.release().orThrow();
    } else {
      DmaWorld.DOMAIN.unmap(page, 1).orThrow();
    }
    r.r3 = DmaWorld.isGone(page, frame) ? 0 : 9;
    DmaWorld.free(frame);
  }
}
