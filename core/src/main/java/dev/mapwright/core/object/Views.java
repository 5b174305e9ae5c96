package dev.mapwright.core.object;

import org.jspecify.annotations.Nullable;

/**
 * Enters views and removes them. A member that gets its first view enters its own view in its
 * parent, and so on up, as far as nobody has before; one that loses its last leaves it. The
 * family's lock guards it.
 */
final class Views {
  private Views() {}

  static void enter(Member member, ObjectView view) {
    assert member.family.locked();
    Member at = member;
    ObjectView entering = view;
    while (at != null && entering != null && !entering.entered()) {
      at.views.enter(entering);
      entering = at.viewOfParent;
      at = at.parent;
    }
  }

  static void leave(Member member, ObjectView view) {
    assert member.family.locked();
    Member at = member;
    ObjectView leaving = view;
    while (at != null && leaving != null && leaving.entered()) {
      at.views.leave(leaving);
      leaving = at.views.size() == 0 ? at.viewOfParent : null;
      at = at.parent;
    }
  }

  /** A member has got a parent: its views are shown by that one from now on. */
  static void attached(Member member) {
    ObjectView view = member.viewOfParent;
    Member parent = member.parent;
    if (view != null && parent != null && member.views.size() != 0) {
      enter(parent, view);
    }
  }

  /** A member may have lost its last view otherwise; then its own in its parent goes too. */
  static void settle(Member member) {
    ObjectView view = member.viewOfParent;
    Member parent = member.parent;
    if (member.views.size() == 0 && view != null && parent != null && view.entered()) {
      leave(parent, view);
    }
  }

  /** A member is about to lose its parent. */
  static void detaching(Member member, @Nullable Member parent) {
    ObjectView view = member.viewOfParent;
    if (view != null && parent != null && view.entered()) {
      leave(parent, view);
    }
  }
}
