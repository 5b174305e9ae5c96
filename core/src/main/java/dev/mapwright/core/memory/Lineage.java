package dev.mapwright.core.memory;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Made;
import dev.mapwright.core.Outcome;
import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.machine.Frames;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Parents and children: who shows whose pages.
 *
 * <p><b>The one rule.</b> An object's page is its own entry if it has one; otherwise, for pages
 * below {@code parentLimit}, the parent's page at {@code parentOffset} further, if the parent is
 * that large now; otherwise it is absent. A live view is nothing else.
 *
 * <p><b>Snapshots.</b> To make one, the pages of the object move to a new hidden object that nobody
 * can write, and the object itself and the snapshot become its children. Moving is exchanging one
 * reference, whatever the number of pages; only the check that none is pinned looks at each of
 * them. When one of the two goes away, the other takes back the pages that it has not replaced
 * meanwhile, and the hidden object disappears; so a process that forks a thousand times does not
 * look through a thousand ancestors.
 *
 * <p>A snapshot of a live view keeps what the view has itself; the rest goes on showing the view's
 * parent. When a page is decommitted on either side, it is marked as cleared: the search then
 * passes the hidden objects by, and finds the live parent's page as if there had been no snapshot.
 *
 * <p>Chains may be of any length: everything here loops. The family's lock guards all of it.
 */
final class Lineage {
  private Lineage() {}

  /** The frame that a page shows, own or inherited; {@link Frames#NONE} for none. */
  static long frameShown(MemoryObject object, long page) {
    if (object.kind == ObjectKind.PHYSICAL) {
      return object.firstPfn + page;
    }
    MemoryObject holder = holder(object, page);
    if (holder == null) {
      return Frames.NONE;
    }
    int entry = holder.list.get(page + offsetTo(object, holder));
    return PageList.present(entry) ? PageList.pfn(entry) : Frames.NONE;
  }

  /** The nearest of the object and its ancestors that has contents for a page; null for none. */
  static @Nullable MemoryObject holder(MemoryObject object, long page) {
    MemoryObject at = object;
    boolean pastHidden = false;
    while (true) {
      int entry = pastHidden ? PageList.ABSENT : at.list.get(page);
      if (PageList.filled(entry)) {
        return at;
      }
      MemoryObject parent = at.parent;
      if (parent == null || page >= at.parentLimit) {
        return null;
      }
      page += at.parentOffset;
      if (page >= parent.pages) {
        return null;
      }
      pastHidden = parent.hidden && (pastHidden || entry == PageList.CLEARED);
      at = parent;
    }
  }

  /** What has to be added to the object's page numbers to get the ancestor's. */
  static long offsetTo(MemoryObject object, MemoryObject ancestor) {
    long offset = 0;
    for (MemoryObject at = object; at != ancestor; ) {
      offset += at.parentOffset;
      MemoryObject parent = at.parent;
      if (parent == null) {
        throw new AssertionError(ancestor + " is no ancestor of " + object);
      }
      at = parent;
    }
    return offset;
  }

  /** The ancestor whose source supplies a page that nobody has; null when it is zeros. */
  static @Nullable MemoryObject sourceOf(MemoryObject object, long page) {
    MemoryObject at = object;
    while (at.source == null) {
      MemoryObject parent = at.parent;
      if (parent == null || page >= at.parentLimit) {
        return null;
      }
      page += at.parentOffset;
      if (page >= parent.pages) {
        return null;
      }
      at = parent;
    }
    return at;
  }

  static long nextShown(MemoryObject object, long first, long last) {
    last = Math.min(last, object.pages - 1);
    if (first > last) {
      return -1;
    }
    if (object.kind == ObjectKind.PHYSICAL) {
      return first;
    }
    long page = first;
    while (page >= 0 && page <= last) {
      if (frameShown(object, page) != Frames.NONE) {
        return page;
      }
      page = nextEntry(object, page + 1, last);
    }
    return -1;
  }

  /** The first page in a range that an ancestor shows and the object has no entry for, or -1. */
  static long nextInherited(MemoryObject object, long first, long last) {
    last = Math.min(last, object.pages - 1);
    long page = first - 1;
    do {
      page = nextEntry(object, page + 1, last);
    } while (page >= 0
        && (PageList.filled(object.list.get(page))
            || frameShown(object, page) == Frames.NONE && !inheritedOut(object, page)));
    return page;
  }

  /** The first page in a range that the object or an ancestor has contents for, or -1. */
  static long nextContents(MemoryObject object, long first, long last) {
    last = Math.min(last, object.pages - 1);
    long page = nextEntry(object, first, last);
    while (page >= 0 && holder(object, page) == null) {
      page = nextEntry(object, page + 1, last);
    }
    return page;
  }

  private static boolean inheritedOut(MemoryObject object, long page) {
    MemoryObject holder = holder(object, page);
    return holder != null && PageList.out(holder.list.get(page + offsetTo(object, holder)));
  }

