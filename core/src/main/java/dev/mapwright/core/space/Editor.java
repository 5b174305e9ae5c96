package dev.mapwright.core.space;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.memory.MemoryObject;
import org.jspecify.annotations.Nullable;

/**
 * Changes what is mapped: map, unmap, protect, and what a destroyed region takes with it.
 *
 * <p><b>The order of every change.</b> Decide, acquire, commit. Deciding looks at regions, mappings
 * and leases and may refuse. Acquiring takes records and index nodes and may fail. From then on
 * nothing can fail: first the translations of the range are removed, which is waited for; then
 * records and index say the new state; then objects are let go, whose frames may be reused at once.
 * The space's lock is held throughout, and resolving a fault needs it: an access that finds no
 * translation waits and then sees the new state. So replacing is atomic.
 *
 * <p><b>Splitting.</b> The left piece keeps the record and its place in the index; each further
 * piece takes a new record, whose object page is advanced by as much as its first page. A change of
 * a range splits at most at its two ends, so it needs at most two records whatever lies between.
 */
final class Editor {
  private final AddressSpace space;

  /** Where the last {@link #place} found room. */
  long placedAt;

  Editor(AddressSpace space) {
    this.space = space;
  }

  /** Decides where something of a size goes; sets {@link #placedAt}. */
  Outcome place(Region region, Placement where, long pages) {
    if (pages > region.pages()) {
      return Outcome.OUTSIDE;
    }
    if (!where.explicit()) {
      placedAt = space.finder.choose(region, where, pages);
      return placedAt < 0 ? Outcome.NO_ROOM : Outcome.OK;
    }
    if (!region.contains(where.page, pages)) {
      return Outcome.OUTSIDE;
    }
    if ((where.page & (1L << where.alignmentLog2Pages) - 1) != 0) {
      return Outcome.INVALID;
    }
    placedAt = where.page;
    if (where.rule == Placement.Rule.OVERWRITE) {
      return Outcome.OK;
    }
    return space.finder.free(region, where.page, where.page + pages - 1)
        ? Outcome.OK
        : Outcome.OCCUPIED;
  }

  Outcome map(Region region, MapRequest request) {
    request.placedAt = -1;
    MemoryObject object = request.object;
    if (!region.live()) {
      return Outcome.DEAD;
    }
    Outcome decided = decideMap(region, request, object);
    if (decided != Outcome.OK || object == null) {
      return decided == Outcome.OK ? Outcome.INVALID : decided;
    }
    long first = placedAt;
    long last = first + request.pages - 1;
    boolean overwrites = request.where().rule == Placement.Rule.OVERWRITE;
    if (overwrites) {
      Region child = region.childAtOrAfter(first);
      if (child != null && child.firstPage <= last) {
        return Outcome.REGION_IN_RANGE;
      }
      if (space.leases.overlap(first, last)) {
        return Outcome.LEASED;
      }
    }
    // One record for the mapping and, when it is cut out of a larger one, one for what is behind
    // it.
    if (!space.table.ensure(2) || !space.mappings.ensure(2)) {
      return Outcome.OUT_OF_RECORDS;
    }
    if (!Physical.hold(object, request.objectPage, request.pages)) {
      return Outcome.SATURATED;
    }
    object.retainForMapping();
    if (overwrites) {
      removeAll(first, last, EventKind.REPLACED);
    }
    int id = space.table.take();
    space.table.fill(
        id,
        first,
        last,
        object,
        request.objectPage,
        request.permissions,
        request.maximum & region.capability,
        object.cachePolicy().ordinal(),
        region.number,
        request.tag);
    space.mappings.put(first, id);
    space.events.record(
        EventKind.MAPPED, first, request.pages, request.permissions, request.objectPage);
    if (request.installPresent) {
      space.installer.install(id, object);
    }
    request.placedAt = first;
    return Outcome.OK;
  }

  private Outcome decideMap(Region region, MapRequest request, @Nullable MemoryObject object) {
    boolean bad =
        object == null
            || request.pages <= 0
            || request.objectPage < 0
            || !Pages.fits(request.objectPage, request.pages)
            || !Permissions.within(request.permissions, Permissions.ALL)
            || !request.where().valid();
    if (bad) {
      return Outcome.INVALID;
    }
    if (!Permissions.within(request.permissions, request.maximum & region.capability)) {
      return Outcome.EXCEEDS_MAXIMUM;
    }
    if (region.reservation != null) {
      return Outcome.IN_USE;
    }
    return place(region, request.where(), request.pages);
  }

