package dev.mapwright.core.lock;

import dev.mapwright.core.event.Callbacks;

/**
 * The lock of a reservation: held for as long as a few entries are written, taken on every mapping,
 * nearly always by one thread. It is not taken twice by the same thread.
 *
 * <p>It knows its holder, and a source of frames is marked in {@link Callbacks} while it is asked;
 * so a source that calls its own reservation or space, or another reservation there, is refused.
 * Its place among the other locks is said at {@link EngineLock}.
 */
public final class ReservationLock extends ThreadLock {
  private static final int RANK = EngineLock.Rank.RESERVATION.ordinal();

  private final EngineLock spaceLock;

  private final Callbacks callbacks;

  /** The place of the holder's mark. Guarded by the lock itself. */
  private long place;

  /** While a source is asked: the space of the source around it. Guarded by the lock itself. */
  private long around;

  /** With the references, a line behind what is written with each taking. */
  @SuppressWarnings("unused")
  private long far1, far2, far3, far4;

  /** Makes a lock that nobody holds, of a reservation in a space. */
  public ReservationLock(EngineLock space, boolean concurrent) {
    super(concurrent);
    spaceLock = space;
    this.callbacks = space.callbacks();
    space.makeReservable();
  }

  /**
   * Takes it.
   *
   * @throws IllegalStateException from within a callback of the same space
   */
  public void lock() {
    long current = Thread.currentThread().threadId();
    if (heldBy(current)) {
      throw new IllegalStateException(
          Callbacks.SOURCE + " must not call the reservation that asks it");
    }
    callbacks.refuseCalls(RANK);
    int mine = callbacks.markPlace();
    if (callbacks.markAt(mine) == spaceLock.number()) {
      throw Callbacks.calledFromSource();
    }
    spaceLock.refuseCallbacks();
    assert LockOrder.allows(this, RANK, 0, callbacks);
    take(current);
    place = mine;
    assert LockOrder.taken(this, RANK, 0, callbacks);
  }

  /** Lets it go. */
  public void unlock() {
    assert LockOrder.released(this);
    letGo();
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
    callbacks.mark((int) place, spaceLock.number());
  }

  /** The source has answered. */
  public void endSource() {
    callbacks.mark((int) place, around);
  }
}
