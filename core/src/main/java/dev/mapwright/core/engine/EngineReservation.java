package dev.mapwright.core.engine;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.Event;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.event.EventRing;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.lock.ReservationLock;
import dev.mapwright.core.machine.BareEntries;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.core.space.Region;
import dev.mapwright.core.space.RegionRequest;
import dev.mapwright.core.space.Reservation;
import dev.mapwright.core.state.BareFrames;
import dev.mapwright.core.state.BareMapping;
import dev.mapwright.core.state.PageBits;
import dev.mapwright.core.state.RegionState;
import dev.mapwright.core.state.SpaceState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The reservation behind the face. With what it has from the beginning, mapping and unmapping
 * acquire nothing (I6) and cost little more than the entries that they write.
 *
 * <p><b>What is stored where.</b> Frames, permissions and cache policies are in the table entries,
 * which it writes through a handle on its prepared tables. Where mappings begin and end is in two
 * bits a page. There are no records, and nothing of it is in the space's index: who asks the space
 * about a page is sent here ({@link RegionState.Reserved}).
 *
 * <p><b>Who guards what.</b> Its own lock guards everything here, also against the space: whoever
 * comes from there holds the space's lock first. The prepared tables are nobody else's but at the
 * edges, where entries of others may be in the same table; they are not touched.
 *
 * <p><b>The end.</b> Destroying takes this lock, too. So a mapping is either there before, and
 * goes, or finds the reservation dead.
 */
public final class EngineReservation implements Reservation, RegionState.Reserved {
  /** How many events are remembered, for the question who removed a mapping. */
  private static final int EVENTS = 16;

  private final SpaceState state;
  private final Parts parts;
  private final RegionState region;
  private final int mostMappings;
  private final ReservationLock lock;
  private final BareFrames frames;
  private final long firstPage;

  /** How many pages there are. */
  private final int pages;

  private final int capability;

  /** Pages that are mapped. */
  private final PageBits mapped;

  /** Pages at which a mapping begins. */
  private final PageBits begins;

  private final EventRing events;
  private int mappings;
  private boolean live = true;

  private EngineReservation(
      Parts parts, RegionState region, int mostMappings, BareEntries entries) {
    this.state = parts.rest().state;
    this.parts = parts;
    this.region = region;
    this.mostMappings = mostMappings;
    lock = new ReservationLock(state.lock(), state.machine().concurrent());
    frames = new BareFrames(state.machine().frames(), entries);
    firstPage = region.firstPage();
    pages = (int) region.pages();
    capability = region.capability();
    mapped = new PageBits(pages);
    begins = new PageBits(pages);
    events = state.machine().events().newFixedRing(state.name(), EVENTS);
  }

  static Made<Reservation> make(
      Parts parts, RegionState parent, RegionRequest request, int mappings) {
    Regions regions = parts.rest().regions;
    if (mappings <= 0 || mappings > request.pages()) {
      return Made.refused(Outcome.INVALID);
    }
    Outcome allocated = regions.allocate(parent, request);
    if (allocated != Outcome.OK) {
      return Made.refused(allocated);
    }
    RegionState region = (RegionState) request.region();
    Made<Reservation> made = prepared(parts, region, mappings);
    if (made.outcome() != Outcome.OK) {
      regions.destroyWhole(region);
      request.answer(null);
    }
    return made;
  }

