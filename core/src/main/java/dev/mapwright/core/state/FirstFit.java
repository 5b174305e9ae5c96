package dev.mapwright.core.state;

import dev.mapwright.core.index.LinkedTree;
import org.jspecify.annotations.Nullable;

/**
 * The gaps of a region, for those who ask for the lowest place that is large enough.
 *
 * <p>A tree of the gaps in the order of pages, each of which knows the largest one below it: the
 * lowest gap of a size is found in O(log n), and a place that is taken or becomes free costs as
 * much. A region gets its tree with the first search, and pays nothing before.
 *
 * <p>It is a cache: what it says can be found by walking over the region's children. So where there
 * is no memory to note a gap, the tree is forgotten, and the next search makes a new one. Nodes of
 * gaps that are gone are used again: mapping and unmapping in turn takes nothing of the heap. The
 * space's lock guards it all.
 */
public final class FirstFit {
  /** A range of pages without a child, with children or the region's ends on both sides. */
  private static final class Gap extends LinkedTree.Node<Gap> {
    long first;
    long last;

    /** The size of the largest gap in the subtree, this one included. */
    long largest;

    /** Another one that is not in the tree; null for a gap that is, and in the last. */
    @Nullable Gap nextSpare;

    long pages() {
      return last - first + 1;
    }
  }

  private static final class Gaps extends LinkedTree<Gap> {
    @Override
    protected boolean before(Gap a, Gap b) {
      return a.first < b.first;
    }

    @Override
    protected void summarise(Gap gap) {
      Gap left = gap.left();
      Gap right = gap.right();
      long largest = gap.pages();
      if (left != null) {
        largest = Math.max(largest, left.largest);
      }
      if (right != null) {
        largest = Math.max(largest, right.largest);
      }
      gap.largest = largest;
    }
  }

  /** Null while nobody has searched, or after it was forgotten. */
  private @Nullable Gaps gaps;

  /** The first of the nodes that are not in the tree; never more than there were gaps at once. */
  private @Nullable Gap spare;

  FirstFit() {}

  /** Whether there is a tree, which has to be kept true. */
  public boolean inUse() {
    return gaps != null;
  }

  /** Begins a tree, to which all gaps are then {@linkplain #free said}. */
  public void begin() {
    gaps = new Gaps();
  }

  /** Everything may be different now. */
  public void forget() {
    gaps = null;
    spare = null;
  }

  private void remove(Gaps tree, Gap gap) {
    tree.remove(gap);
    gap.nextSpare = spare;
    spare = gap;
  }

  /** A node for a gap, which is not in the tree yet. */
  private Gap node(long first, long last) {
    Gap gap = spare;
    if (gap == null) {
      gap = new Gap();
    } else {
      spare = gap.nextSpare;
      gap.nextSpare = null;
    }
    gap.first = first;
    gap.last = last;
    return gap;
  }

  /** A range has no child any more; its neighbours may be free already, and parts of it too. */
  public void free(long first, long last) {
    Gaps tree = gaps;
    if (tree == null || first > last) {
      return;
    }
    long from = first;
    long to = last;
    Gap gap = lastUpTo(tree, last == Long.MAX_VALUE ? last : last + 1);
    Gap grown = null;
    // Gaps that touch the range become one with it; the first of them found stays in the tree.
    while (gap != null && gap.last >= first - 1) {
      from = Math.min(from, gap.first);
      to = Math.max(to, gap.last);
      if (grown != null) {
        remove(tree, grown);
      }
      grown = gap;
      gap = lastUpTo(tree, gap.first - 1);
    }
    if (grown == null) {
      try {
        tree.add(node(from, to));
      } catch (OutOfMemoryError e) {
        forget();
      }
      return;
    }
    grown.first = from; // still behind everything that was before it
    grown.last = to;
    tree.changed(grown);
  }

  /** A range holds a child now; gaps in it go, and those that reach out of it are cut. */
  public void taken(long first, long last) {
    Gaps tree = gaps;
    if (tree == null) {
      return;
    }
    Gap gap = lastUpTo(tree, last);
    while (gap != null && gap.last >= first) {
      long behind = gap.last;
      Gap next = lastUpTo(tree, gap.first - 1);
      if (gap.first < first) {
        gap.last = first - 1;
        tree.changed(gap);
      } else if (behind > last) {
        gap.first = last + 1; // still before everything that was behind it
        tree.changed(gap);
        behind = last;
      } else {
        remove(tree, gap);
      }
      if (behind > last) {
        free(last + 1, behind);
      }
      gap = next;
    }
  }

  /** The last gap that begins at or before a page; null for none. */
  private static @Nullable Gap lastUpTo(Gaps tree, long page) {
    Gap found = null;
    Gap at = tree.root();
    while (at != null) {
      if (at.first <= page) {
        found = at;
        at = at.right();
      } else {
        at = at.left();
      }
    }
    return found;
  }

  /**
   * The lowest place, aligned, of a size, inside a window; -1 when there is none. Gaps that are
   * large enough but for the alignment are tried one by one.
   */
  public long lowest(long lowest, long highest, int alignmentLog2Pages, long pages) {
    Gaps tree = gaps;
    if (tree == null) {
      throw new AssertionError("a search without a tree");
    }
    long mask = (1L << alignmentLog2Pages) - 1;
    Gap gap = lastUpTo(tree, lowest);
    if (gap == null || gap.last < lowest) {
      gap = nextOf(tree, gap, pages);
    }
    while (gap != null && gap.first <= highest) {
      long place = Math.max(gap.first, lowest) + mask & ~mask;
      long end = Math.min(gap.last, highest);
      if (place <= end && end - place >= pages - 1) {
        return place;
      }
      gap = nextOf(tree, gap, pages);
    }
    return -1;
  }

  /** The next gap of at least a size behind one, or the first when there is none to start from. */
  private static @Nullable Gap nextOf(Gaps tree, @Nullable Gap from, long pages) {
    if (from == null) {
      Gap root = tree.root();
      return root == null ? null : firstIn(root, pages);
    }
    Gap at = from;
    while (true) {
      Gap right = at.right();
      if (right != null && right.largest >= pages) {
        return firstIn(right, pages);
      }
      Gap above = at.above();
      while (above != null && above.right() == at) {
        at = above;
        above = at.above();
      }
      if (above == null || above.pages() >= pages) {
        return above;
      }
      at = above;
    }
  }

  /** The first gap in a subtree of at least a size. */
  private static @Nullable Gap firstIn(Gap top, long pages) {
    if (top.largest < pages) {
      return null;
    }
    Gap at = top;
    while (true) {
      Gap left = at.left();
      if (left != null && left.largest >= pages) {
        at = left;
        continue;
      }
      if (at.pages() >= pages) {
        return at;
      }
      Gap right = at.right();
      if (right == null) {
        throw new AssertionError("a gap is smaller than its tree says");
      }
      at = right;
    }
  }
}
