package dev.mapwright.core.lock;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * What every lock of the engine is beneath its rules: one thread holds it. It is held for short
 * work and nearly always found free, so it is taken by one compare-and-swap and let go by one store
 * with release. That is all that letting go does, so nobody is woken: who has to wait looks again
 * and again, spins a little, lets others run, then sleeps in naps, for somebody's callback may take
 * its time. On a machine of one thread it is a mark, and belongs to the thread that takes it first;
 * others are refused, since nothing would keep them apart.
 *
 * <p><b>Nobody starves.</b> Whoever lets it go and takes it again at once would be faster than all
 * who nap. So one who has napped in vain for a while says that he starves, and from then on whoever
 * comes newly stands back until he has had it.
 *
 * <p><b>Looking without it.</b> The word that is exchanged is odd while the lock is held and a
 * larger one each time. So who only wants to look reads it ({@link #glance}), reads what the lock
 * guards, and then asks whether it is what it was ({@link #unchangedSince}): if so, nobody held the
 * lock meanwhile. If not, what was read may be anything. Such a look writes nothing and waits for
 * nothing, so several of them overlap in the processor, and threads that look do not disturb each
 * other.
 *
 * <p><b>What is published.</b> The compare-and-swap is a full fence; what the holder wrote is seen
 * by whoever takes the lock next. A store before letting go may still be on its way when a load
 * behind it is carried out; where that matters (who is made to forget a translation), the fence
 * stands there, not here.
 */
abstract class ThreadLock {
  private static final VarHandle HELD;
  private static final VarHandle STARVING;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      HELD = lookup.findVarHandle(ThreadLock.class, "held", long.class);
      STARVING = lookup.findVarHandle(ThreadLock.class, "starving", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private static final int SPINS = 100;
  private static final int YIELDS = 10;
  private static final long SHORTEST_NAP_NANOS = 20_000;
  private static final long LONGEST_NAP_NANOS = 500_000;

  /** After so many naps one starves. */
  private static final int PATIENT_NAPS = 5;

  /** So often a newcomer looks whether somebody still starves. */
  private static final int BACK_STEPS = 100;

  private final boolean concurrent;

  // What is written with each taking stands between lines that hold nothing: two threads that take
  // two locks share none, wherever the collector has put them.

  @SuppressWarnings("unused")
  private long before1, before2, before3, before4, before5, before6, before7;

  /** Odd while it is held, more each time it is taken or let go; through the handle. */
  @SuppressWarnings("unused")
  private long held;

  /**
   * The number of the thread that holds it, 0 for none; written by the holder only, so whoever
   * finds itself here is right. No reference, of whose changes the collector would have to be told.
   */
  private long holder;

  /**
   * On a machine of one thread its number, 0 until it first took this; changed under the monitor.
   */
  private long only;

  /** How many starve; changed through the handle. Who reads an old value is only less polite. */
  private int starving;

  @SuppressWarnings("unused")
  private long behind1, behind2, behind3, behind4, behind5;

  /** One that nobody holds. */
  ThreadLock(boolean concurrent) {
    this.concurrent = concurrent;
  }

  /** Whether a thread, which is the current one, holds it. */
  final boolean heldBy(long thread) {
    return holder == thread;
  }

  /** {@return whether the current thread holds it} */
  public final boolean isHeldByCurrentThread() {
    return holder == Thread.currentThread().threadId();
  }

  /** Takes it for the current thread, which does not hold it; whether it had to wait. */
  final boolean take(long thread) {
    boolean waits = false;
    if (!concurrent) {
      if (only != thread) {
        claim(thread);
      }
    } else if (starving != 0 || !exchanged()) {
      waits = true;
      await();
    }
    holder = thread;
    return waits;
  }

  /** Takes it if nobody holds it. */
  private boolean exchanged() {
    long free = (long) HELD.getOpaque(this);
    if ((free & 1) != 0 || !HELD.compareAndSet(this, free, free + 1)) {
      return false;
    }
    VarHandle.storeStoreFence(); // who glances sees it taken before anything that its holder writes
    return true;
  }

  /**
   * Begins a look at what the lock guards without taking it.
   *
   * @return for {@link #unchangedSince}; odd when it can't be looked at now, or ever, since a
   *     machine of one thread notes nothing here
   */
  final long glance() {
    return concurrent ? (long) HELD.getAcquire(this) : 1;
  }

  /**
   * Ends a look.
   *
   * @param glance what {@link #glance} said, an even number
   * @return whether all that was read since belongs together, and was so when the look began
   */
  public final boolean unchangedSince(long glance) {
    VarHandle.acquireFence();
    return (long) HELD.getOpaque(this) == glance;
  }

  private synchronized void claim(long thread) {
    if (only != 0) {
      throw new IllegalStateException(
          "this machine was declared single-threaded; thread "
              + Thread.currentThread().getName()
              + " can't use what another one has used");
    }
    only = thread;
  }

  /** Whether more than one thread may ever want it. */
  final boolean isConcurrent() {
    return concurrent;
  }

  private void await() {
    boolean interrupted = false;
    for (int step = 0; step < BACK_STEPS && (int) STARVING.getOpaque(this) != 0; step++) {
      interrupted |= nap(SHORTEST_NAP_NANOS);
    }
    long napNanos = SHORTEST_NAP_NANOS;
    for (int naps = 0; !taken(); naps++) {
      if (naps == PATIENT_NAPS) {
        interrupted |= starve();
        break;
      }
      interrupted |= nap(napNanos);
      napNanos = Math.min(2 * napNanos, LONGEST_NAP_NANOS);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits while newcomers stand back; whether the thread was interrupted meanwhile. */
  private boolean starve() {
    boolean interrupted = false;
    STARVING.getAndAdd(this, 1);
    try {
      while (!taken()) {
        interrupted |= nap(SHORTEST_NAP_NANOS);
      }
    } finally {
      STARVING.getAndAdd(this, -1); // whatever ends the waiting: else everybody would be slow
    }
    return interrupted;
  }

  /** Tries to take it for as long as it takes a holder who is not interrupted in his short work. */
  @SuppressWarnings("ThreadPriorityCheck")
  private boolean taken() {
    for (int round = 0; round < SPINS + YIELDS; round++) {
      if (exchanged()) {
        return true;
      }
      if (round < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
    return false;
  }

  /** Sleeps a little; whether the thread was interrupted, for then it would not. */
  private boolean nap(long nanos) {
    boolean interrupted = Thread.interrupted();
    LockSupport.parkNanos(this, nanos);
    return interrupted;
  }

  /** Lets it go; the current thread holds it. */
  final void letGo() {
    holder = 0;
    if (concurrent) {
      HELD.setRelease(this, (long) HELD.getOpaque(this) + 1);
    }
  }
}
