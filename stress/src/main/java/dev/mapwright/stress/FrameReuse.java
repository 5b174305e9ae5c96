package dev.mapwright.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.MemoryObject;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A page is unmapped and its frame freed, handed out again and cleared, while it is stored to. No
 * store may land in the frame once it belongs to somebody else.
 */
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the frame was reused and stayed clear")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the actors did not meet, or no reuse")
@Outcome(id = "1, .", expect = FORBIDDEN, desc = "a store landed in a reused frame")
@State
public class FrameReuse {
  private static final int MOST_FRAMES = 64;
  private static final int WORDS = 8;

  private final MemoryObject object = World.object(7);
  private final long page = World.newPage();
  private final long pfn = object.frameOf(0);
  private final Meeting meeting = new Meeting();
  private boolean reused;
  private boolean stored;

  /** Maps the page. */
  public FrameReuse() {
    World.map(object, page);
  }

  /** Stores until it faults. */
  @Actor
  public void store() {
    World.FIRST.enter();
    for (int i = 0; i < World.MOST_TRIES; i++) {
      if (World.store(World.FIRST, page, i & WORDS - 1, -1) == 0) {
        break;
      }
      stored = true;
      meeting.begun();
    }
    World.FIRST.exit();
  }

  /** Unmaps, frees, and takes frames until the same one comes again. */
  @Actor
  public void reuse() {
    meeting.awaitBegun();
    World.unmap(page);
    object.decommit(0, 1).orThrow();
    Frames frames = World.MACHINE.frames();
    long[] others = new long[MOST_FRAMES];
    int taken = 0;
    while (!reused && taken < MOST_FRAMES) {
      long frame = frames.allocate(FrameOwner.POOL, 0);
      reused = frame == pfn;
      if (!reused) {
        others[taken++] = frame;
      }
    }
    for (int i = 0; i < taken; i++) {
      frames.free(others[i]);
    }
  }

  /** Looks whether the frame is clear, and ends the state. */
  @Arbiter
  public void end(II_Result r) {
    r.r2 = reused && stored ? 1 : 0;
    if (reused) {
      for (int word = 0; word < WORDS; word++) {
        r.r1 |= World.MACHINE.memory().readLong(Pages.address(pfn) + 8L * word) == 0 ? 0 : 1;
      }
      World.MACHINE.frames().free(pfn);
    }
    object.release();
  }
}
