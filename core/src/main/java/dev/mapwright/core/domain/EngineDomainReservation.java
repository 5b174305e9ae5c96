package dev.mapwright.core.domain;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.Domain;
import dev.mapwright.core.dma.DomainReservation;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.space.PfnSource;

/**
 * The reservation behind the face. Its tables are kept and its pages marked as owned from the
 * beginning, so mapping in it is what mapping elsewhere is after the acquiring. The domain's lock
 * guards everything.
 */
public final class EngineDomainReservation implements DomainReservation {
  /** Its place among the ranges that exclude others. */
  static final class Range extends DomainRange {
    Range(long firstPage, long lastPage) {
      super(firstPage, lastPage);
    }
  }

  private final EngineDomain domain;
  private final EngineLock lock;
  private final DomainPages pages;
  private final Range range;
  private long mappedPages;
  private boolean released;

  EngineDomainReservation(EngineDomain domain, long firstPage, long lastPage) {
    this.domain = domain;
    lock = domain.lock();
    pages = domain.pages();
    range = new Range(firstPage, lastPage);
  }

  Range range() {
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
    return released || !domain.live();
  }

  @Override
  public Outcome map(long first, long count, PfnSource source, int permissions) {
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
      if (pages.anyMapped(page, page + count - 1)) {
        return Outcome.OCCUPIED;
      }
      Outcome shown = domain.showKept(page, count, source, permissions);
      if (shown == Outcome.OK) {
        mappedPages += count;
        domain.countOwned(1);
      }
      return shown;
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome unmap(long first, long count) {
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
      domain.remove(page, count, EventKind.UNMAPPED);
      mappedPages -= count;
      domain.countOwned(-1);
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
      domain.released(this);
      return Outcome.OK;
    } finally {
      lock.leave();
    }
  }
}
