package dev.mapwright.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.mapwright.core.dma.DomainReservation;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * What is mapped in a reservation of a domain is unmapped while a device writes 7 there again and
 * again. As soon as that has returned, the frame belongs to somebody else, who writes 1 to it: no
 * write of the device lands any more.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "unmapped between two writes")
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the actors did not meet")
@Outcome(expect = FORBIDDEN, desc = "a write landed in somebody else's memory")
@State
public class SegmentUnmapAgainstWrite {
  private final long frame = DmaWorld.frame(7);
  private final long page = DmaWorld.newPage();
  private final DomainReservation reservation = DmaWorld.reserve(page);
  private final Meeting meeting = new Meeting();

  /** Maps the page. */
  public SegmentUnmapAgainstWrite() {
    DmaWorld.map(reservation, frame).orThrow();
  }

  /** Writes until it is refused. */
  @Actor
  public void write(II_Result r) {
    boolean before = DmaWorld.deviceWrite(DmaWorld.FIRST, page, 7);
    meeting.begun();
    for (int i = 0; i < World.MOST_TRIES; i++) {
      if (!DmaWorld.deviceWrite(DmaWorld.FIRST, page, 7)) {
        r.r2 = before ? 1 : 0;
        break;
      }
    }
  }

  /** Unmaps, and takes the frame for something else. */
  @Actor
  public void unmap() {
    meeting.awaitBegun();
    reservation.unmap(0, 1).orThrow();
    DmaWorld.write(frame, 1);
    meeting.callReturned();
  }

  /** Looks what is in the frame, and ends the state. */
  @Arbiter
  public void end(II_Result r) {
    r.r1 = DmaWorld.read(frame);
    reservation.release().orThrow();
    DmaWorld.free(frame);
  }
}
