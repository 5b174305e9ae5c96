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
  private final long firstPage;
  private final long pageCount;

  /** The tables of the range, which stay as long as it is reserved, and the first one's number. */
  private final DomainTable[] tables;

  private final long firstTable;
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
    firstPage = range.firstPage;
    pageCount = range.lastPage - firstPage + 1;
    firstTable = state.tables.number(firstPage);
    tables = new DomainTable[(int) (state.tables.number(range.lastPage) - firstTable) + 1];
    for (int i = 0; i < tables.length; i++) {
      tables[i] = state.tables.kept(firstTable + i << state.tables.log2Pages());
    }
    lock = state.lock;
    pages = state.pages;
  }

  private DomainTable table(long page) {
    return tables[(int) (state.tables.number(page) - firstTable)];
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
    return firstPage;
  }

  @Override
  public long pages() {
    return pageCount;
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
      if (first < 0 || first >= pageCount || count > pageCount - first) {
        return Outcome.OUTSIDE;
      }
      long page = firstPage + first;
      places.settle(page, page + count - 1);
      if (count == 1) {
        return mapOne(page, source, permissions, by);
      }
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

  /** A single page, which is what most drivers map. */
  private Outcome mapOne(long page, PfnSource source, int permissions, @Nullable String by) {
    DomainTable table = table(page);
    if (table.mapped.get(state.tables.index(page))) {
      return Outcome.OCCUPIED;
    }
    Outcome shown = mapper.showOne(table, page, source, permissions, by);
    if (shown == Outcome.OK) {
      mappedPages++;
      state.ownedMappings++;
    }
    return shown;
  }

  @Override
  public Outcome unmap(long first, long count, @Nullable String by) {
    lock.lock();
    try {
      if (dead()) {
        return Outcome.DEAD;
      }
      long page = firstPage + first;
      if (first < 0 || first >= pageCount) {
        return Outcome.NOT_MAPPED;
      }
      DomainTable table = table(page);
      if (count == 1 && !mapper.deferring && pages.isSingle(table, page)) {
        mapper.removeSingle(table, page, false, by);
      } else {
        if (!pages.begins(page)) {
          return Outcome.NOT_MAPPED;
        }
        if (count <= 0 || count > pageCount - first || !pages.hasPages(page, count)) {
          return Outcome.INVALID;
        }
        mapper.remove(page, count, false, by);
      }
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
  public Outcome release(@Nullable String by) {
    lock.lock();
    try {
      if (dead()) {
        return Outcome.DEAD;
      }
      if (mappedPages != 0) {
        return Outcome.IN_USE;
      }
      released = true;
      reserving.release(range, by);
      return Outcome.OK;
    } finally {
      lock.leave();
    }
  }
}
