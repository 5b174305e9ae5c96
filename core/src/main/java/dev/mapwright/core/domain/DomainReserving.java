package dev.mapwright.core.domain;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.dma.LogicalAllocator;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.failure.AllocationPoint;
import org.jspecify.annotations.Nullable;

/** Sets ranges of a domain aside, for good or for a reservation. The domain's lock is held. */
final class DomainReserving {
  private final DomainState state;
  private final DomainPlaces places;
  private final DomainMapper mapper;

  DomainReserving(DomainState state, DomainPlaces places, DomainMapper mapper) {
    this.state = state;
    this.places = places;
    this.mapper = mapper;
  }

  /** See {@link dev.mapwright.core.dma.Domain#setAside}. */
  Outcome setAside(long first, long count, boolean identity) {
    if (!state.live) {
      return Outcome.DEAD;
    }
    if (count <= 0) {
      return Outcome.INVALID;
    }
    if (!state.has(first, count)) {
      return Outcome.OUTSIDE;
    }
    long last = first + count - 1;
    if (places.used(first, last)) {
      return Outcome.OCCUPIED;
    }
    DomainRange range = newRange(first, last, false);
    if (range == null) {
      return Outcome.OUT_OF_RECORDS;
    }
    Outcome shown = identity ? showIdentity(first, last) : Outcome.OK;
    if (shown != Outcome.OK) {
      return shown;
    }
    Outcome reserved = reserveInAllocator(first, last);
    if (reserved != Outcome.OK) {
      if (identity) {
        mapper.removeNow(first, count, null);
        state.tables.letGo(first, last);
      }
      return reserved;
    }
    if (identity) {
      state.pages.own(first, last, true);
      state.ownedMappings++;
    }
    state.ranges.add(range);
    state.history.record(EventKind.SET_ASIDE, first, count, identity ? 1 : 0, 0, null);
    return Outcome.OK;
  }

  private Outcome reserveInAllocator(long first, long last) {
    LogicalAllocator chooses = state.allocator;
    if (chooses == null) {
      return Outcome.OK;
    }
    Outcome reserved = chooses.reserve(first, last);
    boolean wanting = reserved == Outcome.OCCUPIED || reserved == Outcome.OUT_OF_RECORDS;
    return wanting && places.giveAllWaiting() ? chooses.reserve(first, last) : reserved;
  }

  /** Shows the pages of a free range at their own addresses, and keeps their tables. */
  private Outcome showIdentity(long first, long last) {
    Outcome kept = mapper.keep(first, last);
    if (kept != Outcome.OK) {
      return kept;
    }
    Outcome shown =
        mapper.showKept(
            first, last - first + 1, page -> first + page, Permissions.READ_WRITE, null);
    if (shown != Outcome.OK) {
      state.tables.letGo(first, last);
    }
    return shown;
  }

  private @Nullable DomainRange newRange(long first, long last, boolean reservation) {
    if (state.machine.failures().refuses(AllocationPoint.OBJECT)) {
      return null;
    }
    try {
      return new DomainRange(first, last, reservation);
    } catch (OutOfMemoryError full) {
      return null;
    }
  }

  /** See {@link dev.mapwright.core.dma.Domain#reserve}. */
  Made<DomainReservation> reserve(EngineDomain domain, DomainRequest request) {
    Outcome placed = places.place(request);
    if (placed != Outcome.OK) {
      return Made.refused(DomainMapper.refuse(request, placed));
    }
    long first = request.page();
    long last = first + request.pages() - 1;
    Outcome outcome = mapper.keep(first, last);
    EngineDomainReservation made =
        outcome == Outcome.OK ? newReservation(domain, first, last) : null;
    if (made == null) {
      if (outcome == Outcome.OK) {
        state.tables.letGo(first, last);
        outcome = Outcome.OUT_OF_RECORDS;
      }
      places.takeBack(first, request.pages());
      return Made.refused(DomainMapper.refuse(request, outcome));
    }
    state.pages.own(first, last, true);
    state.ranges.add(made.range());
    state.reservations++;
    state.history.record(EventKind.DMA_RESERVED, first, request.pages(), 0, 0, request.by());
    return Made.of(made);
  }

  private @Nullable EngineDomainReservation newReservation(
      EngineDomain domain, long first, long last) {
    DomainRange range = newRange(first, last, true);
    if (range == null) {
      return null;
    }
    try {
      return new EngineDomainReservation(domain, state, places, mapper, this, range);
    } catch (OutOfMemoryError full) {
      return null;
    }
  }

  /** Gives back the range of a reservation in which nothing is mapped. */
  void release(DomainRange range, @Nullable String by) {
    long count = range.lastPage - range.firstPage + 1;
    places.settle(range.firstPage, range.lastPage);
    state.ranges.remove(range);
    state.pages.own(range.firstPage, range.lastPage, false);
    state.tables.letGo(range.firstPage, range.lastPage);
    state.tables.dropAllIdle();
    long became = places.giveBack(range.firstPage, count);
    state.reservations--;
    state.history.record(EventKind.DMA_RELEASED, range.firstPage, count, 0, became, by);
  }
}
