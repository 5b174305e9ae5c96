package dev.mapwright.core.engine;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.object.EngineObject;
import dev.mapwright.core.space.MapRequest;
import dev.mapwright.core.space.Placement;
import dev.mapwright.core.state.MappingTable;
import dev.mapwright.core.state.RegionState;
import dev.mapwright.core.state.SpaceState;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Changes what is mapped: map, unmap, protect, retag, move.
 *
 * <p><b>The order of every change.</b> Decide, acquire, commit. Deciding looks at regions, mappings
 * and leases and may refuse (I1, I3). Acquiring takes records and index nodes and may fail (I6).
 * From then on nothing can fail (I5): first the translations of the range are removed, which is
 * waited for (I7); then records and index say the new state; then objects are let go, whose frames
 * may be reused at once. The space's lock is held throughout, and resolving a fault needs it: an
 * access that finds no translation waits and then sees the new state. So replacing is atomic.
 */
final class Editor {
  private final SpaceState state;
  private final MappingTable table;
  private final Finder finder;
  private final Pieces pieces;
  private final Regions regions;
  private final Installer installer;
  private final FrameEditor frames;

  /** What the walks in here find; guarded by the space's lock. */
  private final Child child = new Child();

  Editor(
      SpaceState state,
      Finder finder,
      Pieces pieces,
      Regions regions,
      Installer installer,
      FrameEditor frames) {
    this.state = state;
    this.table = state.table();
    this.finder = finder;
    this.pieces = pieces;
    this.regions = regions;
    this.installer = installer;
    this.frames = frames;
  }

  // ---- map

  Outcome map(RegionState region, MapRequest request) {
    request.answer(-1);
    EngineObject object = (EngineObject) request.object();
    Outcome decided = regions.decide(region, request, object != null);
    if (decided != Outcome.OK || object == null) {
      return decided;
    }
    long first = request.firstPage();
    long last = first + request.pages() - 1;
    boolean overwrites = request.where().rule() == Placement.Rule.OVERWRITE;
    request.answer(-1);
    // One record for the mapping and, when it is cut out of a larger one, one for what is behind
    // it.
    if (!Physical.prepare(object, request.objectPage(), request.pages()) || !state.acquire(2, 2)) {
      return Outcome.OUT_OF_RECORDS;
    }
    int shown = table.show(object);
    if (shown == 0) {
      state.settle();
      return Outcome.DEAD;
    }
    Physical.hold(object, request.objectPage(), request.pages());
    if (overwrites) {
      pieces.removeAll(first, last, EventKind.REPLACED);
    }
    int id = table.take();
    table.fill(
        id,
        first,
        last,
        shown,
        request.objectPage(),
        request.permissions(),
        request.maximum() & region.capability(),
        object.cachePolicy().ordinal(),
        region.number(),
        request.tag());
    state.index(id);
    state.settle();
    finder.taken(region, first, last);
    state
        .events()
        .record(
            EventKind.MAPPED, first, request.pages(), request.permissions(), request.objectPage());
    if (request.installPresent()) {
      installer.install(id, object);
    }
    request.answer(first);
    return Outcome.OK;
  }

  // ---- unmap

  /** What every change of a range asks first: is it a range of this region, and not set aside? */
  private static Outcome objectionToChange(RegionState region, long first, long count) {
    if (!region.live()) {
      return Outcome.DEAD;
    }
    if (count <= 0) {
      return Outcome.INVALID;
    }
    if (!region.contains(first, count)) {
      return Outcome.OUTSIDE;
    }
    return region.reserved() != null ? Outcome.IN_USE : Outcome.OK;
  }

  Outcome unmap(RegionState region, long first, long count) {
    return unmap(region, first, count, state, null);
  }

  /**
   * Unmaps a range that may lie in several parts, all of which are locked.
   *
   * @param atLast the part that has the last page
   * @param reach what removes in all of them; null where the range lies in this one
   */
  Outcome unmap(
      RegionState region, long first, long count, SpaceState atLast, @Nullable Reach reach) {
    Outcome objection = objectionToChange(region, first, count);
    if (objection != Outcome.OK) {
      return objection;
    }
    long last = first + count - 1;
    RegionState left = region.childAtOrAfter(first);
    boolean childless = true;
    if (left != null && left.firstPage() <= last) {
      RegionState right = region.childAtOrBefore(last);
      if (left.firstPage() < first || right != null && right.lastPage() > last) {
        return Outcome.REGION_CUT;
      }
      childless = false;
    }
    if (state.leases().overlap(first, last)) {
      return Outcome.LEASED;
    }
    // Only a mapping that goes on behind the range needs a new index entry, and a record if it also
    // begins before it. Whole mappings can always be removed.
    MappingTable records = atLast.table();
    int behind = atLast.mappingToChangeAt(last);
    boolean covers = behind != 0 && records.first(behind) <= first;
    boolean goesOn = behind != 0 && records.last(behind) > last;
    if (goesOn && !atLast.acquire(covers && records.first(behind) < first ? 1 : 0, 1)) {
      return Outcome.OUT_OF_RECORDS;
    }
    if (!childless) {
      regions.destroyChildrenIn(region, first, last);
    }
    if (reach != null) {
      reach.removeAll(first, last, EventKind.UNMAPPED);
    } else {
      // Mostly it is one mapping, which is not looked for again.
      int from = childless && covers ? behind : state.firstMapping(first, last);
      pieces.removeFrom(from, first, last, EventKind.UNMAPPED);
    }
    if (goesOn) {
      atLast.settle();
    }
    finder.freed(region, first, last);
    return Outcome.OK;
  }