  Outcome unmap(Region region, long first, long pages) {
    if (!region.live()) {
      return Outcome.DEAD;
    }
    if (pages <= 0) {
      return Outcome.INVALID;
    }
    if (!region.contains(first, pages)) {
      return Outcome.OUTSIDE;
    }
    if (region.reservation != null) {
      return Outcome.IN_USE;
    }
    long last = first + pages - 1;
    Region left = region.childAtOrAfter(first);
    if (left != null && left.firstPage < first) {
      return Outcome.REGION_CUT;
    }
    Region right = region.childAtOrBefore(last);
    if (right != null && right.lastPage > last) {
      return Outcome.REGION_CUT;
    }
    if (space.leases.overlap(first, last)) {
      return Outcome.LEASED;
    }
    // Only a mapping that goes on behind the range needs a new index entry, and a record if it also
    // begins before it. Whole mappings can always be removed.
    int cut = space.mappingAt(last);
    if (cut != 0 && space.table.last(cut) > last) {
      boolean inTwo = space.table.first(cut) < first;
      if (inTwo && !space.table.ensure(1) || !space.mappings.ensure(1)) {
        return Outcome.OUT_OF_RECORDS;
      }
    }
    space.regions.destroyChildrenIn(region, first, last);
    removeAll(first, last, EventKind.UNMAPPED);
    return Outcome.OK;
  }

  Outcome unmapTagged(Region region, long first, long pages, int tag) {
    if (!region.live()) {
      return Outcome.DEAD;
    }
    if (pages <= 0) {
      return Outcome.INVALID;
    }
    if (!region.contains(first, pages)) {
      return Outcome.OUTSIDE;
    }
    long last = first + pages - 1;
    if (space.leases.overlap(first, last)) {
      return Outcome.LEASED;
    }
    long page = first;
    while (page <= last && space.finder.next(region, page) && space.finder.childFirst <= last) {
      int id = space.finder.childMapping;
      page = space.finder.childLast + 1;
      boolean mine =
          id != 0
              && space.table.tag(id) == tag
              && space.table.first(id) >= first
              && space.table.last(id) <= last;
      if (mine) {
        removeAll(space.table.first(id), space.table.last(id), EventKind.UNMAPPED);
      }
    }
    return Outcome.OK;
  }

  /**
   * Removes every mapping, or the part of it, that lies in a range, whatever region it belongs to.
   * A record and an index entry are at hand for the case that the range is cut out of one mapping.
   */
  void removeAll(long first, long last, EventKind how) {
    MappingTable table = space.table;
    boolean forgotten = false;
    int id = space.mappingAt(first);
    long page = first;
    while (true) {
      if (id == 0) {
        long key = space.mappings.ceilingKey(page);
        if (key < 0 || key > last) {
          return;
        }
        id = space.mappings.found();
      }
      if (!forgotten && table.view(id) != null) {
        // Once for the whole range, before anything else: whoever faults now waits for the lock.
        space.tables.forget(first, last);
        space.tables.dirty.drop(first, last);
        forgotten = true;
      }
      page = removePart(id, first, last, how);
      if (page > last) {
        return;
      }
      id = 0;
    }
  }

  /** Removes the part of one mapping that lies in a range; returns the page behind that part. */
  private long removePart(int id, long first, long last, EventKind how) {
    MappingTable table = space.table;
    long mappingFirst = table.first(id);
    long mappingLast = table.last(id);
    long from = Math.max(first, mappingFirst);
    long to = Math.min(last, mappingLast);
    MemoryObject object = table.object(id);
    long objectFrom = table.objectPage(id) + (from - mappingFirst);
    space.events.record(how, from, to - from + 1, table.permissions(id), objectFrom);
    boolean whole = from == mappingFirst && to == mappingLast;
    if (from == mappingFirst) {
      space.mappings.remove(mappingFirst);
      if (!whole) {
        table.advance(id, to + 1);
        space.mappings.put(to + 1, id);
      }
    } else {
      if (to < mappingLast) {
        splitOff(id, to + 1);
      }
      table.setLast(id, from - 1);
    }
    if (object == null) {
      throw new AssertionError("bare frames are removed by their reservation");
    }
    Physical.unhold(object, objectFrom, to - from + 1);
    if (whole) {
      dropView(id, object);
      table.free(id);
      object.releaseFromMapping();
    }
    return to + 1;
  }

  /** Makes the part of a mapping from a page on a mapping of its own. The record is at hand. */
  private int splitOff(int id, long page) {
    MappingTable table = space.table;
    int piece = table.take();
    table.copyTail(id, piece, page);
    table.setLast(id, page - 1);
    MappingView view = table.view(id);
    if (view != null) {
      view.sharers++;
    }
    MemoryObject object = table.object(id);
    if (object != null) {
      object.retainForMapping();
    }
    space.mappings.put(page, piece);
    return piece;
  }

  private void dropView(int id, MemoryObject object) {
    MappingView view = space.table.view(id);
    if (view != null && --view.sharers == 0) {
      object.lock().lock();
      try {
        object.leave(view);
      } finally {
        object.lock().unlock();
      }
    }
  }

