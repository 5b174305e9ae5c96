package dev.mapwright.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.mapwright.core.memory.MemoryObject;
import dev.mapwright.core.space.SpaceSnapshot;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A snapshot of a space is taken while mappings in two parts are unmapped by one call. Going back
 * to it brings both or none.
 */
@JCStressTest
@Outcome(id = "3, 2", expect = ACCEPTABLE, desc = "taken before")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "taken after")
@Outcome(id = ".*", expect = FORBIDDEN, desc = "taken in the middle")
@State
public class SpaceSnapshotAgainstUnmapAcross {
  private final MemoryObject object = World.object(0);
  private final DividedSpace divided = new DividedSpace();
  private @Nullable SpaceSnapshot snapshot;

  /** Maps both sides of the border. */
  public SpaceSnapshotAgainstUnmapAcross() {
    divided.mapBothSides(object);
  }

  /** Takes the snapshot. */
  @Actor
  public void take() {
    snapshot = divided.space.snapshot().get();
  }

  /** Unmaps both. */
  @Actor
  public void unmap() {
    divided.unmapAcross();
  }

  /** Goes back to the snapshot, looks, and ends the state. */
  @Arbiter
  public void end(II_Result r) {
    SpaceSnapshot taken = snapshot;
    if (taken == null) {
      r.r1 = -1;
    } else {
      taken.restore().orThrow();
      taken.close();
      r.r1 = divided.sides();
      r.r2 = divided.space.mappings();
    }
    divided.close();
    object.release();
  }
}
