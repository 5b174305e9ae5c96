package dev.mapwright.core.memory;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.Frames;

/**
 * Takes pages away: decommit, shrink, put out, end.
 *
 * <p>The order is always: refuse if anything stands against it; tell everybody who shows the pages;
 * then remove and free. Between telling and freeing nobody can make a new translation, since that
 * needs the family's lock. So a frame is free only when nobody gets through to it.
 */
final class Removal {
  private Removal() {}

  static long committed(MemoryObject object) {
    return Supply.ownFrames(object, 0, Long.MAX_VALUE);
  }

  static boolean anyPinned(MemoryObject object, long first, long count) {
    Frames frames = object.machine.frames();
    for (long page = object.list.next(first);
        page >= 0 && page - first < count;
        page = object.list.next(page + 1)) {
      int entry = object.list.found();
      if (PageList.present(entry) && frames.pins(PageList.pfn(entry)) > 0) {
        return true;
      }
    }
    return false;
  }

  static void discard(MemoryObject object, int entry) {
    PageStore store = object.store;
    if (PageList.present(entry)) {
      object.machine.frames().free(PageList.pfn(entry));
    } else if (PageList.out(entry) && store != null) {
      store.discard(PageList.token(entry));
    }
  }

  private static void removeFrom(MemoryObject object, long first, long last) {
    for (long page = object.list.next(first);
        page >= 0 && page <= last;
        page = object.list.next(page + 1)) {
      discard(object, object.list.remove(page));
    }
  }

  /** Nobody shows the object any more: everything it has goes. */
  static void freeAll(MemoryObject object) {
    removeFrom(object, 0, Long.MAX_VALUE);
  }

  static Outcome resize(MemoryObject object, long newPages) {
    long old = object.pages;
    if (newPages < old) {
      if (anyPinned(object, newPages, old - newPages)) {
        return Outcome.PINNED;
      }
      object.pages = newPages;
      Change.tell(object, newPages, old - 1);
      removeFrom(object, newPages, Long.MAX_VALUE);
      if (object.snapshot) {
        object.parentLimit = Math.min(object.parentLimit, newPages);
      }
    } else {
      object.pages = newPages;
      if (newPages > old && object.parent != null) {
        // What was beyond the end read as zeros in the children; now it may be an ancestor's page.
        Change.tell(object, old, newPages - 1);
      }
    }
    object.events.record(EventKind.RESIZED, 0, newPages, old, 0);
    return Outcome.OK;
  }

  static Outcome decommit(MemoryObject object, long first, long count) {
    Outcome bounds = Supply.bounds(object, first, count);
    if (bounds != Outcome.OK || count == 0) {
      return bounds;
    }
    if (anyPinned(object, first, count)) {
      return Outcome.PINNED;
    }
    long last = first + count - 1;
    boolean hides = object.snapshot && object.parent != null;
    if (hides && !ensureMarks(object, first, last)) {
      return Outcome.OUT_OF_RECORDS;
    }
    Change.tell(object, first, last);
    removeFrom(object, first, last);
    if (hides) {
      // What the snapshot keeps is not what this object is to show from now on.
      for (long page = Lineage.nextInherited(object, first, last);
          page >= 0;
          page = Lineage.nextInherited(object, page + 1, last)) {
        object.list.putCleared(page);
      }
    }
    object.events.record(EventKind.DECOMMITTED, first, count, 0, 0);
    return Outcome.OK;
  }

  /**
   * Acquires what marking needs: pages that go and uncover an ancestor's, and those uncovered now.
   */
  private static boolean ensureMarks(MemoryObject object, long first, long last) {
    int marks = 0;
    for (long page = object.list.next(first);
        page >= 0 && page <= last && marks < 64;
        page = object.list.next(page + 1)) {
      marks++;
    }
    for (long page = Lineage.nextInherited(object, first, last);
        page >= 0 && marks < 64;
        page = Lineage.nextInherited(object, page + 1, last)) {
      marks++;
    }
    return marks < 64 ? object.list.ensure(marks) : object.list.ensureRange(first, last);
  }

  static Outcome putOut(MemoryObject object, long first, long count, PageStore store) {
    Outcome bounds = Supply.bounds(object, first, count);
    if (bounds != Outcome.OK) {
      return bounds;
    }
    if (object.kind != ObjectKind.PAGED || object.store != null && object.store != store) {
      return Outcome.UNSUPPORTED;
    }
    object.store = store;
    Frames frames = object.machine.frames();
    for (long page = object.list.next(first);
        page >= 0 && page - first < count;
        page = object.list.next(page + 1)) {
      int entry = object.list.found();
      if (!PageList.present(entry) || frames.pins(PageList.pfn(entry)) > 0) {
        continue;
      }
      long pfn = PageList.pfn(entry);
      Change.tell(object, page, page);
      int token = store.keep(object.machine.memory().segment(pfn, 1, false));
      if (token < 0) {
        return Outcome.NO_ROOM;
      }
      object.list.putOut(page, token);
      frames.free(pfn);
    }
    return Outcome.OK;
  }
}
