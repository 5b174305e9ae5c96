package dev.mapwright.core.lock;

import dev.mapwright.core.event.Callbacks;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A lock of the engine, which knows its place in the order of all locks.
 *
 * <p><b>The order.</b> A space's lock ({@link Rank#SPACE}), then those of its parts by ascending
 * pages ({@link Rank#PART}), then that of a reservation ({@link Rank#RESERVATION}, see {@link
 * ReservationLock}), then an object family's ({@link Rank#FAMILY}), then what takes no further
 * lock: a translation's, that of carried dirty bits, the frame allocator's, the census'. A thread
 * holds at most one lock of a rank at a time, but for parts. While assertions are on, as in every
 * test, {@link LockOrder} checks each taking.
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
    /** That of a part of a space. */
    PART,
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
   * Whether there ever was something with a lock of its own inside, a reservation or a part; then a
   * source that it asks may call here. Set before the first one is asked.
   */
  private volatile boolean reservable;

  /** No callback. */
  private static final int NONE = -1;

  private final Rank rank;

  /** Different for every lock, from 1 on; but those of a space's parts have their space's. */
  private final long number;

  private final Callbacks callbacks;

  /** Where in its space the lock's part begins; of others nothing. */
  private long position;

  /**
   * The callback that the holder is in, for a space's lock: its ordinal. No reference, of whose
   * changes the collector would have to be told. Guarded by itself.
   */
  private int inCallback = NONE;

  /**
   * In a callback, where the mark is that says which space it must not call, and what it said
   * before. Only a space with other locks inside needs it. Guarded by itself.
   */
  private int markPlace = NONE;

  private long around;

  /** How often the holder has taken it. Guarded by itself. */
  private long depth;

  /** With the rest, a line behind what is written with each taking, as in what this extends. */
  @SuppressWarnings("unused")
  private long far1, far2, far3;

  /** Makes the lock of a part of a space, given the space's own. */
  public EngineLock(EngineLock space) {
    super(space.isConcurrent());
    this.rank = Rank.PART;
    this.callbacks = space.callbacks;
    this.number = space.number;
    this.reservable = true;
    space.makeReservable();
  }

  /** Makes a lock that nobody holds. */
  public EngineLock(Rank rank, Callbacks callbacks, boolean concurrent) {
    super(concurrent);
    this.rank = rank;
    this.callbacks = callbacks;
    this.number = NUMBERS.incrementAndGet();
  }

  /** The current thread, which holds this lock, goes into a callback. */
  public void beginCallback(Callback callback) {
    if (rank != Rank.FAMILY) {
      inCallback = callback.ordinal();
      if (reservable) {
        markPlace = callbacks.markPlace();
        around = callbacks.markAt(markPlace);
        callbacks.mark(markPlace, number);
      }
    } else {
      callbacks.begin(callback.what, rank.ordinal());
    }
  }

  /** The current thread has come out of the callback. */
  public void endCallback() {
    if (rank != Rank.FAMILY) {
      inCallback = NONE;
      if (markPlace != NONE) {
        callbacks.mark(markPlace, around);
        markPlace = NONE;
      }
    } else {
      callbacks.end();
    }
  }

  /** Something inside gets a lock of its own. */
  final void makeReservable() {
    callbacks.prepareSources();
    reservable = true;
  }

  /**
   * Says where in its space a part is. Locks of parts are taken in this order; both this one and
   * the space's are held, or nobody else knows this one.
   */
  public void moveTo(long firstPage) {
    position = firstPage;
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
   * @return whether somebody else held it
   * @throws IllegalStateException from within a callback that must not
   */
  public boolean lock() {
    callbacks.refuseCalls(rank.ordinal());
    if (reservable) {
      callbacks.refuseSourceOf(number);
    }
    assert LockOrder.allows(this, rank.ordinal(), position, callbacks);
    long current = Thread.currentThread().threadId();
    boolean waited = false;
    if (!heldBy(current)) {
      waited = take(current);
    } else if (inCallback != NONE) {
      throw refusal(inCallback);
    }
    depth++;
    assert LockOrder.taken(this, rank.ordinal(), position, callbacks);
    return waited;
  }

  /**
   * Begins a look without taking it, where it could be taken: refused as {@link #lock} is.
   *
   * @return for {@link #unchangedSince} if it is even; else the lock has to be taken
   * @throws IllegalStateException from within a callback that must not
   */
  public long lookWithout() {
    callbacks.refuseCalls(rank.ordinal());
    if (reservable) {
      callbacks.refuseSourceOf(number);
    }
    assert LockOrder.allows(this, rank.ordinal(), position, callbacks);
    return glance();
  }

  /** Takes one that nobody else knows yet, whatever is held. */
  public void lockFresh() {
    take(Thread.currentThread().threadId());
    depth++;
    assert LockOrder.taken(this, rank.ordinal(), position, callbacks);
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
