package dev.mapwright.core.object;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.memory.ObjectKind;
import org.jspecify.annotations.Nullable;

/**
 * Parents and children: who shows whose pages.
 *
 * <p><b>The one rule.</b> A member's page is its own entry if it has one; otherwise what its source
 * gives, if it has one; otherwise, for pages below {@code parentLimit}, the parent's page at {@code
 * parentOffset} further, if the parent is that large now; otherwise it is absent. A live view is
 * nothing else (I8).
 *
 * <p><b>Hidden members.</b> A snapshot puts one behind an object (see {@link Snapshots}). When a
 * page is decommitted on either side, it is marked as cleared: the search then passes the pages of
 * the hidden members by, and finds a live parent's page as if there had been no snapshot. Contents
 * that a source gives are found again: the page gets them anew.
 *
 * <p><b>Shortcuts.</b> A chain of members may be of any length, and most of them have no pages of
 * their own. So each remembers the nearest ancestor that has ({@link Member#seen}), as long as the
 * family's {@link Family#shape} stays the same: a member with children gets its first page, a size
 * changes, a parent comes or goes. Everything here loops. The family's lock guards all of it.
 */
final class Lineage {
  private Lineage() {}

  /** Looks what a page shows; the family's {@link Member.Sight} has the answer. */
  static Member.Sight see(Member member, long page) {
    assert member.family.locked();
    Member.Sight sight = member.sight;
    Member at = member;
    // Where a cleared page is: contents that a source gives again go there.
    Member cleared = null;
    long clearedPage = 0;
    while (true) {
      if (cleared == null) {
        int entry = at.list.get(page);
        if (PageList.filled(entry)) {
          sight.held(at, page, entry);
          return sight;
        }
        if (entry == PageList.CLEARED) {
          cleared = at;
          clearedPage = page;
        }
      }
      if (at.source != null && page < at.sourcePages) {
        Member to = cleared == null ? at : cleared;
        sight.supplied(to, cleared == null ? page : clearedPage, at, page + at.sourceOffset);
        return sight;
      }
      Member next = cleared == null ? jump(at) : at.parent;
      long limit = cleared == null ? at.seenLimit : window(at);
      if (next == null || page >= limit) {
        sight.zeros();
        return sight;
      }
      page += cleared == null ? at.seenOffset : at.parentOffset;
      at = next;
      if (!at.hidden) {
        cleared = null;
      }
    }
  }

  /** How many pages of a member, from 0 on, its parent can show now. */
  private static long window(Member member) {
    Member parent = member.parent;
    return parent == null ? 0 : Math.min(member.parentLimit, parent.pages - member.parentOffset);
  }

  /**
   * The nearest ancestor that has pages or a source; {@code seenOffset} and -Limit are then true.
   */
  private static @Nullable Member jump(Member member) {
    long shape = member.family.shape;
    if (member.seenShape == shape) {
      return member.seen;
    }
    long offset = 0;
    long limit = Long.MAX_VALUE;
    Member at = member;
    do {
      limit = Math.min(limit, window(at) - offset);
      offset += at.parentOffset;
      at = at.parent;
      if (at != null && !at.opaque() && at.seenShape == shape) {
        limit = Math.min(limit, at.seenLimit - offset);
        offset += at.seenOffset;
        at = at.seen;
        break;
      }
    } while (at != null && limit > 0 && !at.opaque());
    member.seen = limit > 0 ? at : null;
    member.seenOffset = offset;
    member.seenLimit = Math.max(0, limit);
    member.seenShape = shape;
    return member.seen;
  }

  /** Notes that members may see others than before. */
  static void reshaped(Member member) {
    member.family.shape++;
  }

  /** Puts an entry, for which the list has what it needs, and notes when it was the first. */
  static void put(Member member, long page, int entry) {
    if (member.children != 0 && !member.opaque()) {
      reshaped(member);
    }
    member.list.putEntry(page, entry);
  }

  /** The frame that a page shows, own or inherited; {@link Frames#NONE} for none. */
  static long frameShown(Member member, long page) {
    return member.kind == ObjectKind.PHYSICAL ? member.firstPfn + page : see(member, page).frame();
  }

  static long nextShown(Member member, long first, long last) {
    last = Math.min(last, member.pages - 1);
    if (first > last) {
      return -1;
    }
    if (member.kind == ObjectKind.PHYSICAL) {
      return first;
    }
    long page = nextEntry(member, first, last);
    while (page >= 0 && frameShown(member, page) == Frames.NONE) {
      page = nextEntry(member, page + 1, last);
    }
    return page;
  }

