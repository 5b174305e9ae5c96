package dev.mapwright.sim.cpu;

import dev.mapwright.sim.memory.ThreadGuard;
import dev.mapwright.sim.tables.TranslationUser;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How a CPU and those who remove translations get along, so that after a removal has returned no
 * access goes through what was removed.
 *
 * <p><b>The two parties.</b> The <em>driver</em> is the thread that runs the CPU. It is
 * <em>inside</em> while it may hold a translation (found in the TLB or in the tables) that it has
 * not used yet, and <em>outside</em> otherwise: between accesses that are not in a bracket, and
 * while it asks the address space to resolve a fault. A <em>remover</em> is any thread that takes
 * entries out of the tables.
 *
 * <p><b>The remover</b>, in this order: (1) writes the tables; (2) full fence; (3) reads who uses
 * the translation and posts the pages to each one's mailbox, sets {@link #pending}, full fence, and
 * replaces the arrays that the driver's fast path reads by an empty one; (4) full fence; (5) waits
 * for each CPU until it is outside, or has emptied its mailbox since.
 *
 * <p><b>The driver</b> going inside: (a) publishes its TLB arrays (only in a bracket; an access
 * outside one takes the slow way, which does not need them); (b) sets {@link #state}; (c) full
 * fence; (d) reads {@link #pending} and, if set, empties the mailbox, forgets, and acknowledges.
 * Inside, each fast access reads the reference to its array anew (opaque); each slow one reads
 * {@link #pending}. Going outside it withdraws the arrays and writes {@link #state} with release.
 *
 * <p><b>Why that suffices.</b> If the remover at (5) sees the driver outside, then by the fences
 * (b)(c)(d) against (3)(4)(5) the driver, when it goes inside, sees {@link #pending}; and its walks
 * see the tables as of (1). The release in going outside puts its earlier accesses before. If it
 * sees the driver inside, it waits for an acknowledgement, which the driver gives between two
 * accesses. The driver finds out because its next access reads either the empty array or {@link
 * #pending}. An array published at (a) can't hide that: if (a) comes after the remover's
 * replacement at (3), then {@link #pending} was set and fenced before it, and (d) sees it.
 *
 * <p><b>Who is not waited for.</b> The remover's own thread, if it drives a CPU: it empties the
 * mailbox before its next access. And a driver that is blocked or parked, for example in a lock
 * that the remover holds: it is not between a look-up and its use, for nothing blocks there, and
 * when it goes on it finds the empty array. It has to be seen blocked twice with time in between,
 * so that what the remover wrote has reached it by then. It is seen so because a remover that waits
 * parks, also when it was interrupted. And what is seen is the thread that went inside: so nobody
 * else may make accesses until it is outside again.
 *
 * <p><b>Code that is not ours.</b> An access calls two kinds of it. A <em>resolver</em> is asked
 * with the driver outside ({@link #beginWaiting}), and whatever was translated before is looked up
 * again. A <em>device's handler</em> is called with the driver inside, because the call is the
 * access: a removal that has returned must not be followed by one. Once in there it may do
 * anything: block, so that removers pass; unmap; attach this CPU elsewhere; make accesses with it,
 * which empty the mailbox. So nothing that was translated before a handler was called is used after
 * it, unless {@link #unchangedSince} says that nothing was forgotten and nothing waits to be. A
 * handler that computes for long without blocking or using the CPU holds removers up. Neither kind
 * may begin or end a bracket of the CPU that called it.
 *
 * <p><b>Exceptions</b> come out of both kinds anywhere, a stack overflow even half-way through
 * going inside. Therefore the end of an access puts {@link #depth} and {@link #asking} back to what
 * they were at its beginning instead of counting down, and makes {@link #state} follow from them.
 *
 * <p>A single-threaded machine does none of this: what is posted is forgotten at once. It counts
 * {@link #quiescences} all the same, since handlers unmap there, too.
 */
// Threads are compared by identity; some fields are read through their handles only; `posted` is
// only written under the mailbox's monitor.
@SuppressWarnings({"ReferenceEquality", "UnusedVariable", "NonAtomicVolatileUpdate"})
abstract class Bracket implements TranslationUser {
  private static final VarHandle READ;
  private static final VarHandle WRITE;
  private static final VarHandle FETCH;
  private static final VarHandle STATE;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      READ = lookup.findVarHandle(Bracket.class, "readTlb", long[].class);
      WRITE = lookup.findVarHandle(Bracket.class, "writeTlb", long[].class);
      FETCH = lookup.findVarHandle(Bracket.class, "fetchTlb", long[].class);
      STATE = lookup.findVarHandle(Bracket.class, "state", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private static final int OUTSIDE = 0;
  private static final int INSIDE = 1;
  private static final int SPINS = 200;
  private static final int YIELDS = 20;
  private static final long PARK_NANOS = 20_000;

  final ThreadGuard guard;
  final boolean concurrent;

  /** Used by the driver only, and in a single-threaded machine by its one thread. */
  final Tlb tlb = new Tlb();

  /** What the fast path compares tags with; the TLB's own generation. Driver only. */
  long generation = tlb.generation;

  /** How often the driver may have forgotten translations: see unchangedSince. Driver only. */
  long quiescences;

  /** The published arrays; written by the driver, and by removers to {@link Tlb#NOTHING}. */
  private long[] readTlb = Tlb.NOTHING;

  private long[] writeTlb = Tlb.NOTHING;

  private long[] fetchTlb = Tlb.NOTHING;

  /** OUTSIDE or INSIDE; written by the driver. */
  private volatile int state = OUTSIDE;

  /** Whether the driver has called enter and not exit; driver only. */
  private boolean inBracket;

  /**
   * The accesses that are open: slow ones, and hits that call a handler. More than one in a
   * handler, none while a resolver is asked. Driver only.
   */
  private int depth;

  /** Whether a resolver is asked, or the CPU is being attached; driver only. */
  private boolean asking;

  /** Whether the driver has gone inside all the way; driver only. */
  private boolean inside;

  /** Whether going outside has to withdraw the arrays; driver only. */
  private boolean published;

  /** The thread that went inside last; null before. */
  private volatile @Nullable Thread driver;

  /** Guards itself, {@link #pending}, {@link #posted} and {@link #acknowledged} against writers. */
  private final Mailbox mailbox = new Mailbox();

  private volatile boolean pending;
  private volatile long posted;
  private volatile long acknowledged;

  Bracket(ThreadGuard guard) {
    this.guard = guard;
    this.concurrent = guard.concurrent();
  }

  final long[] readTlb() {
    return (long[]) READ.getOpaque(this);
  }

  final long[] writeTlb() {
    return (long[]) WRITE.getOpaque(this);
  }

  final long[] fetchTlb() {
    return (long[]) FETCH.getOpaque(this);
  }

  // ---- the driver

  final void enterBracket() {
    guard.check();
    requireNoAccess();
    if (inBracket) {
      throw new IllegalStateException("brackets of a CPU do not nest");
    }
    inBracket = true;
    followState();
  }

  final void exitBracket() {
    requireNoAccess();
    if (!inBracket) {
      throw new IllegalStateException("the CPU is in no bracket");
    }
    inBracket = false;
    followState();
  }

  private void requireNoAccess() {
    if (depth > 0 || asking) {
      throw new IllegalStateException(
          "a device's handler or a resolver of faults can't begin or end a bracket of the CPU that"
              + " called it");
    }
  }

  /** Where the driver is, for {@link #end} or {@link #endWaiting} to come back to. */
  final int position() {
    if (!concurrent) {
      guard.check();
    }
    return depth << 1 | (asking ? 1 : 0);
  }

  /** Begins a slow access. */
  final void begin() {
    if (inside) {
      requireDriver();
      depth++;
      pollInside();
    } else {
      depth++;
      followState();
    }
  }

  /**
   * Begins an access that calls a device's handler and was found in a published array, so that the
   * driver is inside and had nothing to forget when the array was read. The mailbox is not looked
   * at: to acknowledge what came since would be to deny what was found.
   */
  final void beginHit() {
    if (concurrent) {
      requireDriver();
    }
    depth++;
  }

  /** What is open belongs to the thread that removers look at. */
  private void requireDriver() {
    if (driver != Thread.currentThread()) {
      throw new IllegalStateException(
          "a bracket or an access is open, and belongs to another thread");
    }
  }

  /** Ends a slow access that was begun, or begun half-way, at a position. */
  final void end(int position) {
    depth = position >>> 1;
    asking = (position & 1) != 0;
    followState();
  }

  /** Lets removers pass while the driver asks somebody else. */
  final void beginWaiting() {
    depth = 0;
    asking = true;
    if (concurrent) {
      goOutside();
    }
  }

  final void endWaiting(int position) {
    quiescences++;
    end(position);
  }

  /** Goes inside or outside as the accesses and the bracket that are open say. */
  private void followState() {
    if (!concurrent) {
      return;
    }
    if (depth == 0 && (asking || !inBracket)) {
      goOutside();
    } else if (!inside) {
      goInside();
    }
  }

  /** Empties the mailbox because the driver says so. */
  final void pollBracket() {
    if (inside) {
      requireDriver();
    }
    pollInside();
  }

  final void pollInside() {
    if (pending) {
      emptyMailbox();
    }
  }

  /**
   * After code that is not ours: whether what was translated when {@link #quiescences} was so may
   * still be used. Forgets what is to be forgotten.
   */
  final boolean unchangedSince(long before) {
    pollInside();
    return quiescences == before;
  }

  private void goInside() {
    Thread current = Thread.currentThread();
    if (driver != current) {
      driver = current;
    }
    if (inBracket) {
      publish();
    }
    STATE.setOpaque(this, INSIDE);
    VarHandle.fullFence();
    if (pending) {
      emptyMailbox();
    }
    inside = true;
  }

  private void goOutside() {
    inside = false;
    if (published) {
      withdraw();
      published = false;
    }
    STATE.setRelease(this, OUTSIDE);
  }

  private void publish() {
    published = true;
    READ.setOpaque(this, tlb.small[0]);
    WRITE.setOpaque(this, tlb.small[1]);
    FETCH.setOpaque(this, tlb.small[2]);
  }

  private void withdraw() {
    READ.setOpaque(this, Tlb.NOTHING);
    WRITE.setOpaque(this, Tlb.NOTHING);
    FETCH.setOpaque(this, Tlb.NOTHING);
  }

  /** New arrays are there: the fast path may use them, unless there is something to forget. */
  final void arraysChanged() {
    if (!concurrent) {
      publish();
    } else if (published) {
      synchronized (mailbox) {
        if (!pending) {
          publish();
        }
      }
    }
  }

  final void emptyMailbox() {
    synchronized (mailbox) {
      // What was posted stays there until it was carried out: the stack may overflow half-way.
      quiescences++;
      if (mailbox.ended()) {
        translationEnded();
      }
      mailbox.forgetIn(tlb);
      generation = tlb.generation;
      mailbox.clear();
      pending = false;
      acknowledged = posted;
      if (published) {
        publish();
      }
    }
  }

  final boolean anythingPending() {
    return pending;
  }

  final void flushTlb() {
    guard.check();
    quiescences++;
    tlb.flush();
    generation = tlb.generation;
  }

  /**
   * Forgets the TLB because devices have come or gone. What was translated and not used yet is
   * still where it was, so this is no quiescence.
   */
  final void forgetDevices() {
    tlb.flush();
    generation = tlb.generation;
  }

  /** Forgets the pages below the border; the whole TLB where there is none. */
  final void forgetLower() {
    quiescences++;
    tlb.forgetLower();
    generation = tlb.generation;
  }

  /** Forgets the pages from the border on. */
  final void forgetUpper() {
    quiescences++;
    tlb.forgetUpper();
  }

  /**
   * A translation that this CPU is attached to may be no more: forgets its half. On the driver's
   * thread.
   */
  abstract void translationEnded();

  // ---- removers

  @Override
  public final void forget(long firstPage, long lastPage) {
    if (!concurrent) {
      quiescences++;
      if (firstPage <= lastPage) {
        tlb.forget(firstPage, lastPage);
        generation = tlb.generation;
      }
      return;
    }
    synchronized (mailbox) {
      mailbox.post(firstPage, lastPage);
      announce();
    }
  }

  @Override
  public final void detach() {
    if (!concurrent) {
      translationEnded();
      return;
    }
    synchronized (mailbox) {
      mailbox.postEnd();
      announce();
    }
  }

  private void announce() {
    posted = posted + 1;
    pending = true;
    VarHandle.fullFence();
    withdraw();
  }

  @Override
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
