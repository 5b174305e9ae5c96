package dev.mapwright.core.object;

import dev.mapwright.core.index.LinkedTree;
import org.jspecify.annotations.Nullable;

/**
 * The reverse index of one object: its views, found by page in O(log n + hits).
 *
 * <p>A balanced tree ordered by (first page, number), in which each view knows how far the views
 * below it reach; a search leaves out subtrees that end before the range. Where there are many, a
 * {@link ViewFilter} stands before it. The family's lock guards it.
 */
final class ViewTree extends LinkedTree<ObjectView> {
  /** So many views have a filter. */
  private static final int MANY = 1 << 12;

  private final int many;
  private long numbers;

  /** Null while there are few; kept until the last view has left. */
  private @Nullable ViewFilter filter;

  ViewTree() {
    this(MANY);
  }

  /** One that has a filter from so many views on. */
  ViewTree(int many) {
    this.many = many;
  }

  /** Enters a view, behind all others that begin at the same page. */
  void enter(ObjectView view) {
    view.number = ++numbers;
    add(view);
    ViewFilter known = filter;
    if (known != null) {
      known.entered(view);
    } else if (size() >= many && Integer.bitCount(size()) == 1) {
      filter = ViewFilter.of(this);
    }
  }

  /** Takes a view out. */
  void leave(ObjectView view) {
    if (filter != null && view.entered()) {
      filter.leaving(view);
    }
    remove(view);
    if (size() == 0) {
      filter = null;
    }
  }

  @Override
  protected boolean before(ObjectView a, ObjectView b) {
    return a.firstPage != b.firstPage ? a.firstPage < b.firstPage : a.number < b.number;
  }

  @Override
  protected void summarise(ObjectView view) {
    ObjectView left = view.left();
    ObjectView right = view.right();
    long reach = view.lastPage;
    if (left != null) {
      reach = Math.max(reach, left.reach);
    }
    if (right != null) {
      reach = Math.max(reach, right.reach);
    }
    view.reach = reach;
  }

  /** The first view, in order, that overlaps a range; null for none. */
  @Nullable ObjectView first(long firstPage, long lastPage) {
    if (filter != null && filter.excludes(firstPage, lastPage)) {
      return null;
    }
    ObjectView root = root();
    return root == null ? null : descend(root, firstPage, lastPage);
  }

  /** The next view in order that overlaps a range, after one that does. */
  @Nullable ObjectView next(ObjectView view, long firstPage, long lastPage) {
    ObjectView at = view;
    while (true) {
      ObjectView right = at.right();
      if (right != null && right.reach >= firstPage && at.firstPage <= lastPage) {
        ObjectView found = descend(right, firstPage, lastPage);
        if (found != null) {
          return found;
        }
      }
      // Up to the first ancestor of which this is the left side: all before it was looked at.
      ObjectView above = at.above();
      while (above != null && above.right() == at) {
        at = above;
        above = at.above();
      }
      if (above == null || above.firstPage > lastPage) {
        return null;
      }
      if (above.lastPage >= firstPage) {
        return above;
      }
      at = above;
    }
  }

  /** The first view in a subtree that overlaps a range. */
  private static @Nullable ObjectView descend(ObjectView top, long firstPage, long lastPage) {
    if (top.reach < firstPage) {
      return null;
    }
    ObjectView at = top;
    while (true) {
      ObjectView left = at.left();
      if (left != null && left.reach >= firstPage) {
        // Something on the left reaches far enough. If that begins too late, so does all behind it.
        at = left;
        continue;
      }
      if (at.firstPage > lastPage) {
        return null;
      }
      if (at.lastPage >= firstPage) {
        return at;
      }
      ObjectView right = at.right();
      if (right == null || right.reach < firstPage) {
        throw new AssertionError("a view reaches less far than its tree says");
      }
      at = right;
    }
  }
}
