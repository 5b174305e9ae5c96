package dev.mapwright.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A page of a domain that shows 7 is unmapped while a device reads it again and again. Every read
 * gives 7 until one faults, and from then on all do. A read that began after unmapping had returned
 * faults.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "unmapped between two reads")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the actors did not meet")
@Outcome(id = "1, .", expect = FORBIDDEN, desc = "a wrong value was read")
@Outcome(id = "2, .", expect = FORBIDDEN, desc = "a read went through what was removed")
@Outcome(id = "3, .", expect = FORBIDDEN, desc = "what was removed came back")
@State
public class DomainUnmapAgainstRead {
  private final long frame = DmaWorld.frame(7);
  private final long page = DmaWorld.newPage();
  private final Meeting meeting = new Meeting();

  /** Maps the page. */
  public DomainUnmapAgainstRead() {
    DmaWorld.map(page, frame).orThrow();
  }

  /** Reads until it faults. */
  @Actor
  public void read(II_Result r) {
    boolean before = DmaWorld.deviceRead(DmaWorld.FIRST, page) == 7;
    meeting.begun();
    for (int i = 0; i < World.MOST_TRIES && r.r1 == 0; i++) {
      boolean late = meeting.hasReturned();
      int value = DmaWorld.deviceRead(DmaWorld.FIRST, page);
      if (value == DmaWorld.FAULT) {
        r.r1 = DmaWorld.deviceRead(DmaWorld.FIRST, page) == DmaWorld.FAULT ? 0 : 3;
        r.r2 = before ? 1 : 0;
        break;
      }
      r.r1 = late ? 2 : value == 7 ? 0 : 1;
    }
  }

  /** Unmaps. */
  @Actor
  public void unmap() {
    meeting.awaitBegun();
    DmaWorld.DOMAIN.unmap(page, 1).orThrow();
    meeting.callReturned();
  }

  /** Ends the state. */
  @Arbiter
  public void end(II_Result r) {
    DmaWorld.free(frame);
  }
}
