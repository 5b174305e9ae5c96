package dev.mapwright.sim.quiescence;

import dev.mapwright.sim.memory.ThreadGuard;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who caches and uses translations without a lock (a CPU, a device's port), as those see
 * him who remove them: he is inside or outside, has mail, and can be waited for. What the mail says
 * and what he does about it is the subclass's.
 *
 * <p><b>The two parties.</b> The <em>driver</em> is the thread that makes the accesses. It is
 * <em>inside</em> while it may hold a translation that it has not used yet. A <em>remover</em> is
 * any thread that takes entries out of tables, or ends what leads to them.
 *
 * <p><b>The remover</b>, in this order: (1) writes the tables; (2) full fence; (3) reads who uses
 * them, and posts to each one what is to be forgotten ({@link #mailPosted}); (4) full fence; (5)
 * waits for each one until he is outside, or has emptied his mailbox since ({@link
 * #awaitQuiescence}).
 *
 * <p><b>The driver</b> going inside ({@link #enterInside}): (b) sets {@link #state}; (c) full
 * fence; (d) reads {@link #pending} and, if set, empties the mailbox, forgets, and acknowledges.
 * Inside it looks for mail before it uses what it remembers. Going outside it writes {@link #state}
 * with release.
 *
 * <p><b>Why that suffices.</b> If the remover at (5) sees the driver outside, then by the fences
 * (b)(c)(d) against (3)(4)(5) the driver, when it goes inside, sees {@link #pending}; and its walks
 * see the tables as of (1). The release in going outside puts its earlier accesses before. If it
 * sees the driver inside, it waits for an acknowledgement, which the driver gives between two
 * accesses.
 *
 * <p><b>Who is not waited for.</b> The remover's own thread, if it drives: it empties the mailbox
 * before its next access. And a driver that is blocked or parked, for example in a lock that the
 * remover holds: it is not between a look-up and its use, for nothing blocks there, and when it
 * goes on it finds its mail. It has to be seen blocked twice with time in between, so that what the
 * remover wrote has reached it by then. It is seen so because a remover that waits parks, also when
 * it was interrupted. And what is seen is the thread that went inside: so nobody else may make
 * accesses until it is outside again.
 *
 * <p>On a single-threaded machine nobody is inside, and nothing is waited for.
 */
// Threads are compared by identity; `state` is written through its handle only; `posted` is only
// written under the mailbox's monitor.
@SuppressWarnings({"ReferenceEquality", "UnusedVariable", "NonAtomicVolatileUpdate"})
public abstract class Quiescent {
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Quiescent.class, "state", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private static final int OUTSIDE = 0;
  private static final int INSIDE = 1;
  private static final int SPINS = 200;
  private static final int YIELDS = 20;
  private static final long PARK_NANOS = 20_000;

  protected final ThreadGuard guard;
  protected final boolean concurrent;

  /** OUTSIDE or INSIDE; written by the driver. */
  private volatile int state = OUTSIDE;

  /** The thread that went inside last; null before. */
  private volatile @Nullable Thread driver;

  // The next three are written under the monitor of the subclass's mailbox.

  private volatile boolean pending;
  private volatile long posted;
  private volatile long acknowledged;

  protected Quiescent(ThreadGuard guard) {
    this.guard = guard;
    this.concurrent = guard.concurrent();
  }

  // ---- the driver

  /** Notes that the calling thread is the driver. */
  protected final void driveFromHere() {
    Thread current = Thread.currentThread();
    if (driver != current) {
      driver = current;
    }
  }

  /** What is open belongs to the thread that removers look at. */
  protected final void requireDriver() {
    if (driver != Thread.currentThread()) {
      throw new IllegalStateException(
          "a bracket or an access is open, and belongs to another thread");
    }
  }

  /** Whether the calling thread is the one that went inside last. */
  protected final boolean drivenFromHere() {
    return driver == Thread.currentThread();
  }

  /** Goes inside; whether there is mail, which the caller has to empty then. */
  protected final boolean enterInside() {
    STATE.setOpaque(this, INSIDE);
    VarHandle.fullFence();
    return pending;
  }

  /** Goes outside. */
  protected final void leaveInside() {
    STATE.setRelease(this, OUTSIDE);
  }

  /** Whether there is mail. */
  public final boolean anythingPending() {
    return pending;
  }

  /** What was in the mailbox has been carried out; the caller has its monitor. */
  protected final void mailEmptied() {
    pending = false;
    acknowledged = posted;
  }

  // ---- removers

  /** Something was put into the mailbox, whose monitor the caller has. */
  protected final void mailPosted() {
    posted = posted + 1;
    pending = true;
    VarHandle.fullFence();
  }

  /**
   * Waits until everything that was posted before has been taken note of, and the accesses that
   * were under way have ended. Called after a full fence.
   */
  public final void awaitQuiescence() {
    if (!concurrent) {
      return;
    }
    if (await(posted)) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Waits for an acknowledgement; true when the calling thread was interrupted meanwhile. An
   * interrupted thread does not park, and is seen running by others that wait for it.
   */
  @SuppressWarnings("ThreadPriorityCheck")
  private boolean await(long ticket) {
    boolean interrupted = false;
    int rounds = 0;
    int timesBlocked = 0;
    while ((int) STATE.getAcquire(this) == INSIDE && acknowledged - ticket < 0) {
      Thread thread = driver;
      if (thread == Thread.currentThread()) {
        return interrupted;
      }
      rounds++;
      if (rounds <= SPINS) {
        Thread.onSpinWait();
      } else if (rounds <= SPINS + YIELDS) {
        Thread.yield();
      } else {
        timesBlocked = blocked(thread) ? timesBlocked + 1 : 0;
        if (timesBlocked > 1) {
          return interrupted;
        }
        interrupted |= Thread.interrupted();
        LockSupport.parkNanos(PARK_NANOS);
      }
    }
    return interrupted;
  }

  private static boolean blocked(@Nullable Thread thread) {
    if (thread == null) {
      return false;
    }
    return switch (thread.getState()) {
      case BLOCKED, WAITING, TIMED_WAITING, TERMINATED -> true;
      case NEW, RUNNABLE -> false;
    };
  }
}
