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
  private @Nullable Member pending;

  private Change() {}

  /** When this returns, no translation of the pages is in use any more, anywhere. */
  static void tell(Member member, long first, long last) {
    assert member.family.locked();
    if (member.views.size() != 0) {
      Change change = new Change();
      change.add(member, first, last);
      change.run();
    }
  }

  private void add(Member member, long first, long last) {
    member.toldFirst = first;
    member.toldLast = last;
    member.nextToTell = pending;
    pending = member;
  }

  private void run() {
    for (Member member = pending; member != null; member = pending) {
      pending = member.nextToTell;
      member.nextToTell = null;
      long first = member.toldFirst;
      long last = member.toldLast;
      ObjectView view = member.views.first(first, last);
      while (view != null) {
        long from = Math.max(first, view.firstPage);
        long to = Math.min(last, view.lastPage);
        if (view instanceof ChildView childView) {
          passOn(childView.child, from, to);
        } else {
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
  private void passOn(Member child, long from, long to) {
    long childFirst = from - child.parentOffset;
    if (from < to || child.hidden || !PageList.filled(child.list.get(childFirst))) {
      add(child, childFirst, to - child.parentOffset);
    }
  }
}
