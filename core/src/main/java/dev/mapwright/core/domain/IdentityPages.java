package dev.mapwright.core.domain;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.PfnSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Pages that show themselves. A caller names them in any order; here they are sorted, and dealt
 * with as runs of adjacent ones, each of which is a mapping.
 */
final class IdentityPages {
  private static final long[] NONE = {};

  private final DomainState state;
  private final DomainPlaces places;
  private final DomainMapper mapper;

  /** The pages, in ascending order, each once. */
  private final long[] pages;

  private IdentityPages(DomainState state, DomainPlaces places, DomainMapper mapper, long[] pages) {
    this.state = state;
    this.places = places;
    this.mapper = mapper;
    this.pages = pages;
  }

  /** See {@link dev.mapwright.core.dma.Domain#mapIdentity}. The domain's lock is held. */
  static Outcome map(
      DomainState state,
      DomainPlaces places,
      DomainMapper mapper,
      PfnSource source,
      long count,
      int permissions,
      @Nullable String by) {
    if (state.live && !Permissions.within(permissions, Permissions.READ_WRITE)) {
      return Outcome.INVALID;
    }
    Outcome possible = possible(state, count);
    if (possible != Outcome.OK) {
      return possible;
    }
    long[] pages = read(state, source, (int) count);
    if (pages == null) {
      return Outcome.OUT_OF_RECORDS;
    }
    return new IdentityPages(state, places, mapper, pages).map(permissions, by);
  }

  /** See {@link dev.mapwright.core.dma.Domain#unmapIdentity}. The domain's lock is held. */
  static Outcome unmap(
      DomainState state,
      DomainPlaces places,
      DomainMapper mapper,
      PfnSource source,
      long count,
      @Nullable String by) {
    Outcome possible = possible(state, count);
    if (possible != Outcome.OK) {
      return possible;
    }
    long[] pages = read(state, source, (int) count);
    if (pages == null) {
      return Outcome.OUT_OF_RECORDS;
    }
    return new IdentityPages(state, places, mapper, pages).unmap(by);
  }

  private static Outcome possible(DomainState state, long count) {
    if (!state.live) {
      return Outcome.DEAD;
    }
    if (count <= 0) {
      return Outcome.INVALID;
    }
    if (state.allocator != null) {
      return Outcome.UNSUPPORTED;
    }
    return count > Integer.MAX_VALUE - 8 ? Outcome.OUT_OF_RECORDS : Outcome.OK;
  }

  /**
   * What a source names, sorted; null when there is no memory for it, empty when one comes twice.
   */
  private static long @Nullable [] read(DomainState state, PfnSource source, int count) {
    long[] pages;
    try {
      pages = new long[count];
    } catch (OutOfMemoryError full) {
      return null;
    }
    state.lock.beginCallback(EngineLock.Callback.SOURCE_OF_FRAMES);
    try {
      for (int i = 0; i < count; i++) {
        pages[i] = source.pfn(i);
      }
    } finally {
      state.lock.endCallback();
    }
    Arrays.sort(pages);
    for (int i = 1; i < count; i++) {
      if (pages[i] == pages[i - 1]) {
        return NONE;
      }
    }
    return pages;
  }

  /** The index behind the run of adjacent pages that begins at one. */
  private int end(int start) {
    int at = start + 1;
    while (at < pages.length && pages[at] == pages[at - 1] + 1) {
      at++;
    }
    return at;
  }

  private Outcome map(int permissions, @Nullable String by) {
    if (pages.length == 0) {
      return Outcome.INVALID;
    }
    if (pages[0] < 0 || pages[pages.length - 1] > state.lastPage) {
      return Outcome.OUTSIDE;
    }
    for (int at = 0; at < pages.length; at = end(at)) {
      if (places.used(pages[at], pages[end(at) - 1])) {
        return Outcome.OCCUPIED;
      }
    }
    int kept = 0;
    Outcome outcome = Outcome.OK;
    while (kept < pages.length && outcome == Outcome.OK) {
      outcome = mapper.keep(pages[kept], pages[end(kept) - 1]);
      kept = outcome == Outcome.OK ? end(kept) : kept;
    }
    if (outcome == Outcome.OK) {
      for (int at = 0; at < pages.length; at = end(at)) {
        long first = pages[at];
        outcome = mapper.showKept(first, end(at) - at, page -> first + page, permissions, by);
        if (outcome != Outcome.OK) {
          takeBack(at, by);
          break;
        }
      }
    }
    for (int at = 0; at < kept; at = end(at)) {
      state.tables.letGo(pages[at], pages[end(at) - 1]);
    }
    return outcome;
  }

  /** Removes the runs before one. */
  private void takeBack(int count, @Nullable String by) {
    for (int at = 0; at < count; at = end(at)) {
      mapper.removeNow(pages[at], end(at) - at, by);
    }
  }

  private Outcome unmap(@Nullable String by) {
    if (pages.length == 0) {
      return Outcome.INVALID;
    }
    for (long page : pages) {
      if (page < 0
          || page > state.lastPage
          || state.pages.owned(page)
          || !TranslationEntry.bare(state.pages.entry(page))
          || TranslationEntry.pfn(state.pages.entry(page)) != page) {
        return Outcome.NOT_MAPPED;
      }
    }
    for (int at = 0; at < pages.length; at = end(at)) {
      mapper.remove(pages[at], end(at) - at, false, by);
    }
    return Outcome.OK;
  }
}
