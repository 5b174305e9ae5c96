package dev.mapwright.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.core.memory.MemoryObject;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two CPUs count in the halves of one word by compare-and-swap, and one of them first makes the
 * page its own by faulting. Nothing is lost in either half.
 */
@JCStressTest
@Outcome(id = "50, 50", expect = ACCEPTABLE, desc = "every count is there")
@Outcome(id = ".*", expect = FORBIDDEN, desc = "a count was lost")
@State
public class SwapAgainstSwap {
  private static final int COUNTS = 50;

  private final MemoryObject object = World.object(0);
  private final long page = World.newPage();

  /** Maps the page, which nobody has touched. */
  public SwapAgainstSwap() {
    World.map(object, page);
  }

  private void count(Cpu cpu, long address) {
    for (int i = 0; i < COUNTS; i++) {
      long there;
      long seen = cpu.load(address, 4);
      while ((there = cpu.compareAndSwap(address, 4, seen, seen + 1)) != seen) {
        seen = there;
      }
    }
  }

  /** Counts in the low half. */
  @Actor
  public void low() {
    count(World.FIRST, Pages.address(page));
  }

  /** Counts in the high half. */
  @Actor
  public void high() {
    count(World.SECOND, Pages.address(page) + 4);
  }

  /** Reads both and ends the state. */
  @Arbiter
  public void end(II_Result r) {
    long both = World.readWord(object);
    r.r1 = (int) both;
    r.r2 = (int) (both >>> 32);
    World.unmap(page);
    object.release();
  }
}
