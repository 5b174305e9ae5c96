package dev.mapwright.sim.tables;

import dev.mapwright.core.Access;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hooks of a translation at one moment; never changed, but replaced whole.
 *
 * <p>For each kind of accesses there is a tree of the hooks that are told of it, see {@link
 * HookTree}. A set that differs by one hook shares with this one all of the trees but the paths to
 * that hook. So with n hooks in all, setting one or taking one away takes steps, and memory, in the
 * order of log n; and an access takes steps in the order of log n, and log n more for each hook
 * that it is to be told to. How many others are set, in the same page or elsewhere and for how
 * large ranges, does not matter.
 */
public final class HookSet {
  private static final Access[] KINDS = Access.values();

  /** The set of a translation without hooks. */
  public static final HookSet NONE = new HookSet(new HookTree[KINDS.length]);

  /** By the ordinal of the kind; null for none. */
  private final @Nullable HookTree[] trees;

  private HookSet(@Nullable HookTree[] trees) {
    this.trees = trees;
  }

  HookSet with(PlacedHook hook) {
    @Nullable HookTree[] more = trees.clone();
    for (Access kind : hook.kinds()) {
      more[kind.ordinal()] = HookTree.with(more[kind.ordinal()], hook);
    }
    return new HookSet(more);
  }

  /** The set without a hook, which may be taken away already. */
  HookSet without(PlacedHook hook) {
    @Nullable HookTree[] rest = trees.clone();
    boolean any = false;
    for (Access kind : KINDS) {
      int tree = kind.ordinal();
      if (hook.kinds().contains(kind)) {
        rest[tree] = HookTree.without(rest[tree], hook);
      }
      any |= rest[tree] != null;
    }
    return any ? new HookSet(rest) : NONE;
  }

  /** Whether any is told of a kind of accesses to a byte of a range. */
  public boolean concern(Access access, long first, long last) {
    HookTree tree = trees[access.ordinal()];
    return tree != null && tree.meets(first, last);
  }

  /**
   * The hooks that are told of one of two kinds of accesses to a range, each once, in the order in
   * which they were set.
   */
  public List<PlacedHook> concerned(Access access, Access other, long first, long last) {
    HookTree tree = trees[access.ordinal()];
    HookTree otherTree = access == other ? null : trees[other.ordinal()];
    if (tree == null && otherTree == null) {
      return List.of();
    }
    List<PlacedHook> found = new ArrayList<>(2);
    HookTree.collect(tree, first, last, found);
    if (otherTree != null) {
      List<PlacedHook> more = new ArrayList<>(2);
      HookTree.collect(otherTree, first, last, more);
      for (PlacedHook hook : more) {
        if (!hook.kinds().contains(access)) {
          found.add(hook);
        }
      }
    }
    if (found.size() > 1) {
      found.sort(Comparator.comparingLong(hook -> hook.number));
    }
    return found;
  }
}
