package dev.mapwright.proof.zircon.hostile;

import com.sun.management.ThreadMXBean;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.failure.FailurePoints;
import dev.mapwright.proof.SplitMix;
import dev.mapwright.zircon.abi.MxStatus;
import dev.mapwright.zircon.answer.Condition;
import dev.mapwright.zircon.answer.Routine;
import dev.mapwright.zircon.answer.VmarUnmapHandleCloseThreadExit;
import dev.mapwright.zircon.call.MxCalls;
import dev.mapwright.zircon.call.MxContext;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One sequence of hostile calls on a machine of its own. A step's random numbers come from the
 * sequence's seed and the step's number alone, so that any part of the steps is a sequence too.
 */
final class HostileRun {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final Routine[] ROUTINES = Routine.values();

  /** Without these nothing is there for the others. */
  private static final Routine[] MAKERS = {
    Routine.VMAR_ALLOCATE, Routine.VMAR_MAP, Routine.VMAR_MAP, Routine.VMO_CREATE, Routine.VMO_CLONE
  };

  /** How often everything is checked; in short sequences after every step. */
  private static final int VERIFY_EVERY = 500;

  private static final int SHORT = 200;

  /** In how many of 100 calls memory runs out half-way. */
  private static final int STARVED_PERCENT = 10;

  /** More heap than any call needs on a machine this small. */
  private static final long MOST_BYTES_A_CALL = 2 << 20;

  /** A call cannot acquire more often than there are frames, times what goes with each. */
  private static final long ACQUISITIONS_A_FRAME = 4;

  private static final long MOST_ACQUISITIONS_BESIDES = 1000;

  private final long seed;
  private final HostileTally tally;
  private final @Nullable List<String> trace;
  private final Stage stage;

  /** How much the last call acquired: frames, tables, records, nodes. */
  private long acquired;

  private HostileRun(long seed, HostileTally tally, @Nullable List<String> trace) {
    this.seed = seed;
    this.tally = tally;
    this.trace = trace;
    this.stage = new Stage(seed);
  }

  /**
   * Runs the steps; what went wrong, or null. The list of lines gets the calls when there is one.
   */
  static @Nullable Throwable run(
      long seed, List<Integer> steps, HostileTally tally, @Nullable List<String> trace) {
    HostileRun run = new HostileRun(seed, tally, trace);
    try (Stage stage = run.stage) {
      int verifyEvery = steps.size() <= SHORT ? 1 : VERIFY_EVERY;
      int done = 0;
      for (int step : steps) {
        run.step(step);
        if (++done % verifyEvery == 0) {
          stage.verify();
        }
      }
      stage.end();
      return null;
    } catch (Throwable e) { // an Error out of a call is as bad as any other exception
      return e;
    }
  }

  /** The heap in use after some steps on a machine, and after many more on the same one. */
  static Growth growth(long seed, int few, int many) {
    HostileRun run = new HostileRun(seed, new HostileTally(), null);
    try (Stage stage = run.stage) {
      long before = 0;
      for (int step = 0; step < many; step++) {
        if (step == few) {
          before = heapInUse();
        }
        run.step(step);
      }
      long after = heapInUse();
      stage.end();
      return new Growth(before, after);
    }
  }

  private static long heapInUse() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** Bytes of heap in use, earlier and later. */
  record Growth(long before, long after) {}

