package dev.mapwright.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.mapwright.core.memory.ChildKind;
import dev.mapwright.core.memory.MemoryObject;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A snapshot is taken while growing numbers are stored. It shows one of them and never changes
 * again, and no store is lost.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "taken between two stores")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "taken before or after all stores")
@Outcome(id = "1, .", expect = FORBIDDEN, desc = "the snapshot changed")
@Outcome(id = "2, .", expect = FORBIDDEN, desc = "the snapshot shows what was never there")
@Outcome(id = "3, .", expect = FORBIDDEN, desc = "a store was lost")
@State
public class SnapshotAgainstStore {
  private final MemoryObject object = World.object(7);
  private final long page = World.newPage();
  private final Meeting meeting = new Meeting();
  private int last = 7;
  private int seen;
  private @Nullable MemoryObject snapshot;

  /** Maps the page. */
  public SnapshotAgainstStore() {
    World.map(object, page);
  }

  /** Stores until the snapshot was taken, and once more. */
  @Actor
  public void store() {
    World.FIRST.enter();
    boolean late = false;
    for (int i = 0; i < World.MOST_TRIES && !late; i++) {
      late = meeting.hasReturned();
      World.store(World.FIRST, page, 0, 8 + i);
      last = 8 + i;
      meeting.begun();
    }
    World.FIRST.exit();
  }

  /** Takes a snapshot and reads it. */
  @Actor
  public void take() {
    meeting.awaitBegun();
    MemoryObject taken = object.child(ChildKind.SNAPSHOT, 0, 1).get();
    seen = World.read(taken);
    snapshot = taken;
    meeting.callReturned();
  }

  /** Reads both again and ends the state. */
  @Arbiter
  public void end(II_Result r) {
    MemoryObject taken = snapshot;
    if (taken != null) {
      r.r1 = World.read(taken) != seen ? 1 : seen < 7 || seen > last ? 2 : 0;
      taken.release();
    }
    r.r2 = seen > 7 && seen < last ? 1 : 0;
    if (World.read(object) != last) {
      r.r1 = 3;
    }
    World.unmap(page);
    object.release();
  }
}
