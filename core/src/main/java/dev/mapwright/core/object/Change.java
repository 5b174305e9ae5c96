package dev.mapwright.core.object;

import org.jspecify.annotations.Nullable;

/**
 * Tells everybody who shows pages of a member that they have changed (I7, I8): its own views, its
 * children's as far as they see through, and so on down. It costs the views and the members that
 * are shown there, not the children that nobody maps.
 *
 * <p>Chains of children can be long, so this works through a list instead of calling itself. The
 * list is linked through the members: telling acquires nothing and can't fail. The family's lock
 * guards it.
 */
final class Change {
  private Change() {}

  /** When this returns, no translation of the pages is in use any more, anywhere. */
  static void tell(Member member, long first, long last) {
    tell(member, first, last, null);
  }

  /**
   * The same for whoever knows that a view of the member has no translation of the pages, and gets
   * none meanwhile: it is not asked to forget any.
   *
   * @param blank that view; null for none
   */
  static void tell(Member member, long first, long last, @Nullable ObjectView blank) {
    assert member.family.locked();
    if (member.views.size() != 0) {
      toTell(member, first, last);
      run(member, blank);
    }
  }

  /** Works through a list that begins and ends with a member; more are put behind it meanwhile. */
  private static void run(Member start, @Nullable ObjectView blank) {
    Member end = start;
    Member at = start;
    while (at != null) {
      ObjectView view = at.views.first(at.toldFirst, at.toldLast);
      while (view != null) {
        long from = Math.max(at.toldFirst, view.firstPage);
        long to = Math.min(at.toldLast, view.lastPage);
        if (view instanceof ChildView childView) {
          Member child = childView.child;
          long childFirst = from - child.parentOffset;
          if (from < to || !hides(child, childFirst)) {
            toTell(child, childFirst, to - child.parentOffset);
            end.nextToTell = child;
            end = child;
          }
        } else if (view != blank) {
          view.pagesChanged(from, to);
        }
        view = at.views.next(view, at.toldFirst, at.toldLast);
      }
      Member next = at.nextToTell;
      at.nextToTell = null;
      at = next;
    }
  }

  private static void toTell(Member member, long first, long last) {
    member.toldFirst = first;
    member.toldLast = last;
    member.nextToTell = null;
  }

  /**
   * A page that the child has itself hides the change from everybody below; a hidden member's does
   * not, since a cleared page is looked for above it.
   */
  private static boolean hides(Member child, long page) {
    return !child.hidden && PageList.filled(child.list.get(page));
  }
}
