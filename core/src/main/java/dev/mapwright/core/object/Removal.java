package dev.mapwright.core.object;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.ObjectKind;
import dev.mapwright.core.memory.PageStore;
import java.lang.foreign.MemorySegment;

/**
 * Takes pages away: decommit, shrink, put out, end.
 *
 * <p>The order is always: refuse if anything stands against it; tell everybody who shows the pages;
 * then remove and free. Between telling and freeing nobody can make a new translation, since that
 * needs the family's lock. So a frame is free only when nobody gets through to it (I7).
 */
final class Removal {
  private Removal() {}

  static long committed(Member object) {
    return Supply.ownFrames(object, 0, Long.MAX_VALUE);
  }

  static boolean anyPinned(Member object, long first, long count) {
    Frames frames = object.machine.frames();
    for (long page = object.list.next(first);
        page >= 0 && page - first < count;
        page = object.list.next(page + 1)) {
      int entry = object.list.get(page);
      if (PageList.present(entry) && frames.pins(PageList.pfn(entry)) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Gives up what an entry names. A store can't object: what it throws is passed on later. */
  static void discard(Member object, int entry) {
    PageStore store = object.family.store;
    if (PageList.present(entry)) {
      object.machine.frames().free(PageList.pfn(entry));
    } else if (PageList.out(entry) && store != null) {
      object.family.lock.beginCallback(EngineLock.Callback.PAGE_STORE);
      try {
        store.discard(PageList.token(entry));
      } catch (Throwable problem) {
        object.family.callbacks.note(problem);
      } finally {
        object.family.lock.endCallback();
      }
    }
  }

  private static void removeFrom(Member object, long first, long last) {
    for (long page = object.list.next(first);
        page >= 0 && page <= last;
        page = object.list.next(page + 1)) {
      discard(object, object.list.remove(page));
    }
  }

  /** Nobody shows the object any more: everything it has goes. */
  static void freeAll(Member object) {
    removeFrom(object, 0, Long.MAX_VALUE);
  }

  static Outcome resize(Member object, long newPages) {
    if (object.ended()) {
      return Outcome.DEAD;
    }
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
        object.sourcePages = Math.min(object.sourcePages, newPages);
      }
    } else {
      object.pages = newPages;
      if (newPages > old) {
        // What was beyond the end read as zeros in the children; now it may be something else.
        Change.tell(object, old, newPages - 1);
      }
    }
    Lineage.reshaped(object);
    object.events.record(EventKind.RESIZED, 0, newPages, old, 0);
    return Outcome.OK;
  }

  static Outcome decommit(Member object, long first, long count) {
    Outcome bounds = Supply.bounds(object, first, count);
    if (bounds != Outcome.OK || count == 0) {
      return bounds;
    }
    if (anyPinned(object, first, count)) {
      return Outcome.PINNED;
    }
    long last = first + count - 1;
    boolean hides = object.snapshot && object.parent != null;
    if (hides && !object.list.ensure(marks(object, first, last))) {
      return Outcome.OUT_OF_RECORDS;
    }
    Change.tell(object, first, last);
    removeFrom(object, first, last);
    if (hides) {
      // What the snapshot keeps is not what this object is to show from now on.
      for (long page = Lineage.nextInherited(object, first, last);
          page >= 0;
          page = Lineage.nextInherited(object, page + 1, last)) {
        Lineage.put(object, page, PageList.CLEARED);
      }
      object.list.settle();
    }
    object.events.record(EventKind.DECOMMITTED, first, count, 0, 0);
    return Outcome.OK;
  }

  /**
   * How many pages may have to be marked: those that go and uncover an ancestor's, and those
   * uncovered now. It costs what is there, not what the range's size would suggest.
   */
  private static int marks(Member object, long first, long last) {
    long marks = 0;
    for (long page = object.list.next(first);
        page >= 0 && page <= last;
        page = object.list.next(page + 1)) {
      marks++;
    }
    for (long page = Lineage.nextInherited(object, first, last);
        page >= 0;
        page = Lineage.nextInherited(object, page + 1, last)) {
      marks++;
    }
    return (int) Math.min(Integer.MAX_VALUE, marks);
  }

  static Outcome putOut(Member object, long first, long count, PageStore store) {
    Outcome bounds = Supply.bounds(object, first, count);
    if (bounds != Outcome.OK) {
      return bounds;
    }
    Family family = object.family;
    if (object.kind != ObjectKind.PAGED || family.store != null && family.store != store) {
      return Outcome.UNSUPPORTED;
    }
    Frames frames = object.machine.frames();
    for (long page = object.list.next(first);
        page >= 0 && page - first < count;
        page = object.list.next(page + 1)) {
      int entry = object.list.get(page);
      if (!PageList.present(entry) || frames.pins(PageList.pfn(entry)) > 0) {
        continue;
      }
      long pfn = PageList.pfn(entry);
      Change.tell(object, page, page);
      int token = keep(family, store, object.machine.memory().segment(pfn, 1, false));
      if (token < 0) {
        return Outcome.NO_ROOM;
      }
      family.store = store; // from the first page on that it keeps
      object.list.putEntry(page, PageList.outWith(token));
      frames.free(pfn);
    }
    return Outcome.OK;
  }

  private static int keep(Family family, PageStore store, MemorySegment frame) {
    family.lock.beginCallback(EngineLock.Callback.PAGE_STORE);
    try {
      int token = store.keep(frame);
      if (token > PageStore.MOST_TOKENS) {
        throw new IllegalStateException("a page store gave the token " + token);
      }
      return token;
    } finally {
      family.lock.endCallback();
    }
  }
}
