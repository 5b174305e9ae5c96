package dev.mapwright.core.object;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.lock.EngineLock;
import dev.mapwright.core.machine.FrameOwner;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.ObjectKind;
import dev.mapwright.core.memory.PageSource;
import dev.mapwright.core.memory.PageStore;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Gives pages their frames: for a fault, for a commit, for a pin.
 *
 * <p>A page gets its frame in this order: the frame is filled while nobody knows it; the page list
 * names it; everybody who shows what was there before is told and has forgotten it; only then may
 * somebody write to it. So no view ever shows a frame before its contents, and none shows old
 * contents after new ones were written (I8). A source or store that throws does so in the first
 * step: the frame is given back, and nothing has happened (I5). The family's lock is held
 * throughout.
 */
final class Supply {
  private static final Outcome[] OUTCOMES = Outcome.values();

  private Supply() {}

  private static long refused(Outcome outcome) {
    return Frames.NONE - 1 - outcome.ordinal();
  }

  static Outcome refusal(long supplied) {
    return OUTCOMES[(int) (Frames.NONE - 1 - supplied)];
  }

  private static boolean isRefusal(long supplied) {
    return supplied < Frames.NONE;
  }

  /**
   * The frame for an access to a page; {@link Frames#NONE} for a read of a page that is absent, or
   * a refusal.
   *
   * @param blank a view of the member that has no translation of the page, see {@link Change#tell};
   *     null for none
   */
  static long supply(Member member, long page, boolean write, @Nullable ObjectView blank) {
    assert member.family.locked();
    if (member.ended()) {
      return refused(Outcome.DEAD);
    }
    if (page < 0 || page >= member.pages) {
      return refused(Outcome.BEYOND_OBJECT);
    }
    if (member.kind == ObjectKind.PHYSICAL) {
      return member.firstPfn + page;
    }
    int own = member.list.get(page);
    if (PageList.present(own)) {
      return PageList.pfn(own);
    }
    long shown = bringIn(member, page);
    if (!write || isRefusal(shown)) {
      return shown;
    }
    if (PageList.present(member.list.get(page))) {
      return shown; // it was out, or the object's own source has just given it
    }
    if (!member.list.ensure(1)) {
      return refused(Outcome.OUT_OF_RECORDS);
    }
    long pfn = copyOf(member, shown);
    if (pfn != Frames.NONE) {
      Lineage.put(member, page, PageList.frame(pfn));
      Change.tell(member, page, page, blank);
    }
    member.list.settle();
    if (pfn == Frames.NONE) {
      return refused(Outcome.OUT_OF_FRAMES);
    }
    member.events.recordIfHeard(EventKind.COMMITTED, page, 1, 1, 0);
    return pfn;
  }

  /** The frame that a page shows, fetched or supplied to its holder if need be. */
  private static long bringIn(Member member, long page) {
    Member.Sight sight = Lineage.see(member, page);
    Member holder = sight.holder;
    if (holder == null) {
      return Frames.NONE;
    }
    int entry = sight.entry;
    long heldPage = sight.page;
    Member origin = sight.origin;
    if (origin != null) {
      return fromSource(holder, heldPage, origin, sight.originPage);
    }
    return PageList.present(entry) ? PageList.pfn(entry) : fetched(holder, heldPage, entry);
  }

  private static long fetched(Member holder, long page, int entry) {
    PageStore store = holder.family.store;
    long pfn = holder.machine.frames().allocateUncleared(FrameOwner.OBJECT, holder.family.number);
    if (pfn == Frames.NONE || store == null) {
      return refused(Outcome.OUT_OF_FRAMES);
    }
    boolean done = false;
    holder.family.lock.beginCallback(EngineLock.Callback.PAGE_STORE);
    try {
      store.fetch(PageList.token(entry), frame(holder, pfn));
      done = true;
    } finally {
      holder.family.lock.endCallback();
      if (!done) {
        holder.machine.frames().free(pfn);
      }
    }
    holder.list.putEntry(page, PageList.frame(pfn)); // replaces the entry: needs no memory
    return pfn;
  }

  private static MemorySegment frame(Member member, long pfn) {
    return member.machine.memory().segment(pfn, 1, true);
  }

  private static long fromSource(Member holder, long page, Member origin, long originPage) {
    if (!holder.list.ensure(1)) {
      return refused(Outcome.OUT_OF_RECORDS);
    }
    try {
      long pfn = filled(holder, origin, originPage);
      if (!isRefusal(pfn)) {
        Lineage.put(holder, page, PageList.frame(pfn));
      }
      return pfn;
    } finally {
      holder.list.settle();
    }
  }

  /** A new frame, tagged for a family, with what a source gives; or a refusal. */
  private static long filled(Member member, Member origin, long originPage) {
    PageSource source = origin.source;
    long pfn = member.machine.frames().allocateUncleared(FrameOwner.OBJECT, member.family.number);
    if (pfn == Frames.NONE || source == null) {
      return refused(Outcome.OUT_OF_FRAMES);
    }
    boolean given = false;
    member.family.lock.beginCallback(EngineLock.Callback.PAGE_SOURCE);
    try {
      given = source.supply(originPage, frame(member, pfn));
    } finally {
      member.family.lock.endCallback();
      if (!given) {
        member.machine.frames().free(pfn);
      }
    }
    return given ? pfn : refused(Outcome.SOURCE_FAILED);
  }

