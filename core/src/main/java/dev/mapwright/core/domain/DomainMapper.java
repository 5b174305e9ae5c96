package dev.mapwright.core.domain;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.dma.DomainRequest;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.event.EventLevel;
import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.PfnSource;
import org.jspecify.annotations.Nullable;

/**
 * Maps and unmaps in a domain.
 *
 * <p><b>The one principle.</b> A table is acquired before anything is mapped in it, and stays while
 * something is. So mapping is: decide, choose an address, keep the tables, read the source into
 * entries that are not present, make them present; and unmapping acquires nothing.
 *
 * <p>The domain's lock is held.
 */
final class DomainMapper {
  private final DomainState state;
  private final DomainPlaces places;
  private final DomainPages pages;

  /** Whether what is unmapped waits for a flush. */
  final boolean deferring;

  DomainMapper(DomainState state, DomainPlaces places) {
    this.state = state;
    this.places = places;
    pages = state.pages;
    deferring = state.unflushed.most() != 0;
  }

  /** See {@link dev.mapwright.core.dma.Domain#map}. */
  Outcome map(DomainRequest request, PfnSource source) {
    int permissions = request.permissions();
    if (state.live && !Permissions.within(permissions, Permissions.READ_WRITE)) {
      return refuse(request, Outcome.INVALID);
    }
    Outcome placed = places.place(request);
    if (placed != Outcome.OK) {
      return refuse(request, placed);
    }
    long first = request.page();
    long count = request.pages();
    Outcome shown = Outcome.OUT_OF_RECORDS;
    try {
      shown = show(first, count, source, permissions, request.by());
    } finally {
      if (shown != Outcome.OK) {
        request.answer(-1);
        places.takeBack(first, count);
      }
    }
    return shown;
  }

  static Outcome refuse(DomainRequest request, Outcome outcome) {
    request.answer(-1);
    return outcome;
  }

  /** Maps at a range that is free. */
  private Outcome show(
      long first, long count, PfnSource source, int permissions, @Nullable String by) {
    long last = first + count - 1;
    Outcome kept = keep(first, last);
    if (kept != Outcome.OK) {
      return kept;
    }
    try {
      return showKept(first, count, source, permissions, by);
    } finally {
      state.tables.letGo(first, last);
    }
  }

  /** Keeps the tables of a range; those that wait for a flush are given back before a refusal. */
  Outcome keep(long first, long last) {
    Outcome kept = state.tables.keep(first, last);
    return kept != Outcome.OK && places.flush() ? state.tables.keep(first, last) : kept;
  }

  /** Maps at a range that is free and whose tables are there. */
  Outcome showKept(long first, long count, PfnSource source, int permissions, @Nullable String by) {
    if (count == 1) {
      return showOne(state.tables.kept(first), first, source, permissions, by);
    }
    state.lock.beginCallback(EngineLock.Callback.SOURCE_OF_FRAMES);
    long pfn;
    try {
      pfn = pages.show(source, first, count, permissions);
    } finally {
      state.lock.endCallback();
    }
    if (pfn == Frames.NONE) {
      return Outcome.INVALID;
    }
    long detail = permissions;
    if (state.machine.events().level() == EventLevel.FULL && !pages.adjacent(first, count)) {
      detail |= EventKind.SCATTERED;
    }
    state.history.record(EventKind.DMA_MAPPED, first, count, detail, pfn, by);
    return Outcome.OK;
  }

  /** Maps at a page that is free and whose table is there. */
  Outcome showOne(
      DomainTable table, long page, PfnSource source, int permissions, @Nullable String by) {
    EngineLock lock = state.lock;
    lock.beginCallback(EngineLock.Callback.SOURCE_OF_FRAMES);
    long pfn;
    try {
      pfn = pages.showOne(table, source, page, permissions);
    } finally {
      lock.endCallback();
    }
    if (pfn == Frames.NONE) {
      return Outcome.INVALID;
    }
    state.history.record(EventKind.DMA_MAPPED, page, 1, permissions, pfn, by);
    return Outcome.OK;
  }

  /** See {@link dev.mapwright.core.dma.Domain#unmap(long, long, String)}. */
  Outcome unmap(long first, long count, @Nullable String by) {
    if (!state.live) {
      return Outcome.DEAD;
    }
    if (count <= 0) {
      return Outcome.INVALID;
    }
    if (!state.has(first, count)) {
      return Outcome.OUTSIDE;
    }
    if (state.allocator == null) {
      if (!pages.allFreeForm(first, first + count - 1)) {
        return Outcome.NOT_MAPPED;
      }
    } else {
      if (!pages.begins(first) || pages.owned(first)) {
        return Outcome.NOT_MAPPED;
      }
      if (!pages.hasPages(first, count)) {
        return Outcome.INVALID;
      }
    }
    remove(first, count, true, by);
    return Outcome.OK;
  }

  /**
   * Removes what is mapped at every page of a range, in which nothing or everything is owned, and
   * gives it back where it is not owned; or lets it wait for a flush, which does that then.
   */
  void remove(long first, long count, boolean givesBack, @Nullable String by) {
    DomainTable table = count == 1 && !deferring ? state.tables.find(first) : null;
    if (table != null && pages.isSingle(table, first)) {
      removeSingle(table, first, givesBack, by);
      return;
    }
    if (!deferring) {
      long permissions = TranslationEntry.asked(pages.entry(first));
      pages.remove(first, first + count - 1);
      long became = givesBack ? places.giveBack(first, count) : DomainPlaces.FREE;
      state.history.record(EventKind.DMA_UNMAPPED, first, count, permissions, became, by);
      return;
    }
    if (state.unflushed.full()) {
      places.flush();
    }
    long permissions = TranslationEntry.asked(pages.entry(first));
    pages.withdraw(first, first + count - 1);
    state.unflushed.add(first, count);
    state.history.record(
        EventKind.DMA_UNMAPPED, first, count, permissions, DomainPlaces.UNFLUSHED, by);
  }

  /** Removes a single page, where nothing waits for a flush. */
  void removeSingle(DomainTable table, long page, boolean givesBack, @Nullable String by) {
    long permissions = TranslationEntry.asked(pages.removeSingle(table, page));
    long became = givesBack ? places.giveBack(page, 1) : DomainPlaces.FREE;
    state.history.record(EventKind.DMA_UNMAPPED, page, 1, permissions, became, by);
  }

  /** Removes what is mapped in a range: when this returns, no device reaches it. */
  void removeNow(long first, long count, @Nullable String by) {
    long permissions = TranslationEntry.asked(pages.entry(first));
    pages.remove(first, first + count - 1);
    state.history.record(EventKind.DMA_UNMAPPED, first, count, permissions, DomainPlaces.FREE, by);
  }
}
