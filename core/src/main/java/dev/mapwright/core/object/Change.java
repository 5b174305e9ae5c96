package dev.mapwright.core.object;

import org.jspecify.annotations.Nullable;

/**
 * Tells everybody who shows pages of a member that they have changed (I7, I8): its own views, its
 * children's as far as they see through, and so on down. It costs the views and the members that
 * are shown there, not the children that nobody maps.
 *
 * <p>Chains of children can be long, so this works through a list instead of calling itself. The
 * list begins in the family and is linked through the members: telling acquires nothing and can't
 * fail. The family's lock guards it.
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
      add(member, first, last);
      run(member.family, blank);
    }
  }

  private static void add(Member member, long first, long last) {
    member.toldFirst = first;
    member.toldLast = last;
    member.nextToTell = member.family.toTell;
    member.family.toTell = member;
  }

  private static void run(Family family, @Nullable ObjectView blank) {
    for (Member member = family.toTell; member != null; member = family.toTell) {
      family.toTell = member.nextToTell;
      member.nextToTell = null;
      long first = member.toldFirst;
      long last = member.toldLast;
      ObjectView view = member.views.first(first, last);
      while (view != null) {
        long from = Math.max(first, view.firstPage);
        long to = Math.min(last, view.lastPage);
        if (view instanceof ChildView childView) {
          passOn(childView.child, from, to);
        } else if (view != blank) {
          view.pagesChanged(from, to);
        }
        view = member.views.next(view, first, last);
      }
    }
  }

  /**
   * A page that the child has itself hides the change from everybody below; a hidden member's does
   * not, since a cleared page is looked for above it.
   */
  private static void passOn(Member child, long from, long to) {
    long childFirst = from - child.parentOffset;
    if (from < to || child.hidden || !PageList.filled(child.list.get(childFirst))) {
      add(child, childFirst, to - child.parentOffset);
    }
  }
}
