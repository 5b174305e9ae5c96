package dev.mapwright.core.memory;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;

/**
 * Gives pages their frames: for a fault, for a commit, for a pin.
 *
 * <p>A page gets its frame in this order: the frame is filled while nobody knows it; the page list
 * names it; everybody who shows what was there before is told and has forgotten it; only then may
 * somebody write to it. So no view ever shows a frame before its contents, and none shows old
 * contents after new ones were written. The family's lock is held throughout.
 */
final class Supply {
  private Supply() {}

  private static long refused(Outcome outcome) {
    return Frames.NONE - 1 - outcome.ordinal();
  }

  static Outcome refusal(long supplied) {
    return OUTCOMES[(int) (Frames.NONE - 1 - supplied)];
  }

  private static final Outcome[] OUTCOMES = Outcome.values();

  private static boolean isRefusal(long supplied) {
    return supplied < Frames.NONE;
  }

  static long supply(MemoryObject object, long page, boolean write) {
    if (page < 0 || page >= object.pages) {
      return refused(Outcome.BEYOND_OBJECT);
    }
    if (object.kind == ObjectKind.PHYSICAL) {
      return object.firstPfn + page;
    }
    int own = object.list.get(page);
    if (PageList.present(own)) {
      return PageList.pfn(own);
    }
    if (PageList.out(own)) {
      return bringIn(object, page, own);
    }
    long shown = inherited(object, page, own == PageList.CLEARED);
    if (!write || isRefusal(shown)) {
      return shown;
    }
    if (PageList.present(object.list.get(page))) {
      return shown; // the object's own source has just supplied it
    }
    if (!object.list.ensure(1)) {
      return refused(Outcome.OUT_OF_RECORDS);
    }
    long pfn = copyOf(object, shown);
    if (pfn == Frames.NONE) {
      return refused(Outcome.OUT_OF_FRAMES);
    }
    object.list.putFrame(page, pfn);
    Change.tell(object, page, page);
    return pfn;
  }

  /** The frame that an ancestor shows, brought in or supplied if need be. */
  private static long inherited(MemoryObject object, long page, boolean cleared) {
    MemoryObject holder = Lineage.holder(object, page);
    if (holder == null) {
      // The source of a cleared page would fill the hidden object that the page does not show.
      MemoryObject origin = cleared ? null : Lineage.sourceOf(object, page);
      return origin == null
          ? Frames.NONE
          : fromSource(origin, page + Lineage.offsetTo(object, origin));
    }
    long heldPage = page + Lineage.offsetTo(object, holder);
    int entry = holder.list.get(heldPage);
    if (PageList.present(entry)) {
      return PageList.pfn(entry);
    }
    return bringIn(holder, heldPage, entry);
  }

  private static long bringIn(MemoryObject holder, long page, int entry) {
    long pfn = holder.machine.frames().allocateUncleared(FrameOwner.OBJECT, holder.family.number);
    PageStore store = holder.store;
    if (pfn == Frames.NONE || store == null) {
      return refused(Outcome.OUT_OF_FRAMES);
    }
    store.fetch(PageList.token(entry), holder.machine.memory().segment(pfn, 1, true));
    holder.list.putFrame(page, pfn); // replaces the entry: needs no memory
    return pfn;
  }

  private static long fromSource(MemoryObject origin, long page) {
    PageSource source = origin.source;
    if (source == null || !origin.list.ensure(1)) {
      return refused(Outcome.OUT_OF_RECORDS);
    }
    long pfn = origin.machine.frames().allocateUncleared(FrameOwner.OBJECT, origin.family.number);
    if (pfn == Frames.NONE) {
      return refused(Outcome.OUT_OF_FRAMES);
    }
    if (!source.supply(page, origin.machine.memory().segment(pfn, 1, true))) {
      origin.machine.frames().free(pfn);
      return refused(Outcome.SOURCE_FAILED);
    }
    origin.list.putFrame(page, pfn);
    return pfn;
  }

