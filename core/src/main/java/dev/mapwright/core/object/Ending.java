package dev.mapwright.core.object;

import dev.mapwright.core.event.EventKind;
import org.jspecify.annotations.Nullable;

/**
 * What happens when references and children go (I9).
 *
 * <p><b>The last reference.</b> The member's pages are freed, and its parent has a reference less.
 *
 * <p><b>The last but one child of a hidden member.</b> The child that is left takes back the pages
 * that it has not replaced meanwhile, and the hidden member disappears; so a process that forks a
 * thousand times does not look through a thousand ancestors. The smaller of the two lists is the
 * one that moves.
 *
 * <p>Either may take a reference from the member above, and so on upwards, in any order and as far
 * as a program likes: it is one loop. The family's lock guards all of it.
 */
final class Ending {
  private Ending() {}

  /** The last reference is gone: frees the pages, then does what follows for those above. */
  static void end(Member member) {
    assert member.family.locked();
    goUp(endOne(member));
  }

  /** Gives up a reference to a member that a child had which is detached, or somebody else. */
  static void letGo(Member member) {
    assert member.family.locked();
    goUp(member);
  }

  /** Gives up a reference to a member, and those to the members above that go with it. */
  private static void goUp(@Nullable Member from) {
    Member at = from;
    while (at != null) {
      at = at.drop() ? endOne(at) : onlyOneShows(at) ? dissolve(at) : null;
    }
  }

  /** Ends a member; returns its parent, which has a reference too many. */
  private static @Nullable Member endOne(Member member) {
    Removal.freeAll(member);
    member.machine.census().leave(member);
    member.events.record(EventKind.OBJECT_DESTROYED, 0, member.pages, 0, 0);
    Member parent = member.parent;
    if (parent != null) {
      Lineage.detach(member, parent);
    }
    return parent;
  }

  /** Whether a member stands between one child and the rest, and nobody wants it to stay. */
  private static boolean onlyOneShows(Member member) {
    return member.hidden && member.children == 1 && member.references() == 1;
  }

  /**
   * A hidden member with one child left: the child takes over what it still shows.
   *
   * @return its parent, which has a reference too many; null for none
   */
  private static @Nullable Member dissolve(Member hidden) {
    Member child = hidden.firstChild;
    if (child == null) {
      throw new AssertionError(hidden + " has a child and does not know it");
    }
    if (!takeOver(child, hidden)) {
      return null; // both lists are whole, and the rest stays where it is
    }
    Member grandparent = hidden.parent;
    long offset = child.parentOffset;
    long limit = Math.max(0, Math.min(child.parentLimit, hidden.pages - offset));
    Lineage.detach(child, hidden);
    Lineage.moveSource(hidden, child, offset, limit);
    if (grandparent != null) {
      long inherited = Math.max(0, Math.min(limit, hidden.parentLimit - offset));
      long grandOffset = offset + hidden.parentOffset;
      Lineage.detach(hidden, grandparent);
      if (inherited > 0) {
        Lineage.attach(child, grandparent, grandOffset, inherited);
      }
    }
    hidden.drop();
    hidden.machine.census().leave(hidden);
    return grandparent;
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
}
