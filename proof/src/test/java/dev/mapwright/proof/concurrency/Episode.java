package dev.mapwright.proof.concurrency;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Something that a thread did between two ticks of a run's clock: a store, a decommit, a map. Its
 * effect comes at some moment in between, which nobody knows.
 *
 * <p>The clock is one counter that advances whenever an episode begins or ends. Readers only look
 * at it, so that judging an access writes nothing that other threads read.
 */
class Episode {
  /** How an episode ended. */
  enum Fate {
    /** It had its whole effect. */
    DONE,
    /** It may have had a part of its effect: a store to several words that met a fault. */
    PARTIAL,
    /** It was refused and had none. */
    VOID
  }

  /** The end of an episode that has not ended. */
  static final long OPEN = Long.MAX_VALUE;

  final long begin;
  private Fate fate = Fate.PARTIAL;

  /** Written last; whoever sees it sees the fate, too. */
  private volatile long end = OPEN;

  Episode(AtomicLong clock) {
    begin = clock.incrementAndGet();
  }

  final void end(AtomicLong clock, Fate how) {
    fate = how;
    end = clock.incrementAndGet();
  }

  final long end() {
    return end;
  }

  /** Whether it had its whole effect before a moment. */
  final boolean doneBefore(long moment) {
    return end < moment && fate == Fate.DONE;
  }

  /** Whether it is known to have had no effect at all. */
  final boolean isVoid() {
    return end != OPEN && fate == Fate.VOID;
  }

  @Override
  public String toString() {
    return "[" + begin + " to " + (end == OPEN ? "now" : end + " " + fate) + "]";
  }
}
