package dev.mapwright.core.object;

import java.util.function.Consumer;

/** Checks one member against its own records and its relatives'. */
public final class MemberCheck {
  private MemberCheck() {}

  /** Tells of each violation. */
  public static void run(Member member, Consumer<String> complain) {
    member.family.lock.lock();
    try {
      all(member, complain);
    } finally {
      member.family.lock.leave();
    }
  }

  private static void all(Member member, Consumer<String> complain) {
    lineage(member, complain);
    views(member, complain);
    for (long page = member.list.next(0); page >= 0; page = member.list.next(page + 1)) {
      if (page >= member.pages) {
        complain.accept(member + " has page " + page + " beyond its end");
      }
      int entry = member.list.get(page);
      if (PageList.present(entry)) {
        long pfn = PageList.pfn(entry);
        if (member.machine.frames().tag(pfn) != member.family.number) {
          complain.accept("frame " + pfn + " in " + member + " belongs to another family");
        }
      }
    }
    if (member.family.pool.promised() != 0) {
      complain.accept("index nodes are promised to " + member + " and no operation is under way");
    }
  }

  private static void lineage(Member member, Consumer<String> complain) {
    Member parent = member.parent;
    int children = 0;
    for (Member child = member.firstChild; child != null; child = child.nextSibling) {
      children++;
      if (child.parent != member) {
        complain.accept(child + " is in the list of " + member + " and is not its child");
      }
    }
    if (children != member.children) {
      complain.accept(member + " counts " + member.children + " children and has " + children);
    }
    if (member.references() < member.children || member.ended()) {
      complain.accept(member + " has " + member.children + " children");
    }
    if (member.hidden && member.children != member.references()) {
      complain.accept(member + " is held by somebody who is not its child");
    }
    if (parent != null && (parent.ended() || parent.family != member.family)) {
      complain.accept(member + " has a parent that has ended, or of another family");
    }
    // A circle would be met again by somebody who goes twice as fast.
    Member fast = parent;
    for (Member slow = member; slow != null && fast != null; slow = slow.parent) {
      if (slow == fast) {
        complain.accept(member + " is its own ancestor");
        return;
      }
      Member next = fast.parent;
      fast = next == null ? null : next.parent;
    }
  }

  private static void views(Member member, Consumer<String> complain) {
    ObjectView view = member.viewOfParent;
    boolean sees = member.parent != null && member.parentLimit > 0;
    if (sees && view == null) {
      complain.accept(member + " sees its parent without a view");
    }
    if (view != null && view.entered() != (member.views.size() != 0)) {
      complain.accept(
          member + " is shown, and its parent does not know it, or the other way round");
    }
    int size = member.views.size();
    if (member.views.height() > 2 * (33 - Integer.numberOfLeadingZeros(size))) {
      complain.accept(member + " has " + size + " views in a tree of " + member.views.height());
    }
  }
}