  private void step(int number) {
    SplitMix random = new SplitMix(seed * 0x9e3779b97f4a7c15L + number);
    random.next();
    Actor actor = stage.actor(random);
    if (actor == null) {
      return;
    }
    int thread = random.below(actor.threads.size());
    MxContext c = actor.threads.get(thread);
    StringBuilder line = trace == null ? null : new StringBuilder();
    Arguments arguments = new Arguments(random, actor, stage.ramPages, line);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      act(c, arguments, line);
    } finally {
      if (trace != null) {
        trace.add("  %d: thread %d of %s: %s".formatted(number, thread, actor.process, line));
      }
    }
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    tally.spent(bytes, acquired);
    if (trace == null && bytes > MOST_BYTES_A_CALL) {
      throw new Misbehaviour("a call allocated " + bytes + " bytes");
    }
    if (acquired > ACQUISITIONS_A_FRAME * stage.ramPages + MOST_ACQUISITIONS_BESIDES) {
      throw new Misbehaviour("a call acquired " + acquired + " times");
    }
    acquired = 0;
  }

  private void act(MxContext c, Arguments arguments, @Nullable StringBuilder line) {
    int what = arguments.random.below(1000);
    if (what < 960) {
      Routine routine = routine(arguments.random);
      if (line != null) {
        line.append(routine.documentedName());
      }
      call(routine, what < 860, c, arguments, line);
    } else if (what < 998) {
      if (line != null) {
        line.append("an access");
      }
      access(c, arguments);
    } else {
      if (line != null) {
        line.append("mx_process_exit");
      }
      exit(c);
    }
  }

  /** Acquisitions of the call to come are counted, and at times one of them fails. */
  private void arm(SplitMix random, @Nullable StringBuilder line) {
    FailurePoints failures = stage.machine.failures();
    if (!random.chance(STARVED_PERCENT)) {
      failures.countOnly();
      return;
    }
    int nth = 1 + random.below(12);
    failures.failNth(nth);
    if (line != null) {
      line.append(" (acquisition ").append(nth).append(" fails)");
    }
  }

  private static Routine routine(SplitMix random) {
    if (random.chance(30)) {
      return MAKERS[random.below(MAKERS.length)];
    }
    Routine routine = ROUTINES[random.below(ROUTINES.length)];
    boolean ends = routine == Routine.VMAR_UNMAP_HANDLE_CLOSE_THREAD_EXIT;
    return ends && random.chance(70) ? Routine.VMAR_PROTECT : routine;
  }

  private void call(
      Routine routine,
      boolean pointers,
      MxContext c,
      Arguments arguments,
      @Nullable StringBuilder line) {
    boolean gone = c.state() != MxContext.State.RUNNING || c.process().ended();
    arm(arguments.random, line);
    int status;
    try {
      status =
          pointers
              ? HostileCalls.make(routine, c, arguments)
              : HostileCalls.makeWithoutPointers(routine, c, arguments);
    } catch (IllegalStateException e) {
      if (gone) {
        return; // documented: such a caller does not exist
      }
      throw e;
    } finally {
      acquired = stage.machine.failures().asked();
      stage.machine.failures().off();
    }
    if (line != null) {
      line.append(" -> ").append(MxStatus.name(status));
    }
    if (gone) {
      throw new Misbehaviour("a thread that is gone made a call: " + routine);
    }
    tally.count(status == MxStatus.MX_OK ? success(routine, c) : refusal(routine, c, status));
    if (status == MxStatus.MX_OK) {
      arguments.actor.remember(c, arguments);
    }
  }

  /** The documented answer that a success is; a thread must be gone when it asked for it. */
  private static Condition success(Routine routine, MxContext c) {
    boolean asked = routine == Routine.VMAR_UNMAP_HANDLE_CLOSE_THREAD_EXIT;
    if (asked != (c.state() != MxContext.State.RUNNING)) {
      throw new Misbehaviour(routine.documentedName() + " left its thread " + c.state());
    }
    return c.state() == MxContext.State.TRAPPED
        ? VmarUnmapHandleCloseThreadExit.TRAPPED
        : routine.conditions().getFirst();
  }

  /** The documented answer that a refusal must be. */
  private static Condition refusal(Routine routine, MxContext c, int status) {
    Condition why = c.lastRefusal().condition();
    if (why == null || why.routine() != routine || why.status() != status) {
      throw new Misbehaviour(
          "%s answered %s, the reason given is %s"
              .formatted(routine.documentedName(), MxStatus.name(status), c.lastRefusal()));
    }
    return why;
  }

  /** A thread touches memory, so that mappings have something in them. */
  private static void access(MxContext c, Arguments arguments) {
    SplitMix random = arguments.random;
    long address = random.chance(90) ? arguments.somewhereMapped() : HostileNumbers.any(random);
    int bytes = 1 << random.below(4);
    try {
      switch (random.below(3)) {
        case 0 -> c.cpu().load(address, bytes);
        case 1 -> c.cpu().store(address, bytes, random.next());
        default -> c.cpu().fetch(address, bytes);
      }
    } catch (MemoryFault fault) {
      // As it should.
    }
  }

  private static void exit(MxContext c) {
    boolean gone = c.state() != MxContext.State.RUNNING || c.process().ended();
    try {
      MxCalls.mxProcessExit(c, 1);
    } catch (IllegalStateException e) {
      if (!gone) {
        throw e;
      }
    }
  }

  /** All steps from 0 on. */
  static List<Integer> steps(int count) {
    List<Integer> steps = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      steps.add(i);
    }
    return steps;
  }
}
