package dev.mapwright.sim.cpu;

import dev.mapwright.sim.memory.ThreadGuard;
import dev.mapwright.sim.tables.PageTables;
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
 * so that what the remover wrote has reached it by then.
 *
 * <p>A single-threaded machine does none of this: what is posted is forgotten at once.
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
  long generation = tlb.generation();

  /** How often the driver may have forgotten translations; driver only. */
  long quiescences;

  /** The published arrays; written by the driver, and by removers to {@link Tlb#NOTHING}. */
  private long[] readTlb = Tlb.NOTHING;

  private long[] writeTlb = Tlb.NOTHING;

  private long[] fetchTlb = Tlb.NOTHING;

  /** OUTSIDE or INSIDE; written by the driver. */
  private volatile int state = OUTSIDE;

  /** Whether the driver has called enter and not exit; driver only. */
  private boolean inBracket;

  /** The bracket and the slow accesses that are open; more than one in a handler. Driver only. */
  private int depth;

  /** What {@link #state} says; driver only. */
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
    if (inBracket) {
      throw new IllegalStateException("brackets of a CPU do not nest");
    }
    inBracket = true;
    if (concurrent) {
      open();
    }
  }

  final void exitBracket() {
    if (!inBracket) {
      throw new IllegalStateException("the CPU is in no bracket");
    }
    inBracket = false;
    if (concurrent) {
      shut();
    }
  }

  /** Begins a slow access. */
  final void begin() {
    if (concurrent) {
      open();
    } else {
      guard.check();
    }
  }

  /** Ends a slow access. */
  final void end() {
    if (concurrent) {
      shut();
    }
  }

  private void open() {
    if (depth++ == 0) {
      goInside();
    } else if (pending) {
      emptyMailbox();
    }
  }

  private void shut() {
    if (--depth == 0) {
      goOutside();
    }
  }

  final void pollInside() {
    if (pending) {
      emptyMailbox();
    }
  }

  /** Lets removers pass while the driver asks somebody else; returns what ends it again. */
  final int beginWaiting() {
    int before = depth;
    depth = 0;
    if (before > 0) {
      goOutside();
    }
    return before;
  }

  final void endWaiting(int before) {
    quiescences++;
    depth = before;
    if (before > 0) {
      goInside();
    }
  }

  private void goInside() {
    Thread current = Thread.currentThread();
    if (driver != current) {
      driver = current;
    }
    inside = true;
    if (inBracket) {
      publish();
    }
    STATE.setOpaque(this, INSIDE);
    VarHandle.fullFence();
    if (pending) {
      emptyMailbox();
    }
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
    } else if (inBracket && inside) {
      synchronized (mailbox) {
        if (!pending) {
          publish();
        }
      }
    }
  }

  final void emptyMailbox() {
    PageTables ended;
    synchronized (mailbox) {
      ended = mailbox.empty(tlb);
      generation = tlb.generation();
      quiescences++;
      pending = false;
      if (inBracket && inside) {
        publish();
      }
      acknowledged = posted;
    }
    if (ended != null) {
      translationEnded(ended);
    }
  }

  final boolean anythingPending() {
    return pending;
  }

  final void flushTlb() {
    guard.check();
    tlb.flush();
    generation = tlb.generation();
    quiescences++;
  }

  /** A translation that this CPU may be attached to is no more. On the driver's thread. */
  abstract void translationEnded(PageTables tables);

  // ---- removers

  @Override
  public final void forget(long firstPage, long lastPage) {
    if (!concurrent) {
      if (firstPage <= lastPage) {
        tlb.forget(firstPage, lastPage);
        generation = tlb.generation();
      }
      return;
    }
    synchronized (mailbox) {
      mailbox.post(firstPage, lastPage);
      announce();
    }
  }

  @Override
  public final void detach(PageTables tables) {
    if (!concurrent) {
      flushTlb();
      translationEnded(tables);
      return;
    }
    synchronized (mailbox) {
      mailbox.postEnd(tables);
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
  @SuppressWarnings("ThreadPriorityCheck")
  public final void awaitQuiescence() {
    if (!concurrent) {
      return;
    }
    long ticket = posted;
    int rounds = 0;
    int timesBlocked = 0;
    while ((int) STATE.getAcquire(this) == INSIDE && acknowledged - ticket < 0) {
      Thread thread = driver;
      if (thread == Thread.currentThread()) {
        return;
      }
      rounds++;
      if (rounds <= SPINS) {
        Thread.onSpinWait();
      } else if (rounds <= SPINS + YIELDS) {
        Thread.yield();
      } else {
        timesBlocked = blocked(thread) ? timesBlocked + 1 : 0;
        if (timesBlocked > 1) {
          return;
        }
        LockSupport.parkNanos(PARK_NANOS);
      }
    }
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
