package dev.mapwright.core.index;

import org.jspecify.annotations.Nullable;

/**
 * A balanced (AVL) tree whose nodes are the things themselves, each of which knows a summary of the
 * subtree below it.
 *
 * <p>Programs choose the order in which things come and go, so the shape depends on no hash: the
 * height stays below 1.45 times the logarithm of the size. Nothing here calls itself, and nothing
 * allocates. The owner's lock guards the tree and the links of its nodes.
 *
 * @param <N> the nodes
 */
public abstract class LinkedTree<N extends LinkedTree.Node<N>> {
  /**
   * A thing that can be in one tree at a time.
   *
   * @param <N> its own class
   */
  public abstract static class Node<N extends Node<N>> {
    @Nullable N left;
    @Nullable N right;
    @Nullable N above;

    /** The height of the subtree; 0 while the node is in no tree. */
    int height;

    /** Makes a node that is in no tree. */
    protected Node() {}

    /** Whether a tree holds it. */
    public final boolean entered() {
      return height != 0;
    }

    /** The root of what lies before it in its subtree; null for nothing. */
    public final @Nullable N left() {
      return left;
    }

    /** The root of what lies behind it in its subtree; null for nothing. */
    public final @Nullable N right() {
      return right;
    }

    /** What it hangs below; null for the root. */
    public final @Nullable N above() {
      return above;
    }
  }

  private @Nullable N root;
  private int size;

  /** Makes an empty tree. */
  protected LinkedTree() {}

  /**
   * Whether one node comes before another; a total order that does not change while they are in.
   */
  protected abstract boolean before(N a, N b);

  /** Brings what a node knows of its subtree in order; what its sides know is in order. */
  protected abstract void summarise(N node);

  public final @Nullable N root() {
    return root;
  }

  public final int size() {
    return size;
  }

  /** The first node in order; null for none. */
  public final @Nullable N lowest() {
    return root == null ? null : lowest(root);
  }

  private N lowest(N top) {
    N at = top;
    for (N left = at.left; left != null; left = at.left) {
      at = left;
    }
    return at;
  }

  /** The node that comes next in order after one that is in; null for none. */
  public final @Nullable N after(N node) {
    if (node.right != null) {
      return lowest(node.right);
    }
    N at = node;
    N above = at.above;
    while (above != null && above.right == at) {
      at = above;
      above = at.above;
    }
    return above;
  }

  /** The height; for checks. */
  public final int height() {
    return height(root);
  }

  /** Enters a node that is in no tree. */
  public final void add(N node) {
    size++;
    N above = null;
    N at = root;
    while (at != null) {
      above = at;
      at = before(node, at) ? at.left : at.right;
    }
    node.above = above;
    if (above == null) {
      root = node;
    } else if (before(node, above)) {
      above.left = node;
    } else {
      above.right = node;
    }
    mend(node);
  }

  /** Takes a node out. */
  public final void remove(N node) {
    if (!node.entered()) {
      throw new IllegalStateException("it is not entered");
    }
    N changed;
    N left = node.left;
    N right = node.right;
    if (left == null || right == null) {
      changed = node.above;
      replace(node, left == null ? right : left);
    } else {
      // The next one in order takes the place; it has nothing on its left.
      N next = right;
      while (next.left != null) {
        next = next.left;
      }
      N aboveNext = next.above;
      changed = next;
      if (next != right && aboveNext != null) {
        changed = aboveNext;
        replace(next, next.right);
        next.right = right;
        right.above = next;
      }
      replace(node, next);
      next.left = left;
      left.above = next;
    }
    node.left = null;
    node.right = null;
    node.above = null;
    node.height = 0;
    size--;
    mend(changed);
  }

  /** What a node knows of itself has changed, but not its place in the order. */
  public final void changed(N node) {
    mend(node);
  }

  /** Forgets all nodes, which are worthless from then on. */
  public final void clear() {
    root = null;
    size = 0;
  }

  private int height(@Nullable N node) {
    return node == null ? 0 : node.height;
  }

  /** Puts another node, or none, where a node hangs. */
  private void replace(N node, @Nullable N by) {
    N above = node.above;
    if (above == null) {
      root = by;
    } else if (above.left == node) {
      above.left = by;
    } else {
      above.right = by;
    }
    if (by != null) {
      by.above = above;
    }
  }

  /** Brings heights, summaries and balance in order, from a node up to the root. */
  private void mend(@Nullable N from) {
    for (N at = from; at != null; at = at.above) {
      N left = at.left;
      N right = at.right;
      int balance = height(left) - height(right);
      if (balance > 1 && left != null) {
        if (height(left.left) < height(left.right)) {
          left = rotate(left, left.right);
        }
        at = rotate(at, left);
      } else if (balance < -1 && right != null) {
        if (height(right.right) < height(right.left)) {
          right = rotate(right, right.left);
        }
        at = rotate(at, right);
      } else {
        update(at);
      }
    }
  }

  /** Lifts a node over the one that it hangs below; returns it. */
  private N rotate(N low, @Nullable N lifted) {
    if (lifted == null) {
      throw new AssertionError("a side that is too high is empty");
    }
    replace(low, lifted);
    N moved;
    if (low.left == lifted) {
      moved = lifted.right;
      low.left = moved;
      lifted.right = low;
    } else {
      moved = lifted.left;
      low.right = moved;
      lifted.left = low;
    }
    if (moved != null) {
      moved.above = low;
    }
    low.above = lifted;
    update(low);
    update(lifted);
    return lifted;
  }

  private void update(N node) {
    node.height = 1 + Math.max(height(node.left), height(node.right));
    summarise(node);
  }
}
