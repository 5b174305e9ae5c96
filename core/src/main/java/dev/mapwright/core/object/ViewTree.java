package dev.mapwright.core.object;

import org.jspecify.annotations.Nullable;

/**
 * The reverse index of one object: its views, found by page in O(log n + hits).
 *
 * <p>A balanced (AVL) tree ordered by (first page, number), in which each node knows how far the
 * views below it reach; a search leaves out subtrees that end before the range. A program chooses
 * pages and order as it likes, so the shape depends on no hash: whatever it does, the height stays
 * below 1.45 times the logarithm of the size. Nothing here calls itself.
 *
 * <p>The tree's links are the views' own fields. The family's lock guards them.
 */
final class ViewTree {
  private @Nullable ObjectView root;
  private long numbers;
  private int size;

  int size() {
    return size;
  }

  /** The height; for checks. */
  int height() {
    return height(root);
  }

  void add(ObjectView view) {
    view.number = ++numbers;
    view.reach = view.lastPage;
    view.height = 1;
    size++;
    ObjectView above = null;
    ObjectView at = root;
    while (at != null) {
      above = at;
      at = before(view, at) ? at.left : at.right;
    }
    view.above = above;
    if (above == null) {
      root = view;
      return;
    }
    if (before(view, above)) {
      above.left = view;
    } else {
      above.right = view;
    }
    mend(above);
  }

  void remove(ObjectView view) {
    if (!view.entered()) {
      throw new IllegalStateException("the view is not entered");
    }
    ObjectView changed;
    ObjectView right = view.right;
    if (view.left == null || right == null) {
      changed = view.above;
      replace(view, view.left == null ? right : view.left);
    } else {
      // The next view in order takes the place; it has nothing on its left.
      ObjectView next = leftmost(right);
      changed = next.above == view ? next : next.above;
      if (next != right) {
        replace(next, next.right);
        next.right = right;
        right.above = next;
      }
      replace(view, next);
      next.left = view.left;
      view.left.above = next;
    }
    view.left = null;
    view.right = null;
    view.above = null;
    view.height = 0;
    size--;
    if (changed != null) {
      mend(changed);
    }
  }

  /** The first view, in order, that overlaps a range; null for none. */
  @Nullable ObjectView first(long firstPage, long lastPage) {
    return root == null ? null : descend(root, firstPage, lastPage);
  }

  /** The next view in order that overlaps a range, after one that does. */
  @Nullable ObjectView next(ObjectView view, long firstPage, long lastPage) {
    ObjectView at = view;
    while (true) {
      ObjectView right = at.right;
      if (right != null && right.reach >= firstPage && at.firstPage <= lastPage) {
        ObjectView found = descend(right, firstPage, lastPage);
        if (found != null) {
          return found;
        }
      }
      // Up to the first ancestor of which this is the left side: all before it was looked at.
      ObjectView above = at.above;
      while (above != null && above.right == at) {
        at = above;
        above = at.above;
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
      ObjectView left = at.left;
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
      ObjectView right = at.right;
      if (right == null || right.reach < firstPage) {
        throw new AssertionError("a view reaches less far than its tree says");
      }
      at = right;
    }
  }

  private static ObjectView leftmost(ObjectView top) {
    ObjectView at = top;
    while (at.left != null) {
      at = at.left;
    }
    return at;
  }

  private static boolean before(ObjectView a, ObjectView b) {
    return a.firstPage != b.firstPage ? a.firstPage < b.firstPage : a.number < b.number;
  }

  private static int height(@Nullable ObjectView view) {
    return view == null ? 0 : view.height;
  }

  /** Puts another view, or none, where a view hangs. */
  private void replace(ObjectView view, @Nullable ObjectView by) {
    ObjectView above = view.above;
    if (above == null) {
      root = by;
    } else if (above.left == view) {
      above.left = by;
    } else {
      above.right = by;
    }
    if (by != null) {
      by.above = above;
    }
  }

  /**
   * Brings heights, reaches and balance in order, from a view whose subtree changed to the root.
   */
  private void mend(ObjectView changed) {
    for (ObjectView at = changed; at != null; at = at.above) {
      int balance = height(at.left) - height(at.right);
      ObjectView left = at.left;
      ObjectView right = at.right;
      if (balance > 1 && left != null) {
        if (height(left.left) < height(left.right)) {
          rotate(left, left.right);
        }
        at = rotate(at, at.left);
      } else if (balance < -1 && right != null) {
        if (height(right.right) < height(right.left)) {
          rotate(right, right.left);
        }
        at = rotate(at, at.right);
      } else {
        update(at);
      }
    }
  }

  /** Lifts a view over the one that it hangs below; returns it. */
  private ObjectView rotate(ObjectView low, @Nullable ObjectView lifted) {
    if (lifted == null) {
      throw new AssertionError("a side that is too high is empty");
    }
    replace(low, lifted);
    if (low.left == lifted) {
      hangLeft(low, lifted.right);
      lifted.right = low;
    } else {
      hangRight(low, lifted.left);
      lifted.left = low;
    }
    low.above = lifted;
    update(low);
    update(lifted);
    return lifted;
  }

  private static void hangLeft(ObjectView view, @Nullable ObjectView below) {
    view.left = below;
    if (below != null) {
      below.above = view;
    }
  }

  private static void hangRight(ObjectView view, @Nullable ObjectView below) {
    view.right = below;
    if (below != null) {
      below.above = view;
    }
  }

  private static void update(ObjectView view) {
    long reach = view.lastPage;
    if (view.left != null) {
      reach = Math.max(reach, view.left.reach);
    }
    if (view.right != null) {
      reach = Math.max(reach, view.right.reach);
    }
    view.reach = reach;
    view.height = 1 + Math.max(height(view.left), height(view.right));
  }
}
