package dev.mapwright.core.domain;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.space.PfnSource;
import org.jspecify.annotations.Nullable;

/**
 * The reservation behind the face. Its tables are kept and its pages marked as owned from the
 * beginning, so mapping in it is what mapping elsewhere is after the acquiring. The domain's lock
 * guards everything.
 */
public final class EngineDomainReservation implements DomainReservation {
  private final EngineDomain domain;
  private final DomainState state;
  private final DomainPlaces places;
  private final DomainMapper mapper;
  private final DomainReserving reserving;
  private final EngineLock lock;
  private final DomainPages pages;
  private final DomainRange range;
  private long mappedPages;
  private boolean released;

  EngineDomainReservation(
      EngineDomain domain,
      DomainState state,
      DomainPlaces places,
      DomainMapper mapper,
      DomainReserving reserving,
      DomainRange range) {
    this.domain = domain;
    this.state = state;
    this.places = places;
    this.mapper = mapper;
    this.reserving = reserving;
    this.range = range;
    lock = state.lock;
    pages = state.pages;
  }

  DomainRange range() {
    return range;
  }

  @Override
  public Domain domain() {
    return domain;
  }

  @Override
  public long firstPage() {
    return range.firstPage;
  }

  @Override
  public long pages() {
    return range.lastPage - range.firstPage + 1;
  }

  private boolean dead() {
    return released || !state.live;
  }

  @Override
  public Outcome map(
      long first, long count, PfnSource source, int permissions, @Nullable String by) {
    lock.lock();
    try {
      if (dead()) {
        return Outcome.DEAD;
      }
      if (count <= 0 || !Permissions.within(permissions, Permissions.READ_WRITE)) {
        return Outcome.INVALID;
      }
      if (first < 0 || first >= pages() || count > pages() - first) {
        return Outcome.OUTSIDE;
      }
      long page = range.firstPage + first;
      places.settle(page, page + count - 1);
      if (pages.anyMapped(page, page + count - 1)) {
        return Outcome.OCCUPIED;
      }
      Outcome shown = mapper.showKept(page, count, source, permissions, by);
      if (shown == Outcome.OK) {
        mappedPages += count;
        state.ownedMappings++;
      }
      return shown;
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome unmap(long first, long count, @Nullable String by) {
    lock.lock();
    try {
      if (dead()) {
        return Outcome.DEAD;
      }
      long page = range.firstPage + first;
      if (first < 0 || first >= pages() || !pages.begins(page)) {
        return Outcome.NOT_MAPPED;
      }
      if (count <= 0 || count > pages() - first || !pages.hasPages(page, count)) {
        return Outcome.INVALID;
      }
      mapper.remove(page, count, false, by);
      mappedPages -= count;
      state.ownedMappings--;
      return Outcome.OK;
    } finally {
      lock.leave();
    }
  }

  @Override
  public long mappedPages() {
    lock.lock();
    try {
      return dead() ? 0 : mappedPages;
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome release() {
    lock.lock();
    try {
      if (dead()) {
        return Outcome.DEAD;
      }
      if (mappedPages != 0) {
        return Outcome.IN_USE;
      }
      released = true;
      reserving.release(range);
      return Outcome.OK;
    } finally {
      lock.leave();
    }
  }
}
