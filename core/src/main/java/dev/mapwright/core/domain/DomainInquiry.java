package dev.mapwright.core.domain;

import dev.mapwright.core.Access;
import dev.mapwright.core.Pages;
import dev.mapwright.core.dma.Domain.Kind;
import dev.mapwright.core.dma.DomainFault;
import dev.mapwright.core.dma.DomainFault.Cause;
import dev.mapwright.core.dma.DomainPast;
import dev.mapwright.core.dma.DomainSpan;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaFault.Reason;
import dev.mapwright.core.machine.StaleAccess;
import dev.mapwright.core.machine.TranslationEntry;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a domain knows of an access. It looks only; nothing here is fast. The domain's
 * lock is held.
 */
final class DomainInquiry {
  /** How many mapped pages are looked at for one that shows a frame. */
  private static final long MOST_LOOKS = 1 << 18;

  private final DomainState state;
  private final long page;

  /** What is mapped at the page, packed; absent when nothing is. */
  private final long entry;

  private final @Nullable DomainSpan here;
  private final @Nullable DomainPast removed;
  private final @Nullable DomainPast mapped;
  private final @Nullable DomainPast released;

  private DomainInquiry(DomainState state, long address) {
    this.state = state;
    page = Pages.of(address);
    boolean inside = page <= state.lastPage;
    entry = inside ? state.pages.entry(page) : TranslationEntry.ABSENT;
    here = inside ? here() : null;
    removed = entry == TranslationEntry.ABSENT ? state.history.lastRemoval(page) : null;
    mapped = state.history.lastMapping(page, removed);
    released = released();
  }

  /** The release of a reservation of the page, unless something came after it. */
  private @Nullable DomainPast released() {
    boolean free = here == null || here.kind() == Kind.QUARANTINED || here.kind() == Kind.UNFLUSHED;
    DomainPast release = free ? state.history.lastRelease(page) : null;
    return release == null || since(mapped, release) || since(removed, release) ? null : release;
  }

  private static boolean since(@Nullable DomainPast past, DomainPast release) {
    return past != null && past.sequence() > release.sequence();
  }

  static DomainFault of(DomainState state, DmaFault fault) {
    DomainInquiry inquiry = new DomainInquiry(state, fault.address());
    DomainSpan elsewhere = inquiry.elsewhere();
    return inquiry.fault(
        fault.requester(),
        fault.pasid(),
        fault.address(),
        fault.access(),
        inquiry.cause(fault, elsewhere),
        fault,
        null,
        elsewhere);
  }

  static DomainFault of(DomainState state, StaleAccess access) {
    return new DomainInquiry(state, access.address())
        .fault(
            access.requester(),
            access.pasid(),
            access.address(),
            access.access(),
            Cause.STALE_TRANSLATION,
            null,
            access,
            null);
  }

  private DomainFault fault(
      int requester,
      int pasid,
      long address,
      Access access,
      Cause cause,
      @Nullable DmaFault refused,
      @Nullable StaleAccess stale,
      @Nullable DomainSpan elsewhere) {
    return new DomainFault(
        state.name,
        requester,
        pasid,
        address,
        access,
        cause,
        refused,
        stale,
        here,
        below(),
        above(),
        mapped,
        removed,
        released,
        elsewhere);
  }

  private Cause cause(DmaFault fault, @Nullable DomainSpan elsewhere) {
    switch (fault.reason()) {
      case NOT_ATTACHED, BAD_ATTACHMENT -> {
        return Cause.NOT_ATTACHED;
      }
      case RESERVED_BITS, OUTSIDE_RAM -> {
        return Cause.BAD_TABLES;
      }
      case INTERRUPT_RANGE, TOO_WIDE, NOT_MAPPED, DENIED, NOT_RAM -> {}
    }
    if (page > state.lastPage) {
      return Cause.ABOVE_WIDTH;
    }
    if (fault.reason() == Reason.INTERRUPT_RANGE) {
      return Cause.INTERRUPT_WINDOW;
    }
    if (entry != TranslationEntry.ABSENT) {
      return causeWhereMapped(fault);
    }
    return here == null ? causeWhereNothingIs(elsewhere) : causeIn(here.kind());
  }