  /** A new frame with what another one holds, or zeros. */
  private static long copyOf(MemoryObject object, long shown) {
    Frames frames = object.machine.frames();
    if (shown == Frames.NONE) {
      return frames.allocate(FrameOwner.OBJECT, object.family.number);
    }
    long pfn = frames.allocateUncleared(FrameOwner.OBJECT, object.family.number);
    if (pfn != Frames.NONE) {
      object.machine.memory().copyFrame(shown, pfn);
    }
    return pfn;
  }

  static Outcome commit(MemoryObject object, long first, long count) {
    Outcome bounds = bounds(object, first, count);
    if (bounds != Outcome.OK || count == 0) {
      return bounds;
    }
    long last = first + count - 1;
    long missing = count - ownFrames(object, first, last);
    if (missing == 0) {
      return Outcome.OK;
    }
    if (missing > object.machine.frames().free()) {
      return Outcome.OUT_OF_FRAMES;
    }
    if (!object.list.ensureRange(first, last)) {
      return Outcome.OUT_OF_RECORDS;
    }
    long[] fresh;
    try {
      fresh = new long[Math.toIntExact(missing)];
    } catch (OutOfMemoryError | ArithmeticException e) {
      return Outcome.OUT_OF_RECORDS;
    }
    int made = 0;
    Outcome outcome = Outcome.OK;
    for (long page = first; page <= last && outcome == Outcome.OK; page++) {
      int own = object.list.get(page);
      if (PageList.present(own)) {
        continue;
      }
      long shown = supply(object, page, false);
      if (isRefusal(shown)) {
        outcome = refusal(shown);
      } else if (!PageList.present(object.list.get(page))) {
        long pfn = copyOf(object, shown);
        if (pfn == Frames.NONE) {
          outcome = Outcome.OUT_OF_FRAMES;
        } else {
          fresh[made++] = pfn;
        }
      }
    }
    if (outcome != Outcome.OK) {
      while (made > 0) {
        object.machine.frames().free(fresh[--made]);
      }
      return outcome;
    }
    int next = 0;
    for (long page = first; page <= last; page++) {
      if (!PageList.present(object.list.get(page))) {
        object.list.putFrame(page, fresh[next++]);
      }
    }
    Change.tell(object, first, last);
    object.events.record(EventKind.COMMITTED, first, count, made, 0);
    return Outcome.OK;
  }

  static Outcome bounds(MemoryObject object, long first, long count) {
    if (object.kind == ObjectKind.PHYSICAL) {
      return Outcome.UNSUPPORTED;
    }
    return first < 0 || count < 0 || first > object.pages || count > object.pages - first
        ? Outcome.OUTSIDE
        : Outcome.OK;
  }

  static long ownFrames(MemoryObject object, long first, long last) {
    long own = 0;
    for (long page = object.list.next(first);
        page >= 0 && page <= last;
        page = object.list.next(page + 1)) {
      if (PageList.present(object.list.found())) {
        own++;
      }
    }
    return own;
  }

  static Outcome pin(MemoryObject object, long first, long count) {
    Outcome outcome = commit(object, first, count);
    if (outcome != Outcome.OK) {
      return outcome;
    }
    Frames frames = object.machine.frames();
    for (long page = first; page < first + count; page++) {
      if (!frames.pin(PageList.pfn(object.list.get(page)))) {
        unpin(object, first, page - first);
        return Outcome.SATURATED;
      }
    }
    object.events.record(EventKind.PINNED, first, count, 0, 0);
    return Outcome.OK;
  }

  static void unpin(MemoryObject object, long first, long count) {
    Frames frames = object.machine.frames();
    for (long page = first; page < first + count; page++) {
      int entry = object.list.get(page);
      if (!PageList.present(entry)) {
        throw new IllegalStateException("page " + page + " of " + object + " is not pinned");
      }
      frames.unpin(PageList.pfn(entry));
    }
    object.events.record(EventKind.UNPINNED, first, count, 0, 0);
  }
}
