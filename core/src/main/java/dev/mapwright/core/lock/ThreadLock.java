package dev.mapwright.core.lock;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * What every lock of the engine is beneath its rules: one thread holds it. It is held for short
 * work and nearly always found free, so it is taken by one compare-and-swap and let go by one store
 * with release. That is all that letting go does, so nobody is woken: who has to wait looks again
 * and again, spins a little, lets others run, then sleeps in naps, for somebody's callback may take
 * its time. On a machine of one thread it is a mark.
 *
 * <p><b>What is published.</b> The compare-and-swap is a full fence; what the holder wrote is seen
 * by whoever takes the lock next. A store before letting go may still be on its way when a load
 * behind it is carried out; where that matters (who is made to forget a translation), the fence
 * stands there, not here.
 */
abstract class ThreadLock {
  private static final VarHandle HELD;

  static {
    try {
      HELD = MethodHandles.lookup().findVarHandle(ThreadLock.class, "held", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private static final int SPINS = 100;
  private static final int YIELDS = 10;
  private static final long SHORTEST_NAP_NANOS = 20_000;
  private static final long LONGEST_NAP_NANOS = 500_000;

  private final boolean concurrent;

  // What is written with each taking stands between lines that hold nothing: two threads that take
  // two locks share none, wherever the collector has put them.

  @SuppressWarnings("unused")
  private long before1, before2, before3, before4, before5, before6, before7;

  /** 1 while it is held; through the handle. */
  @SuppressWarnings("unused")
  private long held;

  /**
   * The number of the thread that holds it, 0 for none; written by the holder only, so whoever
   * finds itself here is right. No reference, of whose changes the collector would have to be told.
   */
  private long holder;

  @SuppressWarnings("unused")
  private long behind1, behind2, behind3, behind4, behind5, behind6;

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

  /** Takes it for the current thread, which does not hold it. */
  final void take(long thread) {
    if (concurrent && !HELD.compareAndSet(this, 0L, 1L)) {
      await();
    }
    holder = thread;
  }

  @SuppressWarnings("ThreadPriorityCheck")
  private void await() {
    boolean interrupted = false;
    long nap = SHORTEST_NAP_NANOS;
    for (int round = 0; ; round++) {
      if ((long) HELD.getOpaque(this) == 0 && HELD.compareAndSet(this, 0L, 1L)) {
        break;
      }
      if (round < SPINS) {
        Thread.onSpinWait();
      } else if (round < SPINS + YIELDS) {
        Thread.yield();
      } else {
        interrupted |= Thread.interrupted(); // an interrupted thread does not sleep
        LockSupport.parkNanos(this, nap);
        nap = Math.min(2 * nap, LONGEST_NAP_NANOS);
        round = 0;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets it go; the current thread holds it. */
  final void letGo() {
    holder = 0;
    if (concurrent) {
      HELD.setRelease(this, 0L);
    }
  }
}
