package dev.mapwright.core.memory;

import org.jspecify.annotations.Nullable;

/**
 * The reverse index of one object: its views, found by page in O(log n + hits).
 *
 * <p>A treap ordered by (first page, number), in which each node knows how far the views below it
 * reach; a search leaves out subtrees that end before the range. The shape comes from a hash of the
 * view's number, so it is the same in every run. The object's lock guards it.
 */
final class ViewTree {
  /** Told of views that overlap a range. */
  interface Visitor {
    void visit(ObjectView view);
  }

  private @Nullable ObjectView root;
  private long numbers;
  private int size;

  int size() {
    return size;
  }

  void add(ObjectView view) {
    view.number = ++numbers;
    view.left = null;
    view.right = null;
    view.reach = view.lastPage;
    root = insert(root, view);
    size++;
  }

  void remove(ObjectView view) {
    root = delete(root, view);
    size--;
  }

  void forEach(long first, long last, Visitor visitor) {
    visit(root, first, last, visitor);
  }

  private static void visit(@Nullable ObjectView node, long first, long last, Visitor visitor) {
    while (node != null && node.reach >= first) {
      visit(node.left, first, last, visitor);
      if (node.firstPage > last) {
        return;
      }
      if (node.lastPage >= first) {
        visitor.visit(node);
      }
      node = node.right;
    }
  }

  private static long priority(ObjectView view) {
    long hash = view.number * 0x9E3779B97F4A7C15L;
    return hash ^ hash >>> 29;
  }

  private static boolean before(ObjectView a, ObjectView b) {
    return a.firstPage != b.firstPage ? a.firstPage < b.firstPage : a.number < b.number;
  }

  private static ObjectView updated(ObjectView node) {
    long reach = node.lastPage;
    if (node.left != null) {
      reach = Math.max(reach, node.left.reach);
    }
    if (node.right != null) {
      reach = Math.max(reach, node.right.reach);
    }
    node.reach = reach;
    return node;
  }

  private static ObjectView insert(@Nullable ObjectView node, ObjectView view) {
    if (node == null) {
      return view;
    }
    if (priority(view) < priority(node)) {
      // The new view takes this place; the subtree is divided between its sides.
      divide(node, view, view);
      return updated(view);
    }
    if (before(view, node)) {
      node.left = insert(node.left, view);
    } else {
      node.right = insert(node.right, view);
    }
    return updated(node);
  }

  /** Hangs what is before {@code at} to the left of {@code into}, the rest to its right. */
  private static void divide(@Nullable ObjectView node, ObjectView at, ObjectView into) {
    if (node == null) {
      into.left = null;
      into.right = null;
      return;
    }
    if (before(node, at)) {
      divide(node.right, at, into);
      node.right = into.left;
      into.left = updated(node);
    } else {
      divide(node.left, at, into);
      node.left = into.right;
      into.right = updated(node);
    }
  }

  private static @Nullable ObjectView delete(@Nullable ObjectView node, ObjectView view) {
    if (node == null) {
      throw new IllegalStateException("the view is not entered");
    }
    if (node == view) {
      return join(node.left, node.right);
    }
    if (before(view, node)) {
      node.left = delete(node.left, view);
    } else {
      node.right = delete(node.right, view);
    }
    return updated(node);
  }

  private static @Nullable ObjectView join(@Nullable ObjectView a, @Nullable ObjectView b) {
    if (a == null) {
      return b;
    }
    if (b == null) {
      return a;
    }
    if (priority(a) < priority(b)) {
      a.right = join(a.right, b);
      return updated(a);
    }
    b.left = join(a, b.left);
    return updated(b);
  }
}