  private Cause causeWhereMapped(DmaFault fault) {
    if ((TranslationEntry.asked(entry) & fault.access().permission()) == 0) {
      return Cause.NO_PERMISSION;
    }
    return fault.reason() == Reason.NOT_RAM ? Cause.NO_MEMORY : Cause.MAPPED_NOW;
  }

  private static Cause causeIn(Kind kind) {
    return switch (kind) {
      case RESERVATION, SEGMENT -> Cause.RESERVED_NOT_MAPPED;
      case RESERVED_REGION -> Cause.RESERVED_REGION;
      case QUARANTINED -> Cause.QUARANTINED;
      case UNFLUSHED, MAPPING -> Cause.UNMAPPED;
    };
  }

  private Cause causeWhereNothingIs(@Nullable DomainSpan elsewhere) {
    if (removed != null) {
      return Cause.UNMAPPED;
    }
    return elsewhere == null ? Cause.NEVER_MAPPED : Cause.PHYSICAL_ADDRESS;
  }

  // ---- what is where

  private @Nullable DomainSpan here() {
    if (entry != TranslationEntry.ABSENT) {
      return mapping(state.pages.begin(page));
    }
    DomainSpan waiting = waiting(state.unflushed, Kind.UNFLUSHED);
    if (waiting != null) {
      return waiting;
    }
    DomainRange range = state.ranges.from(page);
    if (range != null && range.firstPage <= page) {
      Kind kind = range.reservation ? Kind.RESERVATION : Kind.RESERVED_REGION;
      return span(kind, range.firstPage, range.lastPage);
    }
    return waiting(state.quarantine, Kind.QUARANTINED);
  }

  private @Nullable DomainSpan waiting(WaitingRanges ranges, Kind kind) {
    int found = ranges.meeting(page, page);
    return found < 0
        ? null
        : new DomainSpan(
            kind, ranges.firstPage(found), ranges.pages(found), TranslationEntry.ABSENT);
  }

  private DomainSpan span(Kind kind, long first, long last) {
    return new DomainSpan(kind, first, last - first + 1, state.pages.entry(first));
  }

  /** The mapping that begins at a page. */
  private DomainSpan mapping(long first) {
    Kind kind = Kind.MAPPING;
    if (state.pages.owned(first)) {
      DomainRange range = state.ranges.from(first);
      kind = range != null && range.reservation ? Kind.SEGMENT : Kind.RESERVED_REGION;
    }
    return span(kind, first, state.pages.end(first));
  }

  private @Nullable DomainSpan below() {
    long start = entry == TranslationEntry.ABSENT ? page : state.pages.begin(page);
    long last = Math.min(start - 1, state.lastPage);
    long found = last < 0 ? -1 : state.pages.lastMapped(0, last);
    return found < 0 ? null : mapping(state.pages.begin(found));
  }

  private @Nullable DomainSpan above() {
    long next = (entry == TranslationEntry.ABSENT ? page : state.pages.end(page)) + 1;
    long found = next > state.lastPage ? -1 : state.pages.firstMapped(next, state.lastPage);
    return found < 0 ? null : mapping(found);
  }

  /** The first mapped page that shows the frame which has the page's number. */
  private @Nullable DomainSpan elsewhere() {
    if (entry != TranslationEntry.ABSENT || here != null || removed != null) {
      return null;
    }
    long[] found = {-1, 0};
    state.pages.forEach(
        0,
        state.lastPage,
        (first, count, owned, itsEntry) -> {
          for (long at = first; at < first + count && found[0] < 0; at++) {
            if (found[1]++ > MOST_LOOKS) {
              return;
            }
            found[0] = TranslationEntry.pfn(state.pages.entry(at)) == page ? at : -1;
          }
        });
    return found[0] < 0 ? null : span(Kind.MAPPING, found[0], found[0]);
  }
}
