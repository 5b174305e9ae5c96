package dev.mapwright.core.engine;

import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.object.EngineObject;
import dev.mapwright.core.state.BareFrames;
import dev.mapwright.core.state.MappingTable;
import dev.mapwright.core.state.MappingView;
import dev.mapwright.core.state.SpaceState;

/**
 * Mappings in pieces: splitting, cutting parts out, merging, and the views that pieces share.
 *
 * <p><b>Splitting.</b> The left piece keeps the record and its place in the index; each further
 * piece takes a new record, whose object page is advanced by as much as its first page. A change of
 * a range splits at most at its two ends, so it needs at most two records whatever lies between.
 *
 * <p>Everything here but merging is a part of a commit: records and index entries were acquired,
 * and nothing can fail. The space's lock guards it; an object's is taken inside.
 */
final class Pieces {
  private final SpaceState state;
  private final MappingTable table;
  private final BareFrames bare;

  Pieces(SpaceState state) {
    this.state = state;
    this.table = state.table();
    bare = new BareFrames(state.machine().frames(), state.tables().translation().bareEntries());
  }

  /** What a mapping shows that is known to show an object. */
  private EngineObject object(int id) {
    EngineObject object = table.object(id);
    if (object == null) {
      throw new AssertionError("a mapping of bare frames has no object");
    }
    return object;
  }

  /** Bare frames that are mapped outside reservations. */
  BareFrames bare() {
    return bare;
  }

  /**
   * Removes every mapping, or the part of it, that lies in a range, whatever region it belongs to.
   * A record and an index entry are at hand for the case that the range is cut out of one mapping.
   */
  void removeAll(long first, long last, EventKind how) {
    removeFrom(state.firstMapping(first, last), first, last, how);
  }

  /** The same for whoever knows the first mapping that reaches into the range; 0 for none. */
  void removeFrom(int firstId, long first, long last, EventKind how) {
    // Leases note pages, too, and need no translation for it.
    state.tables().dirty().drop(first, last);
    boolean forgotten = false;
    int id = firstId;
    while (id != 0) {
      if (!forgotten && table.view(id) != null) {
        // Once for the whole range, before anything else: whoever faults now waits for the lock.
        state.tables().forget(first, last);
        state.tables().dirty().drop(first, last);
        forgotten = true;
      }
      long page = removePart(id, first, last, how);
      // What was removed has ended right before the page, so nothing goes on over it.
      id = page <= last ? state.firstBeginning(page, last) : 0;
    }
  }

  /** Removes the part of one mapping that lies in a range; returns the page behind that part. */
  private long removePart(int id, long first, long last, EventKind how) {
    long mappingFirst = table.first(id);
    long mappingLast = table.last(id);
    long from = Math.max(first, mappingFirst);
    long to = Math.min(last, mappingLast);
    EngineObject object = table.object(id);
    long objectFrom = object == null ? 0 : table.objectPage(id) + (from - mappingFirst);
    state.events().record(how, from, to - from + 1, table.permissions(id), objectFrom);
    if (object == null) {
      bare.remove(from, to);
      state.tables().dirty().drop(from, to);
    }
    boolean whole = from == mappingFirst && to == mappingLast;
    if (from == mappingFirst) {
      state.unindex(mappingFirst);
      if (!whole) {
        table.advance(id, to + 1);
        state.index(id);
      }
    } else {
      if (to < mappingLast) {
        splitOff(id, to + 1);
      }
      state.setLast(id, from - 1);
    }
    if (object != null) {
      Physical.unhold(object, objectFrom, to - from + 1);
    }
    if (whole) {
      dropView(id);
      table.free(id);
    }
    return to + 1;
  }

  /** Makes the part of a mapping from a page on a mapping of its own. The record is at hand. */
  int splitOff(int id, long page) {
    int piece = table.take();
    table.copyTail(id, piece, page);
    state.setLast(id, page - 1);
    MappingView view = table.view(id);
    if (view != null) {
      view.share();
    }
    state.index(piece);
    return piece;
  }

  /** Splits where a range begins and ends, so that mappings lie whole inside or outside. */
  void cut(long first, long last) {
    int left = state.mappingAt(first);
    if (left != 0 && table.first(left) < first) {
      splitOff(left, first);
    }
    int right = state.mappingAt(last);
    if (right != 0 && table.last(right) > last) {
      splitOff(right, last + 1);
    }
  }

  /** Makes sure that a mapping has a view in its object, which is locked; false for no memory. */
  boolean enterView(int id) {
    if (table.view(id) != null) {
      return true;
    }
    if (state.machine().failures().refuses(AllocationPoint.OBJECT)) {
      return false;
    }
    MappingView view = view(table.first(id), table.last(id), table.objectPage(id));
    table.setView(id, view);
    object(id).enter(view);
    return true;
  }

  private MappingView view(long first, long last, long objectPage) {
    return new MappingView(state.tables(), first, objectPage, objectPage + (last - first));
  }

  /** A mapping gives its view up; the last one that shares it takes it out of the object. */
  void dropView(int id) {
    MappingView view = table.view(id);
    if (view != null && view.unshare()) {
      EngineObject object = object(id);
      object.lock().lock();
      try {
        object.leave(view);
      } finally {
        object.lock().unlock();
      }
    }
    table.setView(id, null);
  }

  /** Merges the mappings of a range, and those beside it, that have become alike. */
  void mergeAround(long first, long last) {
    mergeFrom(leftOf(first, state.firstMapping(first, last)), 0, last);
  }

  /** The mapping that ends right before a page; else another one. */
  int leftOf(long first, int other) {
    int left = first > 0 ? state.mappingAt(first - 1) : 0;
    return left != 0 ? left : other;
  }

  /**
   * Merges each mapping from one on that ends at or before a page with the one behind it.
   *
   * @param second the one behind the first if it is known, else 0
   */
  void mergeFrom(int first, int second, long last) {
    int left = first;
    int known = second;
    while (left != 0) {
      long end = table.last(left);
      if (end > last || end == Pages.LAST_PAGE) {
        return;
      }
      int right = known != 0 ? known : state.mappingFrom(end + 1);
      known = 0;
      if (right == 0 || !table.continues(left, right) || !merge(left, right)) {
        left = right == 0 ? state.firstBeginning(end + 1, last) : right;
      }
    }
  }

  /** Merges two mappings; false when there was no memory for a view of both. */
  private boolean merge(int left, int right) {
    EngineObject object = object(right);
    if (!shareView(left, right, object)) {
      return false;
    }
    state.unindex(table.first(right));
    state.setLast(left, table.last(right));
    dropView(right);
    table.free(right);
    return true;
  }

  /** Sees to it that two neighbours have the same view, or neither has one. */
  private boolean shareView(int left, int right, EngineObject object) {
    if (table.view(left) == table.view(right)) {
      return true;
    }
    if (state.machine().failures().refuses(AllocationPoint.OBJECT)) {
      return false;
    }
    MappingView both = view(table.first(left), table.last(right), table.objectPage(left));
    both.share();
    object.lock().lock();
    try {
      object.enter(both);
      dropView(left);
      dropView(right);
    } finally {
      object.lock().unlock();
    }
    table.setView(left, both);
    table.setView(right, both);
    return true;
  }
}
