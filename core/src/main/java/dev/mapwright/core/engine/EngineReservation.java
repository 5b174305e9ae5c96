package dev.mapwright.core.engine;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.BareEntries;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.core.state.MappingTable;
import dev.mapwright.core.state.RegionState;
import dev.mapwright.core.state.SpaceState;
import org.jspecify.annotations.Nullable;

/**
 * The reservation behind the face: prepared tables and index nodes, records set aside, and room for
 * one frame number a page. With these, mapping and unmapping acquire nothing (I6).
 *
 * <p>What is mapped is what {@link #frames} says. The entries are a cache of it as everywhere else:
 * an object that had a mapping here before may still have an entry forgotten ({@link
 * dev.mapwright.core.state.MappingView}).
 *
 * <p>The space's lock guards everything.
 */
public final class EngineReservation implements Reservation, RegionState.Reserved {
  private final SpaceState state;
  private final Finder finder;
  private final Regions regions;
  private final RegionState region;
  private final int mostMappings;
  private int mappings;

  /** Records set aside and not in use. */
  private final int[] records;

  private int recordsLeft;

  /** What each page of the region shows; means nothing where nothing is mapped. */
  private final long[] frames;

  private EngineReservation(
      SpaceState state,
      Finder finder,
      Regions regions,
      RegionState region,
      int[] records,
      long[] frames) {
    this.state = state;
    this.finder = finder;
    this.regions = regions;
    this.region = region;
    this.records = records;
    this.recordsLeft = records.length;
    this.mostMappings = records.length;
    this.frames = frames;
  }

  static Made<Reservation> make(
      SpaceState state,
      Finder finder,
      Regions regions,
      RegionState parent,
      RegionRequest request,
      int mappings) {
    long pages = request.pages();
    if (mappings <= 0 || mappings > pages) {
      return Made.refused(Outcome.INVALID);
    }
    // A range whose tables can't exist is refused before the work of preparing begins.
    if (pages / 512 > state.machine().frames().free()) {
      return Made.refused(Outcome.OUT_OF_FRAMES);
    }
    Outcome allocated = regions.allocate(parent, request);
    if (allocated != Outcome.OK) {
      return Made.refused(allocated);
    }
    RegionState region = (RegionState) request.region();
    EngineReservation made = prepared(state, finder, regions, region, mappings);
    Outcome outcome = made == null ? Outcome.OUT_OF_RECORDS : made.prepareTables();
    if (made == null || outcome != Outcome.OK) {
      regions.destroyWhole(region);
      request.answer(null);
      return Made.refused(outcome);
    }
    region.setReserved(made);
    state.events().record(EventKind.RESERVED, region.firstPage(), region.pages(), mappings, 0);
    return Made.of(made);
  }

  /** All the heap that it will need; null when there is not so much. */
  private static @Nullable EngineReservation prepared(
      SpaceState state, Finder finder, Regions regions, RegionState region, int mappings) {
    if (region.pages() > Integer.MAX_VALUE - 8) {
      return null;
    }
    try {
      int[] records = new int[mappings];
      long[] frames = new long[(int) region.pages()];
      return new EngineReservation(state, finder, regions, region, records, frames);
    } catch (OutOfMemoryError e) {
      return null;
    }
  }

  /** Acquires records, index nodes and tables; all or nothing. */
  private Outcome prepareTables() {
    Translation translation = state.tables().translation();
    long first = region.firstPage();
    long last = region.lastPage();
    if (!translation.translatable(first) || !translation.translatable(last)) {
      return Outcome.OUTSIDE;
    }
    if (!state.table().ensure(mostMappings)) {
      return Outcome.OUT_OF_RECORDS;
    }
    boolean indexed = state.prepareIndex(first, last);
    boolean whole = indexed && translation.prepare(first, region.pages());
    if (whole) {
      for (int i = 0; i < mostMappings; i++) {
        records[i] = state.table().setAside();
      }
    } else if (indexed) {
      state.unprepareIndex(first, last);
    }
    state.settle();
    if (whole) {
      return Outcome.OK;
    }
    return indexed ? Outcome.OUT_OF_FRAMES : Outcome.OUT_OF_RECORDS;
  }

  @Override
  public Region region() {
    return region.face();
  }

  @Override
  public int mostMappings() {
    return mostMappings;
  }