  Outcome protect(Region region, long first, long pages, int permissions) {
    if (!region.live()) {
      return Outcome.DEAD;
    }
    if (pages <= 0 || !Permissions.within(permissions, Permissions.ALL)) {
      return Outcome.INVALID;
    }
    if (!region.contains(first, pages)) {
      return Outcome.OUTSIDE;
    }
    if (region.reservation != null) {
      return Outcome.IN_USE;
    }
    long last = first + pages - 1;
    Outcome covered = decideProtect(region, first, last, permissions);
    if (covered != Outcome.OK) {
      return covered;
    }
    if (space.leases.overlap(first, last)) {
      return Outcome.LEASED;
    }
    if (!space.table.ensure(2) || !space.mappings.ensure(2)) {
      return Outcome.OUT_OF_RECORDS;
    }
    int id = space.mappingAt(first);
    if (space.table.first(id) < first && space.table.permissions(id) != permissions) {
      id = splitOff(id, first);
    }
    while (true) {
      long end = space.table.last(id);
      applyProtect(id, last, permissions);
      if (end >= last) {
        break;
      }
      id = space.mappingAt(end + 1);
    }
    mergeAround(first, last);
    return Outcome.OK;
  }

  private Outcome decideProtect(Region region, long first, long last, int permissions) {
    Finder finder = space.finder;
    long page = first;
    while (page <= last) {
      boolean found = finder.next(region, page) && finder.childFirst <= last;
      if (!found || page == first && finder.childFirst > first) {
        return Outcome.NOT_MAPPED;
      }
      if (finder.childRegion() != null) {
        return Outcome.REGION_IN_RANGE;
      }
      if (finder.childFirst > page) {
        return Outcome.NOT_MAPPED;
      }
      if (!Permissions.within(permissions, space.table.maximum(finder.childMapping))) {
        return Outcome.EXCEEDS_MAXIMUM;
      }
      page = finder.childLast + 1;
    }
    return Outcome.OK;
  }

  /** Protects the part of a mapping, from its beginning, that lies at or before a page. */
  private void applyProtect(int id, long last, int permissions) {
    MappingTable table = space.table;
    int before = table.permissions(id);
    if (before == permissions) {
      return;
    }
    if (table.last(id) > last) {
      splitOff(id, last + 1);
    }
    long from = table.first(id);
    long to = table.last(id);
    table.setPermissions(id, permissions);
    if (!Permissions.within(before, permissions) && table.view(id) != null) {
      space.tables.restrict(from, to, permissions);
    }
    space.events.record(EventKind.PROTECTED, from, to - from + 1, permissions, before);
  }

  /** Merges the mappings of a range, and those beside it, that have become alike. */
  private void mergeAround(long first, long last) {
    MappingTable table = space.table;
    int left = first > 0 ? space.mappingAt(first - 1) : 0;
    if (left == 0) {
      left = space.mappingAt(first);
    }
    while (left != 0) {
      long end = table.last(left);
      if (end > last || end == Pages.LAST_PAGE) {
        return;
      }
      int right = space.mappingAt(end + 1);
      if (right == 0 || !table.continues(left, right) || !merge(left, right)) {
        left = right;
      }
    }
  }

  /** Merges two mappings; false when there was no memory for a view of both. */
  private boolean merge(int left, int right) {
    MappingTable table = space.table;
    MemoryObject object = table.object(right);
    if (object == null || !shareView(left, right, object)) {
      return false;
    }
    space.mappings.remove(table.first(right));
    table.setLast(left, table.last(right));
    dropView(right, object);
    table.free(right);
    object.releaseFromMapping();
    return true;
  }

  /** Sees to it that two neighbours have the same view, or neither has one. */
  private boolean shareView(int left, int right, MemoryObject object) {
    MappingTable table = space.table;
    MappingView one = table.view(left);
    MappingView other = table.view(right);
    if (one == other) {
      return true;
    }
    if (space.machine.failures().refuses(AllocationPoint.OBJECT)) {
      return false;
    }
    long pages = table.last(right) - table.first(left);
    MappingView both =
        new MappingView(
            space, table.first(left), table.objectPage(left), table.objectPage(left) + pages);
    both.sharers = 2;
    object.lock().lock();
    try {
      object.enter(both);
      dropView(left, object);
      dropView(right, object);
    } finally {
      object.lock().unlock();
    }
    table.setView(left, both);
    table.setView(right, both);
    return true;
  }

  long mappedPages(Region region, long first) {
    Finder finder = space.finder;
    long page = first;
    while (page <= region.lastPage
        && finder.next(region, page)
        && finder.childFirst <= page
        && finder.childRegion() == null) {
      page = finder.childLast + 1;
    }
    return page - first;
  }
}
