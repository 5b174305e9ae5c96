package dev.mapwright.core.domain;

import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainFault;
import dev.mapwright.core.dma.DomainOptions;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.dma.LogicalAllocator;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.FrameUser;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.StaleAccess;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.PfnSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The domain behind the face: it locks, and leaves the work to its rooms. What they are made of is
 * {@link DomainState}; {@link DomainPlaces} chooses places and takes them back, {@link
 * DomainMapper} and {@link IdentityPages} map, {@link DomainReserving} sets aside, {@link
 * DomainSight} and {@link DomainInquiry} look.
 */
public final class EngineDomain implements Domain, FrameUser {
  private final DomainState state;
  private final EngineLock lock;
  private final DomainPlaces places;
  private final DomainMapper mapper;
  private final DomainReserving reserving;

  private EngineDomain(DomainState state) {
    this.state = state;
    lock = state.lock;
    places = new DomainPlaces(state);
    mapper = new DomainMapper(state, places);
    reserving = new DomainReserving(state, places, mapper);
  }

  /** Behind {@link Domain#create}. */
  public static Made<Domain> make(
      Machine machine,
      String name,
      Translation translation,
      long lastPage,
      @Nullable LogicalAllocator allocator,
      DomainOptions options) {
    machine.events().callbacks().refuseCalls(EngineLock.Rank.SPACE.ordinal());
    if (lastPage < 0) {
      return Made.refused(Outcome.INVALID);
    }
    if (!translation.translatable(0, lastPage)
        || allocator != null && allocator.pages() - 1 > lastPage) {
      return Made.refused(Outcome.OUTSIDE);
    }
    if (machine.failures().refuses(AllocationPoint.OBJECT)) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    EngineDomain domain;
    try {
      domain =
          new EngineDomain(
              new DomainState(machine, name, translation, lastPage, allocator, options));
    } catch (OutOfMemoryError full) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    machine.census().enter(domain);
    DomainState state = domain.state;
    state.history.record(EventKind.DOMAIN_CREATED, 0, lastPage + 1, state.mostQuarantined, 0, null);
    return machine.events().callbacks().handOver(Made.of(domain), Domain::close);
  }

  @Override
  public String name() {
    return state.name;
  }

  @Override
  public Translation translation() {
    return state.translation;
  }

  @Override
  public long lastPage() {
    return state.lastPage;
  }

  @Override
  public @Nullable LogicalAllocator allocator() {
    return state.allocator;
  }

  // ---- mapping

  @Override
  public Outcome map(DomainRequest request, PfnSource source) {
    lock.lock();
    try {
      return mapper.map(request, source);
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome unmap(long first, long count, @Nullable String by) {
    lock.lock();
    try {
      return mapper.unmap(first, count, by);
    } finally {
      lock.leave();
    }
  }

  @Override
  public void flush() {
    lock.lock();
    try {
      places.flush();
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome mapIdentity(PfnSource source, long count, int permissions, @Nullable String by) {
    lock.lock();
    try {
      return IdentityPages.map(state, places, mapper, source, count, permissions, by);
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome unmapIdentity(PfnSource source, long count, @Nullable String by) {
    lock.lock();
    try {
      return IdentityPages.unmap(state, places, mapper, source, count, by);
    } finally {
      lock.leave();
    }
  }

  // ---- ranges that are set aside

  @Override
  public Outcome setAside(long first, long count, boolean identity) {
    lock.lock();
    try {
      return reserving.setAside(first, count, identity);
    } finally {
      lock.leave();
    }
  }

  @Override
  public Made<DomainReservation> reserve(DomainRequest request) {
    lock.lock();
    try {
      return reserving.reserve(this, request);
    } finally {
      lock.leave();
    }
  }

  // ---- looking

  @Override
  public long mappings() {
    lock.lock();
    try {
      return state.pages.mappings() - state.ownedMappings;
    } finally {
      lock.leave();
    }
  }

  @Override
  public int reservations() {
    lock.lock();
    try {
      return state.reservations;
    } finally {
      lock.leave();
    }
  }

  @Override
  public long entry(long page) {
    lock.lock();
    try {
      return state.live && page >= 0 && page <= state.lastPage
          ? state.pages.markedEntry(page)
          : TranslationEntry.ABSENT;
    } finally {
      lock.leave();
    }
  }

  @Override
  public long quarantinedPages() {
    lock.lock();
    try {
      return state.live ? state.quarantine.pages() : 0;
    } finally {
      lock.leave();
    }
  }

  @Override
  public long deferredPages() {
    lock.lock();
    try {
      return state.unflushed.pages();
    } finally {
      lock.leave();
    }
  }

  @Override
  public DomainFault explain(DmaFault fault) {
    lock.lock();
    try {
      return DomainInquiry.of(state, fault);
    } finally {
      lock.leave();
    }
  }

  @Override
  public DomainFault explain(StaleAccess access) {
    lock.lock();
    try {
      return DomainInquiry.of(state, access);
    } finally {
      lock.leave();
    }
  }

  @Override
  public @Nullable Event lastRemovalOf(long page) {
    lock.lock();
    try {
      return state.history.events().lastRemovalOf(page);
    } finally {
      lock.leave();
    }
  }

  @Override
  public List<Event> events() {
    lock.lock();
    try {
      return state.history.events().events();
    } finally {
      lock.leave();
    }
  }

  @Override
  public void forEach(Visitor visitor) {
    DomainSight sight = new DomainSight(state);
    lock.lock();
    try {
      if (state.live) {
        sight.look();
      }
    } finally {
      lock.leave();
    }
    sight.tell(visitor);
  }

  // ---- what it holds, and its end

  @Override
  public boolean forEachHeld(HeldVisitor visitor) {
    DomainSight sight = new DomainSight(state);
    lock.lock();
    try {
      if (state.live) {
        sight.lookForFrames();
      }
    } catch (OutOfMemoryError full) {
      return false;
    } finally {
      lock.leave();
    }
    sight.tellFrames(visitor);
    return true;
  }

  @Override
  public long tables() {
    lock.lock();
    try {
      return state.live ? state.translation.tables() : 0;
    } finally {
      lock.leave();
    }
  }

  @Override
  public String describe() {
    return "domain "
        + state.name
        + ", "
        + mappings()
        + " mappings, "
        + reservations()
        + " reservations";
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (!state.live) {
        return;
      }
      places.flush();
      state.live = false;
      state.pages.remove(0, state.lastPage);
      for (DomainRange range = state.ranges.from(0); range != null; range = state.ranges.from(0)) {
        state.ranges.remove(range);
        if (range.reservation || state.pages.owned(range.firstPage)) {
          state.tables.letGo(range.firstPage, range.lastPage);
        }
      }
      state.tables.dropAllIdle();
      state.translation.close();
      state.history.record(EventKind.DOMAIN_CLOSED, 0, state.lastPage + 1, 0, 0, null);
      state.machine.census().leave(this);
    } finally {
      lock.leave();
    }
  }
}