  @Override
  public Outcome map(long first, long pages, PfnSource source, int permissions, CachePolicy cache) {
    state.lock().lock();
    try {
      if (!region.live()) {
        return Outcome.DEAD;
      }
      if (pages <= 0
          || permissions == Permissions.NONE
          || !Permissions.within(permissions, Permissions.ALL)) {
        return Outcome.INVALID;
      }
      if (!region.contains(first, pages)) {
        return Outcome.OUTSIDE;
      }
      if (!Permissions.within(permissions, region.capability())) {
        return Outcome.EXCEEDS_MAXIMUM;
      }
      if (!finder.free(region, first, first + pages - 1)) {
        return Outcome.OCCUPIED;
      }
      if (recordsLeft == 0) {
        return Outcome.IN_USE;
      }
      // The region is no larger than an array, so its pages can be counted by an int.
      if (!read(source, at(first), (int) pages)) {
        return Outcome.INVALID;
      }
      hold(at(first), (int) pages);
      enter(first, (int) pages, permissions, cache);
      return Outcome.OK;
    } finally {
      state.lock().leave();
    }
  }

  /** Where in {@link #frames} a page of the region is. */
  private int at(long page) {
    return (int) (page - region.firstPage());
  }

  @Override
  public long frame(long page) {
    return frames[at(page)];
  }

  /** Asks the source for each page's frame; false when no entry can lead to one of them. */
  private boolean read(PfnSource source, int from, int pages) {
    boolean expressible = true;
    state.lock().beginCallback("a source of frames");
    try {
      for (int i = 0; i < pages; i++) {
        long pfn = source.pfn(i);
        frames[from + i] = pfn;
        expressible &= pfn >= 0 && pfn <= Frames.LAST_PFN;
      }
    } finally {
      state.lock().endCallback();
    }
    return expressible;
  }

  private void hold(int from, int pages) {
    Frames all = state.machine().frames();
    for (int i = from; i < from + pages; i++) {
      all.hold(frames[i]);
    }
  }

  private void letGo(int from, int pages) {
    Frames all = state.machine().frames();
    for (int i = from; i < from + pages; i++) {
      all.unhold(frames[i]);
    }
  }

  private void enter(long first, int pages, int permissions, CachePolicy cache) {
    int id = records[--recordsLeft];
    mappings++;
    MappingTable table = state.table();
    table.use();
    table.fill(
        id,
        first,
        first + pages - 1,
        null,
        0,
        permissions,
        permissions,
        cache.ordinal(),
        region.number(),
        0);
    state.index(id);
    BareEntries entries = state.tables().translation().bareEntries();
    for (int i = 0; i < pages; i++) {
      entries.stage(first + i, frames[at(first) + i], permissions, cache);
    }
    entries.publish(first, first + pages - 1);
    state.events().record(EventKind.MAPPED, first, pages, permissions, frames[at(first)]);
  }

  @Override
  public Outcome unmap(long first) {
    state.lock().lock();
    try {
      if (!region.live()) {
        return Outcome.DEAD;
      }
      int id = region.contains(first, 1) ? state.mappingFrom(first) : 0;
      if (id == 0) {
        return Outcome.NOT_MAPPED;
      }
      remove(id, EventKind.UNMAPPED);
      return Outcome.OK;
    } finally {
      state.lock().leave();
    }
  }

  private void remove(int id, EventKind how) {
    MappingTable table = state.table();
    long first = table.first(id);
    long last = table.last(id);
    BareEntries entries = state.tables().translation().bareEntries();
    entries.withdraw(first, last);
    entries.clear(first, last);
    letGo(at(first), (int) (last - first + 1));
    state.tables().dirty().drop(first, last);
    state.events().record(how, first, last - first + 1, table.permissions(id), 0);
    state.unindex(first);
    table.unuse();
    mappings--;
    records[recordsLeft++] = id;
  }

  @Override
  public int mappings() {
    state.lock().lock();
    try {
      return mappings;
    } finally {
      state.lock().leave();
    }
  }

  @Override
  public Outcome release() {
    state.lock().lock();
    try {
      return regions.destroy(region);
    } finally {
      state.lock().leave();
    }
  }

  @Override
  public void giveBack() {
    long first = region.firstPage();
    long last = region.lastPage();
    for (int id = state.firstBeginning(first, last);
        id != 0;
        id = state.firstBeginning(first, last)) {
      remove(id, EventKind.DESTROYED);
    }
    while (recordsLeft > 0) {
      state.table().returnAside(records[--recordsLeft]);
    }
    state.unprepareIndex(first, last);
    state.tables().translation().unprepare(first, region.pages());
    state.events().record(EventKind.RESERVATION_RELEASED, first, region.pages(), mostMappings, 0);
  }
}
