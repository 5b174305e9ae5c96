package dev.mapwright.core.domain;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.LogicalAllocator;
import dev.mapwright.core.event.EventKind;

/**
 * Where things go in a domain, and where they wait when they go: chooses places and checks chosen
 * ones, takes ranges back, keeps them in quarantine, flushes.
 *
 * <p><b>The way of a range</b> that was mapped: unflushed (only with a deferred flush), then in
 * quarantine (only with one), then the allocator's. Nobody is refused because one is on the way:
 * before a refusal everything is flushed, and the quarantine is drained from its oldest end.
 *
 * <p>Nothing here acquires but the allocator. The domain's lock is held.
 */
final class DomainPlaces {
  // What becomes of a range that is unmapped, as events say it.

  /** It is free, or may be mapped again in its reservation. */
  static final long FREE = 0;

  /** It waits for a flush. */
  static final long UNFLUSHED = 1;

  /** It is in quarantine; what is beyond this is how many ranges were given back for it. */
  private static final long QUARANTINED = 2;

  private final DomainState state;

  DomainPlaces(DomainState state) {
    this.state = state;
  }

  /** Chooses the place of a request, or checks the one that is chosen; OK when it has one. */
  Outcome place(DomainRequest request) {
    long count = request.pages();
    if (!state.live) {
      return Outcome.DEAD;
    }
    if (count <= 0) {
      return Outcome.INVALID;
    }
    long explicit = request.explicitPage();
    if (request.explicit() && !state.has(explicit, count)) {
      return Outcome.OUTSIDE;
    }
    LogicalAllocator chooses = state.allocator;
    boolean choosable = chooses == null || chooses.takesChosenAddresses();
    if (request.explicit() ? !choosable : chooses == null) {
      return Outcome.UNSUPPORTED;
    }
    if (request.explicit() && used(explicit, explicit + count - 1)) {
      return Outcome.OCCUPIED;
    }
    if (chooses == null) {
      request.answer(explicit);
      return Outcome.OK;
    }
    if (!request.explicit() && request.highest() < 0) {
      return Outcome.NO_ROOM;
    }
    long page =
        request.explicit()
            ? allocate(chooses, count, explicit, explicit + count - 1)
            : allocate(chooses, count, Math.max(0, request.lowest()), request.highest());
    request.answer(page);
    if (page == LogicalAllocator.NO_ROOM) {
      return request.explicit() ? Outcome.OCCUPIED : Outcome.NO_ROOM;
    }
    return page >= 0 ? Outcome.OK : Outcome.OUT_OF_RECORDS;
  }

  /** A range of the allocator's; what waits is given to it as long as there is none. */
  private long allocate(LogicalAllocator chooses, long count, long lowest, long highest) {
    long page = chooses.allocate(count, lowest, highest);
    while (page < 0 && giveWaiting()) {
      page = chooses.allocate(count, lowest, highest);
    }
    return page;
  }

  /** Gives the allocator something that waits: what is unflushed, else the oldest in quarantine. */
  private boolean giveWaiting() {
    return flush() || drainOldest();
  }

  /** Whether a range meets one that excludes others, or a page that is mapped. */
  boolean used(long first, long last) {
    settle(first, last);
    return state.ranges.meets(first, last) || state.pages.anyUsed(first, last);
  }

  /** Makes sure that nothing of a range waits for a flush. */
  void settle(long first, long last) {
    if (state.unflushed.count() != 0 && state.unflushed.meeting(first, last) >= 0) {
      flush();
    }
  }

  /** Takes back a range that no device knows of. */
  void takeBack(long first, long count) {
    LogicalAllocator chooses = state.allocator;
    if (chooses != null) {
      chooses.free(first, count);
    }
  }

  /**
   * Takes back a range that devices may still use by mistake.
   *
   * @return what became of it, as events of {@link EventKind#DMA_UNMAPPED} say it
   */
  long giveBack(long first, long count) {
    if (count > state.mostQuarantined) {
      takeBack(first, count);
      return FREE;
    }
    WaitingRanges waiting = state.quarantine;
    long drained = 0;
    while (waiting.full() || waiting.pages() > state.mostQuarantined - count) {
      giveOldest();
      drained++;
    }
    waiting.add(first, count);
    return QUARANTINED + drained;
  }

  /** Gives back the range that is in quarantine the longest; there is one. */
  private void giveOldest() {
    WaitingRanges waiting = state.quarantine;
    long first = waiting.firstPage(0);
    long count = waiting.pages(0);
    waiting.removeOldest();
    takeBack(first, count);
  }

  /** Gives back the oldest range in quarantine, before its time; false when none is. */
  private boolean drainOldest() {
    WaitingRanges waiting = state.quarantine;
    if (waiting.count() == 0) {
      return false;
    }
    long first = waiting.firstPage(0);
    long count = waiting.pages(0);
    giveOldest();
    state.history.record(EventKind.GIVEN_BACK, first, count, 0, 0, null);
    return true;
  }

  /** Gives back everything that waits; false when nothing did. */
  boolean giveAllWaiting() {
    boolean any = false;
    while (giveWaiting()) {
      any = true;
    }
    return any;
  }

  /** Makes devices forget what is unflushed, and lets it go; false when nothing is. */
  boolean flush() {
    WaitingRanges waiting = state.unflushed;
    if (waiting.count() == 0) {
      return false;
    }
    long lowest = Long.MAX_VALUE;
    long highest = 0;
    for (int i = 0; i < waiting.count(); i++) {
      lowest = Math.min(lowest, waiting.firstPage(i));
      highest = Math.max(highest, waiting.firstPage(i) + waiting.pages(i) - 1);
    }
    state.translation.forget(lowest, highest);
    int ranges = waiting.count();
    long drained = 0;
    while (waiting.count() != 0) {
      long first = waiting.firstPage(0);
      long count = waiting.pages(0);
      waiting.removeOldest();
      boolean owned = state.pages.owned(first);
      state.pages.letGo(first, first + count - 1);
      if (!owned) {
        drained += Math.max(0, giveBack(first, count) - QUARANTINED);
      }
    }
    state.history.record(EventKind.FLUSHED, lowest, highest - lowest + 1, ranges, drained, null);
    return true;
  }
}
