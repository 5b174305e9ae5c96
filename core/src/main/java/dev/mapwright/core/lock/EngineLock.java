package dev.mapwright.core.lock;

import dev.mapwright.core.event.Callbacks;
import java.util.concurrent.atomic.AtomicLong;

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
public final class EngineLock extends ThreadLock {
  /** The ranks, in the order in which locks are taken. */
  public enum Rank {
    /** An address space's. */
    SPACE,
    /** That of a reservation in a space. */
    RESERVATION,
    /** An object's with all its relatives. */
    FAMILY
  }

  /** What is called back while such a lock is held. */
  public enum Callback {
    /** Told which frames are to be shown. */
    SOURCE_OF_FRAMES(Callbacks.SOURCE),
    /** Changes the tags of mappings. */
    CHANGE_OF_TAGS("a change of tags"),
    /** Fills pages. */
    PAGE_SOURCE("a page source"),
    /** Keeps pages that were put out. */
    PAGE_STORE("a page store");

    private final String what;

    Callback(String what) {
      this.what = what;
    }

    private static final Callback[] ALL = values();
  }

  private static final AtomicLong NUMBERS = new AtomicLong();

  /**
   * Whether there ever was a reservation with a lock of its own inside; then one of its sources may
   * call here. Set before the first one is asked.
   */
  private volatile boolean reservable;

  /** No callback. */
  private static final int NONE = -1;

  private final Rank rank;

  /** Different for every lock, from 1 on. */
  private final long number = NUMBERS.incrementAndGet();

  private final Callbacks callbacks;

  /**
   * The callback that the holder is in, for a space's lock: its ordinal. No reference, of whose
   * changes the collector would have to be told. Guarded by itself.
   */
  private int inCallback = NONE;

  /** How often the holder has taken it. Guarded by itself. */
  private int depth;

  /** Makes a lock that nobody holds. */
  public EngineLock(Rank rank, Callbacks callbacks, boolean concurrent) {
    super(concurrent);
    this.rank = rank;
    this.callbacks = callbacks;
  }

  /** The current thread, which holds this lock, goes into a callback. */
  public void beginCallback(Callback callback) {
    if (rank == Rank.SPACE) {
      inCallback = callback.ordinal();
    } else {
      callbacks.begin(callback.what, rank.ordinal());
    }
  }

  /** The current thread has come out of the callback. */
  public void endCallback() {
    if (rank == Rank.SPACE) {
      inCallback = NONE;
    } else {
      callbacks.end();
    }
  }

  /** Something inside gets a lock of its own. */
  void makeReservable() {
    callbacks.prepareSources();
    reservable = true;
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
    int callback = inCallback; // what others write does not matter: they are not the holder
    if (callback != NONE && isHeldByCurrentThread()) {
      throw refusal(callback);
    }
  }

  private static IllegalStateException refusal(int callback) {
    return new IllegalStateException(
        Callback.ALL[callback].what + " must not call the space that asks it");
  }

  /** The register of callbacks of the machine that the lock belongs to. */
  public Callbacks callbacks() {
    return callbacks;
  }

  /**
   * Takes it, once more where the current thread holds it.
   *
   * @throws IllegalStateException from within a callback that must not
   */
  public void lock() {
    callbacks.refuseCalls(rank.ordinal());
    if (reservable) {
      callbacks.refuseSourceOf(number);
    }
    assert LockOrder.allows(this, rank.ordinal(), callbacks);
    long current = Thread.currentThread().threadId();
    if (!heldBy(current)) {
      take(current);
    } else if (inCallback != NONE) {
      throw refusal(inCallback);
    }
    depth++;
    assert LockOrder.taken(this, rank.ordinal(), callbacks);
  }

  /** Lets it go as often as it was taken. */
  public void unlock() {
    assert LockOrder.released(this);
    if (!isHeldByCurrentThread()) {
      throw new IllegalMonitorStateException("a lock is let go that its thread does not hold");
    }
    depth--;
    if (depth == 0) {
      letGo();
    }
  }

  /** Ends an operation of a face: unlocks, then throws what callbacks threw meanwhile. */
  public void leave() {
    unlock();
    if (callbacks.anything() && !isHeldByCurrentThread()) {
      callbacks.passOn();
    }
  }
}
