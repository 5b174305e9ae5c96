package dev.mapwright.core.lock;

import dev.mapwright.core.event.Callbacks;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A lock of the engine, which knows its place in the order of all locks.
 *
 * <p><b>The order.</b> A space's lock ({@link Rank#SPACE}), then that of a reservation ({@link
 * Rank#RESERVATION}, see {@link ReservationLock}), then an object family's ({@link Rank#FAMILY}),
 * then what takes no further lock: a translation's, that of carried dirty bits, the frame
 * allocator's, the census'. A thread holds at most one lock of a rank at a time. While assertions
 * are on, as in every test, {@link LockOrder} checks each taking.
 *
 * <p><b>Callbacks.</b> A thread that is inside somebody's callback is refused here. Callbacks under
 * a family's lock are noted in {@link Callbacks}, since no space may be locked either; one under a
 * space's lock may ask objects, so the lock itself notes it, which allocates nothing. An operation
 * of a face ends with {@link #leave}, which passes on what callbacks threw; the engine inside of
 * one ends with {@link #unlock}.
 */
@SuppressWarnings("serial") // nobody writes it anywhere
public final class EngineLock extends ReentrantLock {
  /** The ranks, in the order in which locks are taken. */
  public enum Rank {
    /** An address space's. */
    SPACE,
    /** That of a reservation in a space. */
    RESERVATION,
    /** An object's with all its relatives. */
    FAMILY
  }

  private static final AtomicLong NUMBERS = new AtomicLong();

  private final transient Rank rank;

  /** Different for every lock, from 1 on. */
  private final transient long number = NUMBERS.incrementAndGet();

  private final transient Callbacks callbacks;

  /** The callback that the holder is in, for a space's lock; null for none. Guarded by itself. */
  private transient @Nullable String inCallback;

  /** Makes a lock that nobody holds. */
  public EngineLock(Rank rank, Callbacks callbacks) {
    this.rank = rank;
    this.callbacks = callbacks;
  }

  /** The current thread, which holds this lock, goes into a callback. */
  public void beginCallback(String what) {
    if (rank == Rank.SPACE) {
      inCallback = what;
    } else {
      callbacks.begin(what, rank.ordinal());
    }
  }

  /** The current thread has come out of the callback. */
  public void endCallback() {
    if (rank == Rank.SPACE) {
      inCallback = null;
    } else {
      callbacks.end();
    }
  }

  /** A number that no other lock has, from 1 on. */
  public long number() {
    return number;
  }

  /**
   * Refuses a call that needs the lock of something inside, a reservation, from a callback of the
   * thread that holds this one.
   *
   * @throws IllegalStateException when the current thread is in one
   */
  void refuseCallbacks() {
    String what = inCallback; // what others write does not matter: they are not the holder
    if (what != null && isHeldByCurrentThread()) {
      throw new IllegalStateException(what + " must not call the space that asks it");
    }
  }

  /** The register of callbacks of the machine that the lock belongs to. */
  public Callbacks callbacks() {
    return callbacks;
  }

  @Override
  public void lock() {
    callbacks.refuseCalls(rank.ordinal());
    if (rank == Rank.SPACE) {
      callbacks.refuseSourceOf(number);
    }
    assert LockOrder.allows(this, rank.ordinal(), callbacks);
    super.lock();
    if (inCallback != null) {
      String what = inCallback;
      super.unlock();
      throw new IllegalStateException(what + " must not call the space that asks it");
    }
    assert LockOrder.taken(this, rank.ordinal(), callbacks);
  }

  @Override
  public void unlock() {
    assert LockOrder.released(this);
    super.unlock();
  }

  /** Ends an operation of a face: unlocks, then throws what callbacks threw meanwhile. */
  public void leave() {
    unlock();
    if (callbacks.anything() && !isHeldByCurrentThread()) {
      callbacks.passOn();
    }
  }
}