  Outcome unmapTagged(RegionState region, long first, long count, int tag) {
    Outcome objection = objectionToChange(region, first, count);
    if (objection != Outcome.OK) {
      return objection;
    }
    long last = first + count - 1;
    if (state.leases().overlap(first, last)) {
      return Outcome.LEASED;
    }
    // What is left of the mapping lies in the range whole: nothing has to be split.
    long page = first;
    while (page <= last && finder.next(region, page, child) && child.first <= last) {
      page = child.last + 1;
      boolean meant =
          child.mapping != 0
              && table.tag(child.mapping) == tag
              && child.first >= first
              && child.last <= last;
      if (meant) {
        pieces.removeAll(child.first, child.last, EventKind.UNMAPPED);
        finder.freed(region, child.first, child.last);
      }
    }
    return Outcome.OK;
  }

  // ---- protect

  Outcome protect(RegionState region, long first, long count, int permissions) {
    Outcome objection = objectionToChange(region, first, count);
    if (objection == Outcome.OK || objection == Outcome.OUTSIDE || objection == Outcome.IN_USE) {
      objection = Permissions.within(permissions, Permissions.ALL) ? objection : Outcome.INVALID;
    }
    if (objection != Outcome.OK) {
      return objection;
    }
    long last = first + count - 1;
    Outcome covered = decideProtect(region, first, last, permissions);
    if (covered != Outcome.OK) {
      return covered;
    }
    if (state.leases().overlap(first, last)) {
      return Outcome.LEASED;
    }
    if (!state.acquire(2, 2)) {
      return Outcome.OUT_OF_RECORDS;
    }
    // What was looked at last is mostly the one mapping that the range lies in.
    int id = child.first <= first ? child.mapping : state.mappingAt(first);
    boolean within = table.first(id) < first;
    // A piece that was split off has other permissions than the piece that is left, so the two can
    // be no mapping again: where the range ends with a split nothing is to be merged.
    if (within && table.permissions(id) != permissions) {
      id = pieces.splitOff(id, first);
    }
    int atFirst = id;
    int left = within ? id : pieces.leftOf(first, id);
    long lastEnd = last;
    while (true) {
      long end = table.last(id);
      applyProtect(id, last, permissions);
      if (end >= last) {
        lastEnd = table.last(id) < end ? last - 1 : last;
        break;
      }
      id = state.mappingAt(end + 1);
    }
    pieces.mergeFrom(left, left == atFirst ? 0 : atFirst, lastEnd);
    state.settle();
    return Outcome.OK;
  }

  private Outcome decideProtect(RegionState region, long first, long last, int permissions) {
    long page = first;
    while (page <= last) {
      boolean found = finder.next(region, page, child) && child.first <= last;
      if (!found || page == first && child.first > first) {
        return Outcome.NOT_MAPPED;
      }
      if (child.region != null) {
        return Outcome.REGION_IN_RANGE;
      }
      if (child.first > page) {
        return Outcome.NOT_MAPPED;
      }
      if (!Permissions.within(permissions, table.maximum(child.mapping))) {
        return Outcome.EXCEEDS_MAXIMUM;
      }
      page = child.last + 1;
    }
    return Outcome.OK;
  }

  /** Protects the part of a mapping, from its beginning, that lies at or before a page. */
  private void applyProtect(int id, long last, int permissions) {
    int before = table.permissions(id);
    if (before == permissions) {
      return;
    }
    if (table.last(id) > last) {
      pieces.splitOff(id, last + 1);
    }
    long from = table.first(id);
    long to = table.last(id);
    table.setPermissions(id, permissions);
    if (table.object(id) == null) {
      pieces.bare().protect(from, to, permissions);
    } else if (!Permissions.within(before, permissions) && table.view(id) != null) {
      state.tables().restrict(from, to, permissions);
    }
    state.events().record(EventKind.PROTECTED, from, to - from + 1, permissions, before);
  }

  // ---- retag

