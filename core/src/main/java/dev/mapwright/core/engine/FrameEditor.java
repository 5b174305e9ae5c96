package dev.mapwright.core.engine;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.core.space.Placement;
import dev.mapwright.core.state.BareFrames;
import dev.mapwright.core.state.MappingTable;
import dev.mapwright.core.state.RegionState;
import dev.mapwright.core.state.SpaceState;

/**
 * Maps frames of somebody else outside reservations. It is a change like those of {@link Editor}:
 * decide, acquire, commit; and its mappings are changed by the same rules as all others. What is
 * different is that their tables are acquired, too, since their entries are the only place that
 * says what they show (see {@link BareFrames}), and that somebody is asked what that is. The source
 * comes last before the commit: whatever it does, nothing has changed yet.
 *
 * <p>The space's lock guards everything.
 */
final class FrameEditor {
  private final SpaceState state;
  private final MappingTable table;
  private final Finder finder;
  private final Pieces pieces;
  private final Regions regions;

  /** How frames are to be mapped, noted before the source is asked; it may change the request. */
  private final FrameRequest wanted = new FrameRequest();

  FrameEditor(SpaceState state, Finder finder, Pieces pieces, Regions regions) {
    this.state = state;
    this.table = state.table();
    this.finder = finder;
    this.pieces = pieces;
    this.regions = regions;
  }

  Outcome map(RegionState region, MapRequest request, PfnSource source) {
    request.answer(-1);
    Outcome objection = regions.decide(region, request, request.object() == null);
    if (objection != Outcome.OK) {
      return objection;
    }
    long first = request.firstPage();
    long last = first + request.pages() - 1;
    boolean overwrites = request.where().rule() == Placement.Rule.OVERWRITE;
    request.answer(-1);
    objection = acquire(first, last);
    if (objection != Outcome.OK) {
      return objection;
    }
    long pages = last - first + 1;
    boolean shown = false;
    try {
      objection = read(region, request, source);
      if (objection == Outcome.OK) {
        show(region, first, last, overwrites);
        shown = true;
      }
      return objection;
    } finally {
      wanted.clear();
      // With entries in them the tables stay; without they go.
      state.tables().translation().unprepare(first, pages);
      state.settle();
      request.answer(shown ? first : -1);
      if (shown) {
        finder.taken(region, first, last);
      }
    }
  }

  /** Tables, records and index entries; all or nothing. */
  private Outcome acquire(long first, long last) {
    Translation translation = state.tables().translation();
    if (!translation.translatable(first, last)) {
      return Outcome.OUTSIDE;
    }
    long count = last - first + 1;
    if (!translation.prepare(first, count)) {
      return Outcome.OUT_OF_FRAMES;
    }
    if (!state.acquire(2, 2)) {
      translation.unprepare(first, count);
      return Outcome.OUT_OF_RECORDS;
    }
    return Outcome.OK;
  }

  /** Asks the source, into the room that the request keeps. */
  private Outcome read(RegionState region, MapRequest request, PfnSource source) {
    boolean refused = state.machine().failures().refuses(AllocationPoint.MAPPING);
    long[] pfns = refused ? null : request.room(request.pages());
    if (pfns == null) {
      return Outcome.OUT_OF_RECORDS;
    }
    wanted.note(request, region.capability(), pfns);
    state.lock().beginCallback(EngineLock.Callback.SOURCE_OF_FRAMES);
    try {
      for (int i = 0; i < wanted.pages; i++) {
        long pfn = source.pfn(i);
        if (!BareFrames.expressible(pfn)) {
          return Outcome.INVALID;
        }
        pfns[i] = BareFrames.withCache(pfn, source.cache(i, wanted.cache));
      }
    } finally {
      state.lock().endCallback();
    }
    Frames frames = state.machine().frames();
    for (int i = 0; i < wanted.pages; i++) {
      if (!frames.prepareHolds(BareFrames.frame(pfns[i]), 1)) {
        return Outcome.OUT_OF_RECORDS;
      }
    }
    return Outcome.OK;
  }

  private void show(RegionState region, long first, long last, boolean overwrites) {
    if (overwrites) {
      pieces.removeAll(first, last, EventKind.REPLACED);
    }
    int id = table.take();
    table.fill(
        id,
        first,
        last,
        0,
        0,
        wanted.permissions,
        wanted.maximum,
        wanted.cache.ordinal(),
        region.number(),
        wanted.tag);
    state.index(id);
    pieces.bare().show(wanted.pfns, first, wanted.pages, wanted.permissions);
    state
        .events()
        .record(
            EventKind.FRAMES_MAPPED,
            first,
            wanted.pages,
            wanted.permissions,
            BareFrames.frame(wanted.pfns[0]));
  }

  /** Acquires the tables for the bare frames of a range that is to move; all or nothing. */
  Outcome prepareMove(long first, long last, long to) {
    Translation translation = state.tables().translation();
    for (int id = state.mappingAt(first); id != 0; id = after(id, last)) {
      if (table.object(id) == null) {
        long from = Math.max(first, table.first(id));
        long end = Math.min(last, table.last(id));
        long place = from + (to - first);
        boolean translatable = translation.translatable(place, end + (to - first));
        if (!translatable || !translation.prepare(place, end - from + 1)) {
          unprepare(first, from - 1, to - first);
          return translatable ? Outcome.OUT_OF_FRAMES : Outcome.OUTSIDE;
        }
      }
    }
    return Outcome.OK;
  }

  /**
   * Ends that: gives back what was acquired for the bare frames of a range, at a distance from
   * them.
   */
  void unprepare(long first, long last, long distance) {
    int id = first > last ? 0 : state.mappingAt(first);
    for (; id != 0; id = after(id, last)) {
      if (table.object(id) == null) {
        long from = Math.max(first, table.first(id));
        long end = Math.min(last, table.last(id));
        state.tables().translation().unprepare(from + distance, end - from + 1);
      }
    }
  }

  private int after(int id, long last) {
    return table.last(id) >= last ? 0 : state.firstBeginning(table.last(id) + 1, last);
  }
}