  /** A new frame with what another one holds, or zeros; {@link Frames#NONE} when none is left. */
  private static long copyOf(Member member, long shown) {
    Frames frames = member.machine.frames();
    if (shown == Frames.NONE) {
      return frames.allocate(FrameOwner.OBJECT, member.family.number);
    }
    long pfn = frames.allocateUncleared(FrameOwner.OBJECT, member.family.number);
    if (pfn != Frames.NONE) {
      member.machine.memory().copyFrame(shown, pfn);
    }
    return pfn;
  }

  static Outcome commit(Member member, long first, long count) {
    Outcome bounds = bounds(member, first, count);
    if (bounds != Outcome.OK || count == 0) {
      return bounds;
    }
    long last = first + count - 1;
    long missing = count - ownFrames(member, first, last);
    if (missing == 0) {
      return Outcome.OK;
    }
    if (missing > member.machine.frames().free()) {
      return Outcome.OUT_OF_FRAMES;
    }
    if (!member.list.ensureRange(first, last)) {
      return Outcome.OUT_OF_RECORDS;
    }
    try {
      return fillAbsent(member, first, last, missing);
    } finally {
      member.list.settle();
    }
  }

  /** All frames are filled before the first becomes the member's. */
  private static Outcome fillAbsent(Member member, long first, long last, long missing) {
    long[] fresh = room(missing);
    if (fresh == null) {
      return Outcome.OUT_OF_RECORDS;
    }
    int made = 0;
    boolean whole = false;
    try {
      for (long page = first; page <= last; page++) {
        if (!PageList.present(member.list.get(page))) {
          long pfn = own(member, page);
          if (isRefusal(pfn)) {
            return refusal(pfn);
          }
          if (pfn != Frames.NONE) {
            fresh[made++] = pfn;
          }
        }
      }
      whole = true;
    } finally {
      while (!whole && made > 0) {
        member.machine.frames().free(fresh[--made]);
      }
    }
    int next = 0;
    for (long page = first; page <= last; page++) {
      if (!PageList.present(member.list.get(page))) {
        Lineage.put(member, page, PageList.frame(fresh[next++]));
      }
    }
    Change.tell(member, first, last);
    member.events.record(EventKind.COMMITTED, first, last - first + 1, made, 0);
    return Outcome.OK;
  }

  private static long @Nullable [] room(long frames) {
    try {
      return frames > Integer.MAX_VALUE - 8 ? null : new long[(int) frames];
    } catch (OutOfMemoryError e) {
      return null;
    }
  }

  /**
   * A frame for a page that is to become the member's own, with what the page shows; {@link
   * Frames#NONE} when the page was out and is back; or a refusal.
   */
  private static long own(Member member, long page) {
    Member.Sight sight = Lineage.see(member, page);
    Member origin = sight.origin;
    if (origin != null) {
      return filled(member, origin, sight.originPage);
    }
    Member holder = sight.holder;
    long shown = Frames.NONE;
    if (holder != null) {
      int entry = sight.entry;
      shown = PageList.present(entry) ? PageList.pfn(entry) : fetched(holder, sight.page, entry);
      if (isRefusal(shown) || holder == member) {
        return isRefusal(shown) ? shown : Frames.NONE;
      }
    }
    long pfn = copyOf(member, shown);
    return pfn == Frames.NONE ? refused(Outcome.OUT_OF_FRAMES) : pfn;
  }

  static Outcome bounds(Member member, long first, long count) {
    assert member.family.locked();
    if (member.ended()) {
      return Outcome.DEAD;
    }
    if (member.kind == ObjectKind.PHYSICAL) {
      return Outcome.UNSUPPORTED;
    }
    return first < 0 || count < 0 || first > member.pages || count > member.pages - first
        ? Outcome.OUTSIDE
        : Outcome.OK;
  }

  static long ownFrames(Member member, long first, long last) {
    long own = 0;
    for (long page = member.list.next(first);
        page >= 0 && page <= last;
        page = member.list.next(page + 1)) {
      if (PageList.present(member.list.get(page))) {
        own++;
      }
    }
    return own;
  }

  static Outcome pin(Member member, long first, long count) {
    Outcome outcome = commit(member, first, count);
    if (outcome != Outcome.OK) {
      return outcome;
    }
    Frames frames = member.machine.frames();
    for (long page = first; page < first + count; page++) {
      if (!frames.pin(PageList.pfn(member.list.get(page)))) {
        unpinFrames(member, first, page - first);
        return Outcome.SATURATED;
      }
    }
    member.events.record(EventKind.PINNED, first, count, 0, 0);
    return Outcome.OK;
  }

  static void unpin(Member member, long first, long count) {
    if (first < 0 || count < 0 || first > member.pages - count) {
      throw new IllegalStateException(
          count
              + " pages from page "
              + first
              + " on are not pinned: "
              + member
              + " has none there");
    }
    // Every page is looked at before the first is changed.
    Frames frames = member.machine.frames();
    for (long page = first; page < first + count; page++) {
      int entry = member.list.get(page);
      if (!PageList.present(entry) || frames.pins(PageList.pfn(entry)) == 0) {
        throw new IllegalStateException("page " + page + " of " + member + " is not pinned");
      }
    }
    unpinFrames(member, first, count);
    member.events.record(EventKind.UNPINNED, first, count, 0, 0);
  }

  private static void unpinFrames(Member member, long first, long count) {
    for (long page = first; page < first + count; page++) {
      member.machine.frames().unpin(PageList.pfn(member.list.get(page)));
    }
  }
}