  /** The first page in a range for which the object or an ancestor in view has an entry, or -1. */
  private static long nextEntry(MemoryObject object, long first, long last) {
    long nearest = -1;
    long offset = 0;
    MemoryObject at = object;
    while (first <= last) {
      long found = at.list.next(first + offset);
      if (found >= 0 && found - offset <= last) {
        nearest = found - offset;
        last = nearest - 1;
      }
      MemoryObject parent = at.parent;
      if (parent == null) {
        break;
      }
      last = Math.min(last, at.parentLimit - 1 - offset);
      offset += at.parentOffset;
      last = Math.min(last, parent.pages - 1 - offset);
      at = parent;
    }
    return nearest;
  }

  static Made<MemoryObject> child(MemoryObject object, ChildKind kind, long offset, long pages) {
    if (object.references() == 0) {
      return Made.refused(Outcome.DEAD);
    }
    MemoryObject parent = object;
    if (kind == ChildKind.SNAPSHOT) {
      if (Removal.anyPinned(object, 0, object.pages)) {
        return Made.refused(Outcome.PINNED);
      }
      parent = shareThroughHidden(object);
    }
    MemoryObject child =
        new MemoryObject(
            object.machine, ObjectKind.PAGED, object.family, pages, -1, CachePolicy.CACHED);
    child.snapshot = kind == ChildKind.SNAPSHOT;
    // A live view follows its parent wherever both reach; only a snapshot's window is fixed.
    attach(child, parent, offset, child.snapshot ? pages : Pages.LAST_PAGE + 1);
    object.events.record(EventKind.CLONED, offset, pages, kind.ordinal(), child.number);
    return Made.of(child.born());
  }

  /**
   * Gives a child its parent, and the parent one reference more. The child's window is cut where
   * page numbers would end, so that its bounds never overflow.
   */
  private static void attach(MemoryObject child, MemoryObject parent, long offset, long limit) {
    child.parent = parent;
    child.parentOffset = offset;
    child.parentLimit = Math.min(limit, Pages.LAST_PAGE + 1 - offset);
    parent.children++;
    parent.retain();
    if (child.parentLimit > 0) {
      ChildView view = new ChildView(child, offset, offset + child.parentLimit - 1);
      child.viewOfParent = view;
      parent.views.add(view);
    }
  }

  private static void detach(MemoryObject child, MemoryObject parent) {
    ChildView view = child.viewOfParent;
    if (view != null) {
      parent.views.remove(view);
      child.viewOfParent = null;
    }
    child.parent = null;
    parent.children--;
  }

  /** Moves the object's pages to a new hidden parent; everything else about it stays. */
  private static MemoryObject shareThroughHidden(MemoryObject object) {
    long last = Math.max(0, object.pages - 1);
    object.views.forEach(
        0, last, view -> view.pagesShared(view.firstPage, Math.min(last, view.lastPage)));
    MemoryObject hidden =
        new MemoryObject(
            object.machine, ObjectKind.PAGED, object.family, object.pages, -1, CachePolicy.CACHED);
    hidden.hidden = true;
    hidden.snapshot = object.snapshot;
    PageList pages = hidden.list;
    hidden.list = object.list;
    object.list = pages;
    hidden.source = object.source;
    object.source = null;
    hidden.store = object.store;
    MemoryObject grandparent = object.parent;
    if (grandparent != null) {
      hidden.parent = grandparent;
      hidden.parentOffset = object.parentOffset;
      hidden.parentLimit = object.parentLimit;
      hidden.viewOfParent = object.viewOfParent;
      if (hidden.viewOfParent != null) {
        hidden.viewOfParent.child = hidden;
      }
      object.viewOfParent = null;
    }
    hidden.machine.census().enter(hidden);
    attach(object, hidden, 0, object.pages);
    object.snapshot = true;
    hidden.dropOne(); // the maker's reference: only its children hold a hidden object
    return hidden;
  }

  /**
   * Sees to it that the snapshot's contents are a hidden object's, which an object can become a
   * child of. They are, until the snapshot was its only child and took them over.
   */
  static Outcome shareAgain(MemoryObject object, MemoryObject snapshot) {
    boolean related = snapshot != object && snapshot.family == object.family && snapshot.snapshot;
    if (!related) {
      return Outcome.INVALID;
    }
    MemoryObject kept = snapshot.parent;
    if (kept != null && kept.hidden && snapshot.list.size() == 0) {
      return Outcome.OK;
    }
    if (Removal.anyPinned(snapshot, 0, Long.MAX_VALUE)) {
      return Outcome.PINNED;
    }
    if (object.machine.failures().refuses(AllocationPoint.OBJECT)) {
      return Outcome.OUT_OF_RECORDS;
    }
    shareThroughHidden(snapshot);
    return Outcome.OK;
  }

