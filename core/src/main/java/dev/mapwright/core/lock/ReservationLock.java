package dev.mapwright.core.lock;

import dev.mapwright.core.event.Callbacks;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * The lock of a reservation: held for as long as a few entries are written, taken on every mapping,
 * nearly always by one thread. So it is taken by one compare-and-swap and let go by one store with
 * release; who has to wait spins a little and then sleeps in short naps, for a source of frames may
 * take its time. It is not taken twice by the same thread. On a machine of one thread it is a mark.
 *
 * <p>It knows its holder, and a source of frames is marked in {@link Callbacks} while it is asked;
 * so a source that calls its own reservation or space, or another reservation there, is refused.
 * Its place among the other locks is said at {@link EngineLock}.
 */
public final class ReservationLock {
  private static final VarHandle HELD;

  static {
    try {
      HELD = MethodHandles.lookup().findVarHandle(ReservationLock.class, "held", long.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private static final int RANK = EngineLock.Rank.RESERVATION.ordinal();
  private static final int SPINS = 100;
  private static final int YIELDS = 10;
  private static final long NAP_NANOS = 20_000;

  private final EngineLock spaceLock;

  /** The number of the space's lock. */
  private final long space;

  private final Callbacks callbacks;
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

  /** The place of the holder's mark. Guarded by the lock itself. */
  private long place;

  /** While a source is asked: the space of the source around it. Guarded by the lock itself. */
  private long around;

  @SuppressWarnings("unused")
  private long behind1, behind2, behind3, behind4, behind5, behind6, behind7;

  /** Makes a lock that nobody holds, of a reservation in a space. */
  public ReservationLock(EngineLock space, boolean concurrent) {
    spaceLock = space;
    this.space = space.number();
    this.callbacks = space.callbacks();
    callbacks.prepareSources();
    this.concurrent = concurrent;
  }

  /**
   * Takes it.
   *
   * @throws IllegalStateException from within a callback of the same space
   */
  public void lock() {
    long current = Thread.currentThread().threadId();
    if (holder == current) {
      throw new IllegalStateException(
          Callbacks.SOURCE + " must not call the reservation that asks it");
    }
    callbacks.refuseCalls(RANK);
    int mine = callbacks.markPlace();
    if (callbacks.markAt(mine) == space) {
      throw Callbacks.calledFromSource();
    }
    spaceLock.refuseCallbacks();
    assert LockOrder.allows(this, RANK, callbacks);
    if (concurrent && !HELD.compareAndSet(this, 0L, 1L)) {
      await();
    }
    holder = current;
    place = mine;
    assert LockOrder.taken(this, RANK, callbacks);
  }

  @SuppressWarnings("ThreadPriorityCheck")
  private void await() {
    boolean interrupted = false;
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
        LockSupport.parkNanos(this, NAP_NANOS);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets it go. */
  public void unlock() {
    assert LockOrder.released(this);
    holder = 0;
    if (concurrent) {
      HELD.setRelease(this, 0L);
    }
  }

  /** Ends an operation of a face: unlocks, then throws what callbacks threw meanwhile. */
  public void leave() {
    unlock();
    if (callbacks.anything()) {
      callbacks.passOn();
    }
  }

  /** The holder asks a source of frames. */
  public void beginSource() {
    around = callbacks.markAt((int) place);
    callbacks.mark((int) place, space);
  }

  /** The source has answered. */
  public void endSource() {
    callbacks.mark((int) place, around);
  }
}