  /** Acquires everything; all or nothing. */
  private static Made<Reservation> prepared(Parts parts, RegionState region, int mappings) {
    SpaceState state = parts.rest().state;
    Translation translation = state.tables().translation();
    long first = region.firstPage();
    long pages = region.pages();
    if (!translation.translatable(first, region.lastPage())) {
      return Made.refused(Outcome.OUTSIDE);
    }
    // A range whose tables can't exist is refused before the work of preparing begins.
    if (translation.tablesFor(first, pages)
        > state.machine().frames().free() + translation.tables()) {
      return Made.refused(Outcome.OUT_OF_FRAMES);
    }
    if (pages > Integer.MAX_VALUE - 64
        || state.machine().failures().refuses(AllocationPoint.MAPPING)
        || !state.acquireReserved()) {
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    if (!translation.prepare(first, pages)) {
      state.settle();
      return Made.refused(Outcome.OUT_OF_FRAMES);
    }
    EngineReservation made = null;
    try {
      BareEntries entries = translation.preparedEntries(first, pages);
      made = entries == null ? null : new EngineReservation(parts, region, mappings, entries);
    } catch (OutOfMemoryError full) {
      made = null;
    }
    if (made == null) {
      translation.unprepare(first, pages);
      state.settle();
      return Made.refused(Outcome.OUT_OF_RECORDS);
    }
    region.setReserved(made);
    state.enterReserved(region);
    state.events().record(EventKind.RESERVED, first, pages, mappings, 0);
    return Made.of(made);
  }

  @Override
  public Region region() {
    return region.face();
  }

  @Override
  public int mostMappings() {
    return mostMappings;
  }

  /** Where a page is, counted from the first; any number for a page that is not in here. */
  private int at(long page) {
    return (int) (page - firstPage);
  }

  private boolean contains(long page) {
    return page >= firstPage && page - firstPage < pages;
  }

  @Override
  public Outcome map(long first, long count, PfnSource source, int permissions, CachePolicy cache) {
    lock.lock();
    try {
      if (!live) {
        return Outcome.DEAD;
      }
      if (count <= 0
          || permissions == Permissions.NONE
          || !Permissions.within(permissions, Permissions.ALL)) {
        return Outcome.INVALID;
      }
      if (!contains(first) || count > pages - (first - firstPage)) {
        return Outcome.OUTSIDE;
      }
      if (!Permissions.within(permissions, capability)) {
        return Outcome.EXCEEDS_MAXIMUM;
      }
      int from = at(first);
      int to = from + (int) count - 1;
      if (mapped.get(from) || from < to && mapped.firstSet(from, to) >= 0) {
        return Outcome.OCCUPIED;
      }
      if (mappings == mostMappings) {
        return Outcome.IN_USE;
      }
      long pfn = read(source, first, (int) count, permissions, cache);
      if (pfn == Frames.NONE) {
        return Outcome.INVALID;
      }
      if (from == to) {
        mapped.set(from);
      } else {
        mapped.set(from, to);
        frames.publish(first, first + count - 1);
      }
      begins.set(from);
      mappings++;
      events.record(EventKind.FRAMES_MAPPED, first, count, permissions, pfn);
      return Outcome.OK;
    } finally {
      lock.leave();
    }
  }

  /**
   * Asks the source: the first frame, or NONE when one can't be shown. A single page is shown at
   * once, several are staged: nobody gets through the first before the last is known.
   */
  private long read(PfnSource source, long first, int count, int permissions, CachePolicy cache) {
    lock.beginSource();
    try {
      if (count == 1) {
        return frames.showOne(source, first, permissions, cache);
      }
      boolean staged = frames.stage(source, 0, first, count, permissions, cache);
      return staged ? frames.pfn(first) : Frames.NONE;
    } finally {
      lock.endSource();
    }
  }

  /** The last page of the mapping that begins at one. */
  private int end(int begin) {
    int most = pages - 1;
    if (begin == most || !mapped.get(begin + 1)) {
      return begin;
    }
    int unmapped = mapped.firstClear(begin + 1, most);
    int last = unmapped < 0 ? most : unmapped - 1;
    int next = begin == last ? -1 : begins.firstSet(begin + 1, last);
    return next < 0 ? last : next - 1;
  }

  /** Whether a mapping begins at a page. */
  private boolean beginsAt(long page) {
    return contains(page) && begins.get(at(page));
  }

  @Override
  public Outcome protect(long first, int permissions) {
    lock.lock();
    try {
      if (!live) {
        return Outcome.DEAD;
      }
      if (!Permissions.within(permissions, Permissions.ALL)) {
        return Outcome.INVALID;
      }
      if (!beginsAt(first)) {
        return Outcome.NOT_MAPPED;
      }
      if (!Permissions.within(permissions, capability)) {
        return Outcome.EXCEEDS_MAXIMUM;
      }
      long last = firstPage + end(at(first));
      int before = TranslationEntry.asked(frames.entry(first));
      frames.protect(first, last, permissions);
      events.record(EventKind.PROTECTED, first, last - first + 1, permissions, before);
      return Outcome.OK;
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome unmap(long first) {
    lock.lock();
    try {
      if (!live) {
        return Outcome.DEAD;
      }
      if (!beginsAt(first)) {
        return Outcome.NOT_MAPPED;
      }
      remove(at(first), EventKind.UNMAPPED);
      return Outcome.OK;
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome unmap(long first, long count) {
    lock.lock();
    try {
      if (!live) {
        return Outcome.DEAD;
      }
      if (!beginsAt(first)) {
        return Outcome.NOT_MAPPED;
      }
      int begin = at(first);
      if (end(begin) - begin + 1 != count) {
        return Outcome.INVALID;
      }
      remove(begin, EventKind.UNMAPPED);
      return Outcome.OK;
    } finally {
      lock.leave();
    }
  }

  @Override
  public long mappedFrom(long first) {
    lock.lock();
    try {
      return live && beginsAt(first) ? end(at(first)) - at(first) + 1 : 0;
    } finally {
      lock.leave();
    }
  }

  @Override
  public long firstMapped() {
    lock.lock();
    try {
      int found = live ? begins.firstSet(0, pages - 1) : -1;
      return found < 0 ? -1 : firstPage + found;
    } finally {
      lock.leave();
    }
  }

  private void remove(int begin, EventKind how) {
    int end = end(begin);
    long first = firstPage + begin;
    long last = firstPage + end;
    long entry;
    if (begin == end) {
      entry = frames.removeOne(first);
      mapped.clear(begin);
    } else {
      entry = frames.entry(first);
      frames.remove(first, last);
      mapped.clear(begin, end);
    }
    if (state.tables().dirty().tracking()) {
      state.tables().dirty().drop(first, last);
    }
    begins.clear(begin);
    mappings--;
    events.record(how, first, last - first + 1, TranslationEntry.asked(entry), 0);
  }

  @Override
  public int mappings() {
    lock.lock();
    try {
      return mappings;
    } finally {
      lock.leave();
    }
  }

  @Override
  public List<Event> events() {
    lock.lock();
    try {
      return events.events();
    } finally {
      lock.leave();
    }
  }

  @Override
  public Outcome release() {
    parts.enterAll();
    try {
      return parts.rest().regions.destroy(region);
    } finally {
      parts.leaveAll();
    }
  }

  // ---- asked by the space, which is locked

  @Override
  public void giveBack() {
    lock.lock();
    try {
      live = false;
      frames.withdraw(firstPage, firstPage + pages - 1); // once for all of them
      for (int begin = begins.firstSet(0, pages - 1);
          begin >= 0;
          begin = begins.firstSet(begin, pages - 1)) {
        remove(begin, EventKind.DESTROYED);
      }
    } finally {
      lock.unlock();
    }
    state.leaveReserved(region);
    state.tables().translation().unprepare(firstPage, pages);
    state.events().record(EventKind.RESERVATION_RELEASED, firstPage, pages, mostMappings, 0);
  }

  @Override
  public boolean endIfEmpty() {
    lock.lock();
    try {
      live &= mappings != 0;
      return !live;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean firstIn(long first, long last, BareMapping into) {
    lock.lock();
    try {
      long end = Math.min(last, firstPage + pages - 1);
      if (!live || first > end || end < firstPage) {
        return false;
      }
      int found = mapped.firstSet(at(Math.max(first, firstPage)), at(end));
      if (found < 0) {
        return false;
      }
      int begin = begins.lastSet(found);
      long entry = frames.entry(firstPage + begin);
      into.first = firstPage + begin;
      into.last = firstPage + end(begin);
      into.permissions = TranslationEntry.asked(entry);
      into.cache = TranslationEntry.cache(entry);
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long entry(long page) {
    lock.lock();
    try {
      return live && mapped.get(at(page)) ? frames.entry(page) : TranslationEntry.ABSENT;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable Event lastRemovalOf(long page) {
    lock.lock();
    try {
      return events.lastRemovalOf(page);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void undisturbed(Runnable what) {
    lock.lock();
    try {
      what.run();
    } finally {
      lock.unlock();
    }
  }
}
