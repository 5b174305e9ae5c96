package dev.mapwright.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.mapwright.core.Made;
import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.Lease;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A lease is opened while its page is unmapped: one of the two is refused. */
@JCStressTest
@Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "leased first")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "unmapped first")
@Outcome(id = ".*", expect = FORBIDDEN, desc = "both, or neither")
@State
public class LeaseAgainstUnmap {
  private final MemoryObject object = World.object(7);
  private final long page = World.newPage();
  private @Nullable Lease lease;

  /** Maps the page. */
  public LeaseAgainstUnmap() {
    World.map(object, page);
  }

  /** Opens a lease. */
  @Actor
  public void lease(II_Result r) {
    Made<Lease> made = World.SPACE.lease(page, 1, true);
    if (made.made() != null) {
      lease = made.get();
      r.r1 = 1;
    }
  }

  /** Unmaps, if it may. */
  @Actor
  public void unmap(II_Result r) {
    r.r2 = World.SPACE.root().unmap(page, 1) == dev.mapwright.core.Outcome.OK ? 1 : 0;
  }

  /** Ends the state. */
  @Arbiter
  public void end(II_Result r) {
    Lease opened = lease;
    if (opened != null) {
      opened.close();
      World.unmap(page);
    }
    object.release();
  }
}
