package dev.mapwright.core.space;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;

/**
 * A range in which mapping acquires nothing and cannot fail for want of memory.
 *
 * <p>It is a region whose page tables, index nodes and mapping records exist from the beginning and
 * stay as long as it lives. {@link #map} writes entries and counts, {@link #unmap} clears them;
 * neither asks any allocator, which is what lets a driver go on when memory is short. What is
 * mapped are frames, which belong to somebody else: each is held, so that it is not reused while it
 * is shown.
 *
 * <p>The range can't be mapped, unmapped or protected in any other way; destroying its region
 * releases it. All methods may be called from any thread.
 */
public final class Reservation {
  private static final int CHUNK = 64;

  private final AddressSpace space;
  private final Region region;
  private final int mostMappings;
  private int mappings;

  /** Records set aside and not in use, by number; guarded by the space's lock. */
  private final int[] records;

  private int recordsLeft;

  /** Frames of entries being removed. */
  private final long[] going = new long[CHUNK];

  private Reservation(AddressSpace space, Region region, int[] records) {
    this.space = space;
    this.region = region;
    this.records = records;
    this.recordsLeft = records.length;
    this.mostMappings = records.length;
  }

  static Made<Reservation> make(Region parent, RegionRequest request, int mappings) {
    if (mappings <= 0 || mappings > request.pages) {
      return Made.refused(Outcome.INVALID);
    }
    AddressSpace space = parent.space;
    // A range whose tables can't exist is refused before the work of preparing begins.
    if (request.pages / 512 > space.machine.frames().free()) {
      return Made.refused(Outcome.OUT_OF_FRAMES);
    }
    Outcome allocated = space.regions.allocate(parent, request);
    if (allocated != Outcome.OK) {
      return Made.refused(allocated);
    }
    Region region = request.region();
    Outcome prepared = prepare(space, region, mappings);
    if (prepared != Outcome.OK) {
      space.regions.destroyUnleased(region);
      request.made = null;
      return Made.refused(prepared);
    }
    int[] records = new int[mappings];
    for (int i = 0; i < mappings; i++) {
      records[i] = space.table.setAside();
    }
    Reservation reservation = new Reservation(space, region, records);
    region.reservation = reservation;
    space.events.record(EventKind.RESERVED, region.firstPage, region.pages(), mappings, 0);
    return Made.of(reservation);
  }

  private static Outcome prepare(AddressSpace space, Region region, int mappings) {
    boolean translatable =
        space.tables.translation.translatable(region.firstPage)
            && space.tables.translation.translatable(region.lastPage);
    if (!translatable) {
      return Outcome.OUTSIDE;
    }
    if (!space.table.ensure(mappings)) {
      return Outcome.OUT_OF_RECORDS;
    }
    if (!space.mappings.prepare(region.firstPage, region.lastPage)) {
      return Outcome.OUT_OF_RECORDS;
    }
    if (!space.tables.translation.prepare(region.firstPage, region.pages())) {
      space.mappings.unprepare(region.firstPage, region.lastPage);
      return Outcome.OUT_OF_FRAMES;
    }
    return Outcome.OK;
  }

  /**
   * The region that the reservation is.
   *
   * @return a region that holds nothing but this reservation's mappings
   */
  public Region region() {
    return region;
  }

  /**
   * How many mappings may exist at a time.
   *
   * @return as given when it was made
   */
  public int mostMappings() {
    return mostMappings;
  }

