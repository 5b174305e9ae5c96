package dev.mapwright.core.object;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.failure.AllocationPoint;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots: making them, and going back to them.
 *
 * <p><b>Making one.</b> The pages of the object move to a new hidden member that nobody can write,
 * and the object itself and the snapshot become its children. Moving is exchanging one reference,
 * whatever the number of pages; only the check that none is pinned looks at each of them. Where
 * nothing was written since the last snapshot, its hidden member serves for the next one too.
 *
 * <p><b>When a side goes away</b>, the other takes back the pages that it has not replaced
 * meanwhile, and the hidden member disappears; so a process that forks a thousand times does not
 * look through a thousand ancestors. The smaller of the two lists is the one that moves.
 *
 * <p>A snapshot of a live view keeps what the view has itself; the rest goes on showing the view's
 * parent. The family's lock guards all of it.
 */
final class Snapshots {
  private Snapshots() {}

  /** The member that a snapshot of an object becomes a child of. */
  static Member shared(Member object) {
    Member parent = object.parent;
    boolean nothingSince =
        parent != null
            && parent.hidden
            && object.snapshot
            && !object.opaque()
            && object.parentOffset == 0
            && object.parentLimit == object.pages
            && parent.pages == object.pages;
    return nothingSince && parent != null ? parent : hide(object);
  }

  /** Moves the object's pages to a new hidden parent; everything else about it stays. */
  private static Member hide(Member object) {
    long last = Math.max(0, object.pages - 1);
    ObjectView view = object.views.first(0, last);
    while (view != null) {
      view.pagesShared(view.firstPage, Math.min(last, view.lastPage));
      view = object.views.next(view, 0, last);
    }
    Member hidden = new HiddenMember(object);
    hidden.snapshot = object.snapshot;
    PageList pages = hidden.list;
    hidden.list = object.list;
    object.list = pages;
    Lineage.moveSource(object, hidden, 0, Long.MAX_VALUE);
    Lineage.takePlace(hidden, object);
    hidden.machine.census().enter(hidden);
    Lineage.attach(object, hidden, 0, object.pages);
    Views.settle(hidden); // an object of no pages shows nothing of it
    object.snapshot = true;
    hidden.drop(); // the maker's reference: only its children hold a hidden member
    return hidden;
  }

  /** Whether an object can go back to what is said to be a snapshot of it. */
  private static Outcome ask(Member object, Member snapshot) {
    if (!isSnapshotOf(object, snapshot)) {
      return Outcome.INVALID;
    }
    return snapshot.ended() ? Outcome.DEAD : Outcome.OK;
  }

  private static boolean isSnapshotOf(Member object, Member snapshot) {
    if (snapshot.family != object.family
        || snapshot == object
        || snapshot.snapshotOf != object.number) {
      return false;
    }
    // A lineage is never a circle: nobody goes back to what stands on himself.
    Member at = snapshot;
    while (at != null && at != object) {
      at = at.parent;
    }
    return at == null;
  }

  /**
   * Sees to it that the snapshot's contents are a hidden member's, which an object can become a
   * child of. They are, until the snapshot was its only child and took them over.
   */
  private static Outcome shareAgain(Member object, Member snapshot) {
    Member kept = snapshot.parent;
    if (kept != null && kept.hidden && !snapshot.opaque()) {
      return Outcome.OK;
    }
    if (Removal.anyPinned(snapshot, 0, Long.MAX_VALUE)) {
      return Outcome.PINNED;
    }
    if (object.machine.failures().refuses(AllocationPoint.OBJECT)) {
      return Outcome.OUT_OF_RECORDS;
    }
    hide(snapshot);
    return Outcome.OK;
  }

  /**
   * Acquires what {@link #revert} will need, and keeps it until {@link #unprepare}: meanwhile other
   * objects may leave the members that the snapshot's contents are in.
   */
  static Outcome prepare(Member object, Member snapshot) {
    Outcome asked = ask(object, snapshot);
    Outcome shared = asked == Outcome.OK ? shareAgain(object, snapshot) : asked;
    Member kept = snapshot.parent;
    if (shared == Outcome.OK && kept != null) {
      kept.retain();
    }
    return shared;
  }

  /** Ends one {@link #prepare}. */
  static void unprepare(Member snapshot) {
    Member kept = snapshot.parent;
    if (kept == null) {
      throw new IllegalStateException(snapshot + " was not prepared");
    }
    Ending.letGo(kept);
  }

  /** Makes an object show again what it showed when a snapshot of it was made. */
  static Outcome revert(Member object, Member snapshot) {
    Outcome asked = ask(object, snapshot);
    if (asked != Outcome.OK) {
      return asked;
    }
    if (Removal.anyPinned(object, 0, Long.MAX_VALUE)) {
      return Outcome.PINNED;
    }
    Outcome shared = shareAgain(object, snapshot);
    Member kept = snapshot.parent;
    if (shared != Outcome.OK || kept == null) {
      return shared;
    }
    Change.tell(object, 0, Pages.LAST_PAGE);
    Removal.freeAll(object);
    object.source = null;
    object.pages = snapshot.pages;
    object.snapshot = true;
    // Also where the parent stays: the snapshot's window may be another one.
    Member old = object.parent;
    if (old != null) {
      Lineage.detach(object, old);
    }
    Lineage.attach(object, kept, snapshot.parentOffset, snapshot.parentLimit);
    if (old != null) {
      Ending.letGo(old);
    }
    return Outcome.OK;
  }

  /** The nearest ancestor that somebody can name, in whose pages the member sees; null for none. */
  static @Nullable Member liveParent(Member member) {
    Member at = member.parent;
    while (at != null && at.hidden) {
      at = at.parent;
    }
    return at;
  }
}
