package dev.mapwright.core.engine;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
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
 * <p>The space's lock guards everything.
 */
public final class EngineReservation implements Reservation, RegionState.Reserved {
  private static final int CHUNK = 64;

  private final SpaceState state;
  private final Finder finder;
  private final Regions regions;
  private final RegionState region;
  private final int mostMappings;
  private int mappings;

  /** Records set aside and not in use. */
  private final int[] records;

  private int recordsLeft;

  /** What the source of the mapping under way has said; the source is asked once for each page. */
  private final long[] coming;

  /** Frames of entries being removed. */
  private final long[] going = new long[CHUNK];

  private EngineReservation(
      SpaceState state,
      Finder finder,
      Regions regions,
      RegionState region,
      int[] records,
      long[] coming) {
    this.state = state;
    this.finder = finder;
    this.regions = regions;
    this.region = region;
    this.records = records;
    this.recordsLeft = records.length;
    this.mostMappings = records.length;
    this.coming = coming;
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
      long[] coming = new long[(int) region.pages()];
      return new EngineReservation(state, finder, regions, region, records, coming);
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
  public Outcome map(long first, long pages, PfnSource frames, int permissions, CachePolicy cache) {
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
      if (!read(frames, (int) pages)) {
        return Outcome.INVALID;
      }
      if (!hold((int) pages)) {
        return Outcome.SATURATED;
      }
      enter(first, (int) pages, permissions, cache);
      return Outcome.OK;
    } finally {
      state.lock().leave();
    }
  }

  /** Asks the source for each page's frame; false when no entry can lead to one of them. */
  private boolean read(PfnSource frames, int pages) {
    boolean expressible = true;
    state.lock().beginCallback("a source of frames");
    try {
      for (int i = 0; i < pages; i++) {
        coming[i] = frames.pfn(i);
        expressible &= coming[i] >= 0 && coming[i] <= Frames.LAST_PFN;
      }
    } finally {
      state.lock().endCallback();
    }
    return expressible;
  }

  private boolean hold(int pages) {
    Frames frames = state.machine().frames();
    for (int i = 0; i < pages; i++) {
      if (frames.isRam(coming[i]) && !frames.hold(coming[i])) {
        letGo(coming, i);
        return false;
      }
    }
    return true;
  }

  private void letGo(long[] pfns, int count) {
    Frames frames = state.machine().frames();
    for (int i = 0; i < count; i++) {
      if (frames.isRam(pfns[i])) {
        frames.unhold(pfns[i]);
      }
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
    Translation translation = state.tables().translation();
    int allowed = translation.effective(permissions);
    for (int i = 0; i < pages; i++) {
      translation.install(first + i, coming[i], allowed, cache);
    }
    state.events().record(EventKind.MAPPED, first, pages, permissions, coming[0]);
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
    for (long page = first; page <= last; page += CHUNK) {
      removeChunk(page, (int) Math.min(CHUNK, last - page + 1));
    }
    state.tables().dirty().drop(first, last);
    state.events().record(how, first, last - first + 1, table.permissions(id), 0);
    state.unindex(first);
    table.unuse();
    mappings--;
    records[recordsLeft++] = id;
  }

  /** The entries name the frames, so these are noted before the entries go, and let go after. */
  private void removeChunk(long first, int pages) {
    Translation translation = state.tables().translation();
    for (int i = 0; i < pages; i++) {
      going[i] = TranslationEntry.pfn(translation.entry(first + i));
    }
    translation.remove(first, first + pages - 1);
    letGo(going, pages);
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