  Outcome retag(RegionState region, long first, long count, IntUnaryOperator change) {
    Outcome objection = objectionToChange(region, first, count);
    if (objection != Outcome.OK) {
      return objection;
    }
    long last = first + count - 1;
    RegionState inside = region.childAtOrAfter(first);
    if (inside != null && inside.firstPage() <= last) {
      return Outcome.REGION_IN_RANGE;
    }
    int[] tags = newTags(first, last, change);
    if (tags == null || !state.acquire(2, 2)) {
      return Outcome.OUT_OF_RECORDS;
    }
    cutWhereChanged(first, last, tags);
    int next = 0;
    for (int id = state.firstMapping(first, last);
        id != 0;
        id = state.firstBeginning(table.last(id) + 1, last)) {
      table.setTag(id, tags[next++]);
    }
    pieces.mergeAround(first, last);
    state.settle();
    return Outcome.OK;
  }

  /** The new tags of the mappings of a range, in order; null when there is no memory for them. */
  private int @Nullable [] newTags(long first, long last, IntUnaryOperator change) {
    int mappings = 0;
    for (int id = state.firstMapping(first, last); id != 0; id = after(id, last)) {
      mappings++;
    }
    int[] tags;
    try {
      tags = new int[mappings];
    } catch (OutOfMemoryError e) {
      return null;
    }
    int next = 0;
    state.lock().beginCallback(EngineLock.Callback.CHANGE_OF_TAGS);
    try {
      for (int id = state.firstMapping(first, last); id != 0; id = after(id, last)) {
        tags[next++] = change.applyAsInt(table.tag(id));
      }
    } finally {
      state.lock().endCallback();
    }
    return tags;
  }

  private int after(int id, long last) {
    return table.last(id) >= last ? 0 : state.firstBeginning(table.last(id) + 1, last);
  }

  /** Splits the mappings at the ends of a range, if they lie across and get another tag. */
  private void cutWhereChanged(long first, long last, int[] tags) {
    int left = state.mappingAt(first);
    if (left != 0 && table.first(left) < first && table.tag(left) != tags[0]) {
      pieces.splitOff(left, first);
    }
    int right = state.mappingAt(last);
    if (right != 0 && table.last(right) > last && table.tag(right) != tags[tags.length - 1]) {
      pieces.splitOff(right, last + 1);
    }
  }

  // ---- move

  Outcome move(RegionState region, long first, long count, long to) {
    Outcome objection = objectionToChange(region, first, count);
    if (objection != Outcome.OK) {
      return objection;
    }
    if (!region.contains(to, count)) {
      return Outcome.OUTSIDE;
    }
    long last = first + count - 1;
    long toLast = to + count - 1;
    if (first <= toLast && to <= last) {
      return Outcome.INVALID;
    }
    Outcome covered = decideProtect(region, first, last, Permissions.NONE);
    if (covered == Outcome.OK) {
      covered = regions.objectionToReplacing(region, to, toLast);
    }
    if (covered == Outcome.OK && state.leases().overlap(first, last)) {
      covered = Outcome.LEASED;
    }
    if (covered != Outcome.OK) {
      return covered;
    }
    long moved = 0;
    for (int id = state.mappingAt(first); id != 0; id = after(id, last)) {
      moved++;
    }
    // Two cuts at the old place and one at the new; then each mapping's entry at its new page.
    if (moved > Integer.MAX_VALUE - 3 || !state.acquire(3, (int) moved + 3)) {
      return Outcome.OUT_OF_RECORDS;
    }
    covered = frames.prepareMove(first, last, to);
    if (covered != Outcome.OK) {
      state.settle();
      return covered;
    }
    pieces.cut(first, last);
    pieces.removeAll(to, toLast, EventKind.REPLACED);
    state.tables().forget(first, last);
    state.tables().dirty().drop(first, last);
    for (int id = state.mappingAt(first); id != 0; id = state.firstBeginning(first, last)) {
      moveOne(id, to - first);
    }
    frames.unprepare(to, toLast, 0);
    pieces.mergeAround(to, toLast);
    state.settle();
    finder.freed(region, first, last);
    finder.taken(region, to, toLast);
    return Outcome.OK;
  }

  private void moveOne(int id, long distance) {
    long from = table.first(id);
    long count = table.last(id) - from + 1;
    state.unindex(from);
    boolean bare = table.object(id) == null;
    long shown = table.objectPage(id);
    if (bare) {
      shown = TranslationEntry.pfn(pieces.bare().entry(from));
      pieces.bare().move(from, from + count - 1, from + distance);
    } else {
      pieces.dropView(id);
    }
    table.moveTo(id, from + distance);
    state.index(id);
    int permissions = table.permissions(id);
    EventKind mapped = bare ? EventKind.FRAMES_MAPPED : EventKind.MAPPED;
    state.events().record(EventKind.UNMAPPED, from, count, permissions, table.objectPage(id));
    state.events().record(mapped, from + distance, count, permissions, shown);
  }

  // ---- questions

  long mappedPages(RegionState region, long first) {
    if (!region.contains(first, 1)) {
      return 0;
    }
    long page = first;
    while (page <= region.lastPage()
        && finder.next(region, page, child)
        && child.first <= page
        && child.region == null) {
      page = child.last + 1;
    }
    return page - first;
  }
}