  /** Makes an object show again what it showed when a snapshot of it was made. */
  static Outcome rebase(MemoryObject object, MemoryObject snapshot) {
    if (Removal.anyPinned(object, 0, Long.MAX_VALUE)) {
      return Outcome.PINNED;
    }
    Outcome shared = shareAgain(object, snapshot);
    MemoryObject kept = snapshot.parent;
    if (shared != Outcome.OK || kept == null) {
      return shared;
    }
    Change.tell(object, 0, Pages.LAST_PAGE);
    Removal.freeAll(object);
    object.pages = snapshot.pages;
    MemoryObject old = object.parent;
    if (old != kept) {
      if (old != null) {
        detach(object, old);
      }
      attach(object, kept, snapshot.parentOffset, snapshot.parentLimit);
      if (old != null) {
        letGo(old);
      }
    }
    object.parentLimit = snapshot.parentLimit;
    object.snapshot = true;
    return Outcome.OK;
  }

  /** Gives up a detached child's reference to its parent. */
  private static void letGo(MemoryObject parent) {
    if (parent.dropOne()) {
      end(parent);
    } else if (parent.hidden && parent.children == 1) {
      dissolve(parent);
    }
  }

  /** The last reference is gone: frees the pages, then does the same for parents that follow. */
  static void end(MemoryObject object) {
    MemoryObject at = object;
    while (true) {
      Removal.freeAll(at);
      at.machine.census().leave(at);
      at.events.record(EventKind.OBJECT_DESTROYED, 0, at.pages, 0, 0);
      MemoryObject parent = at.parent;
      if (parent == null) {
        return;
      }
      detach(at, parent);
      if (!parent.dropOne()) {
        if (parent.hidden && parent.children == 1) {
          dissolve(parent);
        }
        return;
      }
      at = parent;
    }
  }

  /** A hidden object with one child left: the child takes over what it still shows. */
  private static void dissolve(MemoryObject hidden) {
    ChildView[] only = new ChildView[1];
    hidden.views.forEach(
        0,
        Pages.LAST_PAGE,
        view -> {
          if (view instanceof ChildView childView) {
            only[0] = childView;
          }
        });
    if (only[0] == null) {
      return; // its child sees no page of it
    }
    MemoryObject child = only[0].child;
    if (child.store != null && hidden.store != null && child.store != hidden.store) {
      return; // two stores can't be told apart by a token
    }
    if (!takeOver(child, hidden)) {
      return;
    }
    MemoryObject grandparent = hidden.parent;
    long offset = child.parentOffset;
    long limit = Math.min(child.parentLimit, hidden.pages - offset);
    detach(child, hidden);
    if (hidden.source != null && child.source == null) {
      child.source = shifted(hidden.source, offset, limit);
    }
    if (grandparent != null) {
      long inherited = Math.max(0, Math.min(limit, hidden.parentLimit - offset));
      long grandOffset = offset + hidden.parentOffset;
      detach(hidden, grandparent);
      if (inherited > 0) {
        attach(child, grandparent, grandOffset, inherited);
      }
      hidden.dropOne();
      hidden.machine.census().leave(hidden);
      letGo(grandparent);
    } else {
      hidden.dropOne();
      hidden.machine.census().leave(hidden);
    }
  }

  private static PageSource shifted(PageSource source, long offset, long limit) {
    return (page, frame) -> {
      if (page >= limit) {
        frame.fill((byte) 0);
        return true;
      }
      return source.supply(page + offset, frame);
    };
  }

  /** Moves the hidden object's pages to its only child; false when it had to stop half-way. */
  private static boolean takeOver(MemoryObject child, MemoryObject hidden) {
    if (child.store == null) {
      child.store = hidden.store;
    }
    for (long page = hidden.list.next(0); page >= 0; page = hidden.list.next(page + 1)) {
      int entry = hidden.list.found();
      long childPage = page - child.parentOffset;
      boolean shown =
          childPage >= 0
              && childPage < child.parentLimit
              && page < hidden.pages
              && child.list.get(childPage) == PageList.ABSENT;
      if (shown) {
        if (!child.list.ensure(1)) {
          return false; // both lists are whole, and the rest stays where it is
        }
        hidden.list.remove(page);
        child.list.putEntry(childPage, entry);
      } else {
        hidden.list.remove(page);
        Removal.discard(hidden, entry);
      }
    }
    return true;
  }

  static void check(MemoryObject object, Consumer<String> complain) {
    MemoryObject parent = object.parent;
    if (object.references() < object.children || object.references() == 0) {
      complain.accept(object + " has " + object.children + " children");
    }
    if (object.hidden && object.children != object.references()) {
      complain.accept(object + " is held by somebody who is not its child");
    }
    if (parent != null) {
      if (parent.references() == 0 || parent.family != object.family) {
        complain.accept(object + " has a parent that has ended, or of another family");
      }
      if (object.viewOfParent == null && object.parentLimit > 0) {
        complain.accept(object + " sees its parent without a view");
      }
    }
    for (long page = object.list.next(0); page >= 0; page = object.list.next(page + 1)) {
      if (page >= object.pages) {
        complain.accept(object + " has page " + page + " beyond its end");
      }
      int entry = object.list.found();
      if (PageList.present(entry)) {
        long pfn = PageList.pfn(entry);
        if (object.machine.frames().tag(pfn) != object.family.number) {
          complain.accept("frame " + pfn + " in " + object + " belongs to another family");
        }
      }
    }
  }
}