  /** The first page in a range that an ancestor has and the member has no entry for, or -1. */
  static long nextInherited(Member member, long first, long last) {
    last = Math.min(last, member.pages - 1);
    long page = nextEntry(member, first, last);
    while (page >= 0
        && (PageList.filled(member.list.get(page)) || !PageList.filled(see(member, page).entry))) {
      page = nextEntry(member, page + 1, last);
    }
    return page;
  }

  /** The first page in a range that the member or an ancestor has contents for, or -1. */
  static long nextContents(Member member, long first, long last) {
    last = Math.min(last, member.pages - 1);
    long page = nextEntry(member, first, last);
    while (page >= 0 && !PageList.filled(see(member, page).entry)) {
      page = nextEntry(member, page + 1, last);
    }
    return page;
  }

  /** How many pages of a member, from 0 on, would come from a source if nobody had any. */
  static long sourced(Member member) {
    long limit = Long.MAX_VALUE;
    long offset = 0;
    Member at = member;
    while (at != null && limit > 0) {
      if (at.source != null) {
        return Math.max(0, Math.min(limit, at.sourcePages - offset));
      }
      Member next = jump(at);
      limit = Math.min(limit, at.seenLimit - offset);
      offset += at.seenOffset;
      at = next;
    }
    return 0;
  }

  /** The first page in a range for which the member or an ancestor in view has an entry, or -1. */
  private static long nextEntry(Member member, long first, long last) {
    long nearest = -1;
    long offset = 0;
    Member at = member;
    while (first <= last && at != null) {
      long found = at.list.next(first + offset);
      if (found >= 0 && found - offset <= last) {
        nearest = found - offset;
        last = nearest - 1;
      }
      Member next = jump(at);
      last = Math.min(last, at.seenLimit - 1 - offset);
      offset += at.seenOffset;
      at = next;
    }
    return nearest;
  }

  /**
   * Gives a child its parent, and the parent one reference more. The child's window is cut where
   * page numbers would end, so that its bounds never overflow.
   */
  static void attach(Member child, Member parent, long offset, long limit) {
    child.parent = parent;
    child.parentOffset = offset;
    child.parentLimit = Math.min(limit, Pages.LAST_PAGE + 1 - offset);
    link(child, parent);
    parent.children++;
    parent.retain();
    if (child.parentLimit > 0) {
      child.viewOfParent = new ChildView(child, offset, offset + child.parentLimit - 1);
      Views.attached(child);
    }
    reshaped(child);
  }

  /** Takes a child's parent from it; whoever does it gives the reference back. */
  static void detach(Member child, Member parent) {
    Views.detaching(child, parent);
    child.viewOfParent = null;
    child.parent = null;
    child.parentOffset = 0;
    child.parentLimit = 0;
    unlink(child, parent);
    parent.children--;
    reshaped(child);
  }

  /** A new member takes the place of another one below its parent, window and view included. */
  static void takePlace(Member by, Member of) {
    Member parent = of.parent;
    if (parent == null) {
      return;
    }
    by.parent = parent;
    by.parentOffset = of.parentOffset;
    by.parentLimit = of.parentLimit;
    by.viewOfParent = of.viewOfParent;
    if (by.viewOfParent instanceof ChildView view) {
      view.child = by;
    }
    of.viewOfParent = null;
    of.parent = null;
    unlink(of, parent);
    link(by, parent);
    reshaped(by);
  }

  /** The source goes along with the pages, cut to what the new owner shows of them. */
  static void moveSource(Member from, Member to, long offset, long limit) {
    if (from.source != null) {
      to.source = from.source;
      to.sourceOffset = from.sourceOffset + offset;
      to.sourcePages = Math.max(0, Math.min(limit, from.sourcePages - offset));
      from.source = null;
      reshaped(to);
    }
  }

  private static void link(Member child, Member parent) {
    Member next = parent.firstChild;
    child.nextSibling = next;
    child.previousSibling = null;
    if (next != null) {
      next.previousSibling = child;
    }
    parent.firstChild = child;
  }

  private static void unlink(Member child, Member parent) {
    Member next = child.nextSibling;
    Member previous = child.previousSibling;
    if (next != null) {
      next.previousSibling = previous;
    }
    if (previous != null) {
      previous.nextSibling = next;
    } else {
      parent.firstChild = next;
    }
    child.nextSibling = null;
    child.previousSibling = null;
  }
}