  /**
   * Maps frames. Acquires nothing.
   *
   * @param first the first page, in the space's numbers
   * @param pages how many
   * @param frames what they show
   * @param permissions what is allowed, not empty
   * @param cache how it is accessed
   * @return {@code DEAD}; {@code INVALID} (no pages, no or unknown permissions; last of all, a
   *     frame that no entry can lead to); {@code OUTSIDE}; {@code EXCEEDS_MAXIMUM} (the region's
   *     capability); {@code OCCUPIED}; {@code IN_USE} when all records are in use; {@code
   *     SATURATED} when a frame's hold count is full. Nothing else
   */
  public Outcome map(long first, long pages, PfnSource frames, int permissions, CachePolicy cache) {
    space.lock.lock();
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
      if (!Permissions.within(permissions, region.capability)) {
        return Outcome.EXCEEDS_MAXIMUM;
      }
      if (!space.finder.free(region, first, first + pages - 1)) {
        return Outcome.OCCUPIED;
      }
      if (recordsLeft == 0) {
        return Outcome.IN_USE;
      }
      if (!expressible(pages, frames)) {
        return Outcome.INVALID;
      }
      if (!hold(pages, frames)) {
        return Outcome.SATURATED;
      }
      int id = records[--recordsLeft];
      mappings++;
      space.table.use();
      space.table.fill(
          id,
          first,
          first + pages - 1,
          null,
          0,
          permissions,
          permissions,
          cache.ordinal(),
          region.number,
          0);
      space.mappings.put(first, id);
      Translation translation = space.tables.translation;
      int allowed = translation.effective(permissions);
      for (long i = 0; i < pages; i++) {
        translation.install(first + i, frames.pfn(i), allowed, cache);
      }
      space.events.record(EventKind.MAPPED, first, pages, permissions, frames.pfn(0));
      return Outcome.OK;
    } finally {
      space.lock.unlock();
    }
  }

  private static boolean expressible(long pages, PfnSource source) {
    for (long i = 0; i < pages; i++) {
      long pfn = source.pfn(i);
      if (pfn < 0 || pfn > Frames.LAST_PFN) {
        return false;
      }
    }
    return true;
  }

  private boolean hold(long pages, PfnSource source) {
    Frames frames = space.machine.frames();
    for (long i = 0; i < pages; i++) {
      long pfn = source.pfn(i);
      if (frames.isRam(pfn) && !frames.hold(pfn)) {
        for (long j = 0; j < i; j++) {
          if (frames.isRam(source.pfn(j))) {
            frames.unhold(source.pfn(j));
          }
        }
        return false;
      }
    }
    return true;
  }

  /**
   * Removes the mapping that begins at a page. Acquires nothing and cannot fail.
   *
   * @param first the first page that was given to {@link #map}
   * @return {@code DEAD}; {@code NOT_MAPPED} when no mapping begins there
   */
  public Outcome unmap(long first) {
    space.lock.lock();
    try {
      if (!region.live()) {
        return Outcome.DEAD;
      }
      int id = region.contains(first, 1) ? space.mappings.get(first) : 0;
      if (id == 0) {
        return Outcome.NOT_MAPPED;
      }
      remove(id, EventKind.UNMAPPED);
      return Outcome.OK;
    } finally {
      space.lock.unlock();
    }
  }

  private void remove(int id, EventKind how) {
    MappingTable table = space.table;
    long first = table.first(id);
    long last = table.last(id);
    for (long page = first; page <= last; page += CHUNK) {
      removeChunk(page, (int) Math.min(CHUNK, last - page + 1));
    }
    space.tables.dirty.drop(first, last);
    space.events.record(how, first, last - first + 1, table.permissions(id), 0);
    space.mappings.remove(first);
    table.unuse();
    mappings--;
    records[recordsLeft++] = id;
  }

  /** The entries name the frames, so these are noted before the entries go, and let go after. */
  private void removeChunk(long first, int pages) {
    Translation translation = space.tables.translation;
    for (int i = 0; i < pages; i++) {
      going[i] = TranslationEntry.pfn(translation.entry(first + i));
    }
    translation.remove(first, first + pages - 1);
    Frames frames = space.machine.frames();
    for (int i = 0; i < pages; i++) {
      if (frames.isRam(going[i])) {
        frames.unhold(going[i]);
      }
    }
  }

  /**
   * How many mappings exist now.
   *
   * @return a count
   */
  public int mappings() {
    space.lock.lock();
    try {
      return mappings;
    } finally {
      space.lock.unlock();
    }
  }

  /**
   * Removes what is still mapped and gives everything back: the region is destroyed.
   *
   * @return {@code DEAD} when it was released before
   */
  public Outcome release() {
    return region.destroy();
  }

  /** The region dies: its mappings go, and what was prepared is given back. The space is locked. */
  void giveBack() {
    for (long key = space.mappings.ceilingKey(region.firstPage);
        key >= 0 && key <= region.lastPage;
        key = space.mappings.ceilingKey(key + 1)) {
      remove(space.mappings.found(), EventKind.DESTROYED);
    }
    while (recordsLeft > 0) {
      space.table.returnAside(records[--recordsLeft]);
    }
    space.mappings.unprepare(region.firstPage, region.lastPage);
    space.tables.translation.unprepare(region.firstPage, region.pages());
    space.events.record(
        EventKind.RESERVATION_RELEASED, region.firstPage, region.pages(), mostMappings, 0);
  }
}
