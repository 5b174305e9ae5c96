package dev.mapwright.sim.tables;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hooks in the order of their first addresses, as a balanced tree that is never changed: a tree
 * with one more or one less is made anew along one path and shares the rest, so a CPU that has read
 * one keeps it whole, and no lock is needed.
 *
 * <p>Each node knows the last address that a hook below it reaches. What a range meets is therefore
 * found without going where nothing reaches into the range. (An interval tree: Cormen, Leiserson,
 * Rivest and Stein, <i>Introduction to Algorithms</i>, "Augmenting Data Structures".) It is
 * balanced by height, as an AVL tree is, so nobody who chooses addresses can make it deep.
 */
final class HookTree {
  private final @Nullable HookTree left;
  private final PlacedHook hook;
  private final @Nullable HookTree right;
  private final int height;

  /** The highest last address of the hooks in this tree. */
  private final long reach;

  private HookTree(@Nullable HookTree left, PlacedHook hook, @Nullable HookTree right) {
    this.left = left;
    this.hook = hook;
    this.right = right;
    height = 1 + Math.max(height(left), height(right));
    long farthest = hook.lastAddress();
    if (left != null && Long.compareUnsigned(left.reach, farthest) > 0) {
      farthest = left.reach;
    }
    if (right != null && Long.compareUnsigned(right.reach, farthest) > 0) {
      farthest = right.reach;
    }
    reach = farthest;
  }

  private static int height(@Nullable HookTree tree) {
    return tree == null ? 0 : tree.height;
  }

  /** A tree of these, whose heights differ by 2 at most. */
  private static HookTree balanced(
      @Nullable HookTree left, PlacedHook hook, @Nullable HookTree right) {
    if (left != null && left.height > height(right) + 1) {
      HookTree middle = left.right;
      return middle == null || height(left.left) >= middle.height
          ? new HookTree(left.left, left.hook, new HookTree(middle, hook, right))
          : new HookTree(
              new HookTree(left.left, left.hook, middle.left),
              middle.hook,
              new HookTree(middle.right, hook, right));
    }
    if (right != null && right.height > height(left) + 1) {
      HookTree middle = right.left;
      return middle == null || height(right.right) >= middle.height
          ? new HookTree(new HookTree(left, hook, middle), right.hook, right.right)
          : new HookTree(
              new HookTree(left, hook, middle.left),
              middle.hook,
              new HookTree(middle.right, right.hook, right.right));
    }
    return new HookTree(left, hook, right);
  }

  /** The tree with a hook that it does not have. */
  static HookTree with(@Nullable HookTree tree, PlacedHook hook) {
    if (tree == null) {
      return new HookTree(null, hook, null);
    }
    return hook.compareBegin(tree.hook) < 0
        ? balanced(with(tree.left, hook), tree.hook, tree.right)
        : balanced(tree.left, tree.hook, with(tree.right, hook));
  }

  /** The tree without a hook; this one when it does not have it. */
  static @Nullable HookTree without(@Nullable HookTree tree, PlacedHook hook) {
    if (tree == null) {
      return null;
    }
    int order = hook.compareBegin(tree.hook);
    if (order < 0) {
      HookTree left = without(tree.left, hook);
      return left == tree.left ? tree : balanced(left, tree.hook, tree.right);
    }
    if (order > 0) {
      HookTree right = without(tree.right, hook);
      return right == tree.right ? tree : balanced(tree.left, tree.hook, right);
    }
    if (tree.right == null) {
      return tree.left;
    }
    HookTree next = tree.right;
    while (next.left != null) {
      next = next.left;
    }
    return balanced(tree.left, next.hook, without(tree.right, next.hook));
  }

  /** Whether a hook has an address of a range. */
  boolean meets(long first, long last) {
    HookTree at = this;
    // If one on the left reaches the range's begin, then either one there has an address of it, or
    // what reaches it begins behind it, and so does all that is not on the left.
    while (at != null && !at.hook.touches(first, last)) {
      boolean goLeft = at.left != null && at.left.reaches(first);
      at = goLeft ? at.left : at.right;
    }
    return at != null;
  }

  /** Whether a hook in it ends at an address or behind it. */
  private boolean reaches(long address) {
    return Long.compareUnsigned(reach, address) >= 0;
  }

  /** Adds the hooks of a tree that have an address of a range. */
  static void collect(@Nullable HookTree tree, long first, long last, List<PlacedHook> into) {
    HookTree at = tree;
    while (at != null && at.reaches(first)) {
      collect(at.left, first, last, into);
      if (Long.compareUnsigned(at.hook.firstAddress(), last) > 0) {
        return; // and so do all that follow
      }
      if (at.hook.touches(first, last)) {
        into.add(at.hook);
      }
      at = at.right;
    }
  }
}
