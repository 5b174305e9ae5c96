package dev.mapwright.sim.cpu;

import dev.mapwright.sim.memory.ThreadGuard;
import dev.mapwright.sim.quiescence.Quiescent;
import dev.mapwright.sim.tables.TranslationUser;

/**
 * How a CPU and those who remove translations get along, so that after a removal has returned no
 * access goes through what was removed. The protocol is {@link Quiescent}'s; this is about what a
 * CPU has besides: brackets, arrays of its TLB that the fast path reads without going inside, and
 * code that is called in the middle of an access.
 *
 * <p><b>Inside</b> is the driver while it may hold a translation (found in the TLB or in the
 * tables) that it has not used yet, and in a bracket; <em>outside</em> between accesses that are
 * not in a bracket, and while it asks the address space to resolve a fault.
 *
 * <p><b>The published arrays.</b> In a bracket the driver publishes its TLB's arrays (a) before it
 * goes inside; an access outside of one takes the slow way, which does not need them. Each fast
 * access reads the reference to its array anew (opaque); each slow one looks for mail. Going
 * outside withdraws the arrays. A remover that posts replaces them by an empty one, after it has
 * said so by {@link #mailPosted}. So the driver finds out, because its next access reads either the
 * empty array or that there is mail. An array published at (a) can't hide that: if (a) comes after
 * the remover's replacement, then the mail was announced and fenced before it, and the look for
 * mail that ends going inside sees it.
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
 * they were at its beginning instead of counting down, and makes where the driver is follow from
 * them.
 *
 * <p><b>The end of the machine</b> is a removal of everything: what the fast path finds may be read
 * without asking whether the memory is still there, so it is there until each CPU has forgotten
 * where it was ({@link #endMachine}).
 *
 * <p>A single-threaded machine does none of this: what is posted is forgotten at once. It counts
 * {@link #quiescences} all the same, since handlers unmap there, too.
 */
abstract class Bracket extends Quiescent implements TranslationUser {
  /** Used by the driver only, and in a single-threaded machine by its one thread. */
  final Tlb tlb;

  /**
   * What the fast path lessens addresses by where it looks first; the TLB's own key. It is copied
   * without a call, which a stack that overflows might prevent, after a flush had happened. Driver
   * only.
   */
  long firstKey;

  /** The same for where it looks second. Driver only. */
  long secondKey;

  /** How often the driver may have forgotten translations: see unchangedSince. Driver only. */
  long quiescences;

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

  /** Whether the driver has read that the machine ended; driver only. */
  private boolean machineEnded;

  /** Guards itself, and its news, against writers. */
  private final Mailbox mailbox = new Mailbox();

  Bracket(ThreadGuard guard, TlbArray nothing) {
    super(guard);
    tlb = new Tlb(nothing);
    firstKey = tlb.firstKey;
    secondKey = tlb.secondKey;
  }

  // ---- the published arrays

  /** Publishes the TLB's arrays to the fast path; on the driver's thread. */
  abstract void showArrays();

  /** Puts an array in their place in which nothing is found; on any thread. */
  abstract void hideArrays();

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

  /**
   * Whether an access of RAM may go on as a hit does: the driver is inside and has nothing to
   * forget, and nobody is called before the access ends.
   */
  final boolean insideAndQuiet() {
    if (concurrent) {
      return inside && drivenFromHere() && !anythingPending();
    }
    guard.check();
    return true;
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
    if (anythingPending()) {
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

  /**
   * Refuses to translate anything for a machine that was closed. Asked after the last look for mail
   * and before a walk: so whoever has acknowledged the end enters nothing after it.
   */
  final void requireMachine() {
    if (machineEnded) {
      throw new IllegalStateException("the machine was closed");
    }
  }

  private void goInside() {
    driveFromHere();
    if (inBracket) {
      publish();
    }
    if (enterInside()) {
      emptyMailbox();
    }
    inside = true;
  }

  private void goOutside() {
    inside = false;
    if (published) {
      hideArrays();
      published = false;
    }
    leaveInside();
  }

  private void publish() {
    published = true;
    showArrays();
  }

  /** New arrays are there: the fast path may use them, unless there is something to forget. */
  final void arraysChanged() {
    if (!concurrent) {
      publish();
    } else if (published) {
      synchronized (mailbox) {
        if (!anythingPending()) {
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
      if (mailbox.machineEnded()) {
        machineEnded = true;
        tlb.flush();
      }
      mailbox.forgetIn(tlb);
      firstKey = tlb.firstKey;
      secondKey = tlb.secondKey;
      mailbox.clear();
      mailEmptied();
      if (published) {
        publish();
      }
    }
  }

  final void flushTlb() {
    guard.check();
    quiescences++;
    tlb.flush();
    firstKey = tlb.firstKey;
    secondKey = tlb.secondKey;
  }

  /**
   * Forgets the TLB because devices have come or gone. What was translated and not used yet is
   * still where it was, so this is no quiescence.
   */
  final void forgetDevices() {
    tlb.flush();
    firstKey = tlb.firstKey;
    secondKey = tlb.secondKey;
  }

  /** Forgets the pages below the border; the whole TLB where there is none. */
  final void forgetLower() {
    quiescences++;
    tlb.forgetLower();
    firstKey = tlb.firstKey;
    secondKey = tlb.secondKey;
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
        firstKey = tlb.firstKey;
        secondKey = tlb.secondKey;
      }
      return;
    }
    synchronized (mailbox) {
      mailbox.post(firstPage, lastPage);
      announce();
    }
  }

  @Override
  public final boolean walksByCall() {
    return true;
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

  /**
   * The machine ends, and its memory is given back next: the CPU forgets all it knows, and enters
   * nothing any more. Whoever calls this waits for quiescence afterwards.
   */
  final void endMachine() {
    if (!concurrent) {
      machineEnded = true;
      quiescences++;
      tlb.flush();
      firstKey = tlb.firstKey;
      secondKey = tlb.secondKey;
      return;
    }
    synchronized (mailbox) {
      mailbox.postMachineEnd();
      announce();
    }
  }

  private void announce() {
    mailPosted();
    hideArrays();
  }
}
