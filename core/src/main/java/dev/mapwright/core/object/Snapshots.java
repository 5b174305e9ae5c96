package dev.mapwright.core.object;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.failure.AllocationPoint;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots: making them, going back to them, and what becomes of the members that they hide.
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
    moveSource(object, hidden, 0, Long.MAX_VALUE);
    Lineage.takePlace(hidden, object);
    hidden.machine.census().enter(hidden);
    Lineage.attach(object, hidden, 0, object.pages);
    Views.settle(hidden); // an object of no pages shows nothing of it
    object.snapshot = true;
    hidden.drop(); // the maker's reference: only its children hold a hidden member
    return hidden;
  }

  /** The source goes along with the pages, cut to what the new owner shows of them. */
  private static void moveSource(Member from, Member to, long offset, long limit) {
    if (from.source != null) {
      to.source = from.source;
      to.sourceOffset = from.sourceOffset + offset;
      to.sourcePages = Math.max(0, Math.min(limit, from.sourcePages - offset));
      from.source = null;
      Lineage.reshaped(to);
    }
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
  static Outcome shareAgain(Member object, Member snapshot) {
    if (!isSnapshotOf(object, snapshot)) {
      return Outcome.INVALID;
    }
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

  /** Makes an object show again what it showed when a snapshot of it was made. */
  static Outcome revert(Member object, Member snapshot) {
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
    Member old = object.parent;
    if (old != kept) {
      if (old != null) {
        Lineage.detach(object, old);
      }
      Lineage.attach(object, kept, snapshot.parentOffset, snapshot.parentLimit);
      if (old != null) {
        letGo(old);
      }
    }
    object.parentLimit = snapshot.parentLimit;
    object.snapshot = true;
    Lineage.reshaped(object);
    return Outcome.OK;
  }

  /** Gives up a detached child's reference to its parent. */
  private static void letGo(Member parent) {
    if (parent.drop()) {
      Ending.end(parent);
    } else {
      childGone(parent);
    }
  }

  /** A child has gone, and others are left. */
  static void childGone(Member parent) {
    if (parent.hidden && parent.children == 1) {
      dissolve(parent);
    }
  }

  /** A hidden member with one child left: the child takes over what it still shows. */
  private static void dissolve(Member hidden) {
    Member child = hidden.firstChild;
    if (child == null) {
      throw new AssertionError(hidden + " has a child and does not know it");
    }
    if (!takeOver(child, hidden)) {
      return; // both lists are whole, and the rest stays where it is
    }
    Member grandparent = hidden.parent;
    long offset = child.parentOffset;
    long limit = Math.max(0, Math.min(child.parentLimit, hidden.pages - offset));
    Lineage.detach(child, hidden);
    moveSource(hidden, child, offset, limit);
    long inherited = 0;
    if (grandparent != null) {
      inherited = Math.max(0, Math.min(limit, hidden.parentLimit - offset));
      long grandOffset = offset + hidden.parentOffset;
      Lineage.detach(hidden, grandparent);
      if (inherited > 0) {
        Lineage.attach(child, grandparent, grandOffset, inherited);
      }
    }
    hidden.drop();
    hidden.machine.census().leave(hidden);
    if (grandparent != null) {
      letGoIn(grandparent, inherited > 0);
    }
  }

  /** The hidden member's reference to its parent goes; the child may have taken one of its own. */
  private static void letGoIn(Member grandparent, boolean replaced) {
    if (grandparent.drop()) {
      Ending.end(grandparent);
    } else if (!replaced) {
      childGone(grandparent);
    }
  }

  /** Moves the hidden member's pages to its only child; false when it had to stop half-way. */
  private static boolean takeOver(Member child, Member hidden) {
    boolean sameWindow = child.parentOffset == 0 && child.parentLimit >= hidden.pages;
    return sameWindow && child.list.size() < hidden.list.size()
        ? takeBelow(child, hidden)
        : takeAbove(child, hidden);
  }

  /** The child's entries go into the hidden member's list, which is the child's from then on. */
  private static boolean takeBelow(Member child, Member hidden) {
    PageList list = hidden.list;
    int entries = (int) Math.min(Integer.MAX_VALUE, child.list.size());
    if (!list.ensure(entries)) {
      return false;
    }
    for (long page = child.list.next(0); page >= 0; page = child.list.next(page + 1)) {
      Removal.discard(hidden, list.remove(page));
      list.putEntry(page, child.list.remove(page));
    }
    list.settle();
    hidden.list = child.list;
    child.list = list;
    return true;
  }

  /** The hidden member's entries go into the child's list, as far as the child shows them. */
  private static boolean takeAbove(Member child, Member hidden) {
    for (long page = hidden.list.next(0); page >= 0; page = hidden.list.next(page + 1)) {
      long childPage = page - child.parentOffset;
      boolean shown =
          childPage >= 0
              && childPage < child.parentLimit
              && page < hidden.pages
              && child.list.get(childPage) == PageList.ABSENT;
      if (!shown) {
        Removal.discard(hidden, hidden.list.remove(page));
      } else if (child.list.ensure(1)) {
        child.list.putEntry(childPage, hidden.list.remove(page));
        child.list.settle();
      } else {
        return false;
      }
    }
    return true;
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
