package dev.mapwright.core.index;

import java.util.function.Consumer;

/**
 * Walks a {@link PageTrie} and says where it is not what its essay and {@link TrieNode}'s say. It
 * reads the nodes themselves and uses none of the searches that it checks.
 */
final class TrieCheck {
  private final NodePool pool;
  private final Consumer<String> complain;
  private long entries;

  TrieCheck(NodePool pool, Consumer<String> complain) {
    this.pool = pool;
    this.complain = complain;
  }

  /** Checks everything below a root; returns how many entries there are. */
  long run(int root, int level) {
    if (root != 0) {
      node(root, level);
    }
    return entries;
  }

  private void node(int node, int level) {
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    boolean inner = TrieNode.inner(node);
    if (level < 0 || level == 0 && inner || level > PageTrie.WIDEST_LEAVES && !inner) {
      complain.accept("a node at level " + level + " is inner: " + inner);
      return;
    }
    if (TrieNode.dense(node)) {
      if (!inner && level > 0) {
        complain.accept("a dense leaf stands at level " + level);
      }
      dense(a, at, inner, level);
    } else {
      small(a, at, node, level);
    }
  }

  private void dense(int[] a, int at, boolean inner, int level) {
    int count = 0;
    for (int slot = 0; slot < TrieNode.SLOTS; slot++) {
      int entry = a[at + 33 + slot];
      boolean noted = (a[at + 1 + slot / 32] >>> slot % 32 & 1) != 0;
      if (noted != (entry != 0)) {
        complain.accept("the bitmap says of slot " + slot + " what its entry does not");
      }
      if (entry != 0) {
        count++;
        entry(entry, inner, level);
      }
    }
    if (count != a[at] || count == 0) {
      complain.accept("a dense node counts " + a[at] + " entries and has " + count);
    }
  }

  private void small(int[] a, int at, int node, int level) {
    boolean inner = TrieNode.inner(node);
    int count = a[at];
    int capacity = (2 << (node & NodePool.CLASS_MASK)) - 1;
    if (count < 1 || count > capacity || !inner && level > 0 && count > TrieNode.BRIM) {
      complain.accept("a node at level " + level + " counts " + count + " of " + capacity);
      return;
    }
    long keys = inner ? TrieNode.SLOTS : 1L << TrieNode.SLOT_BITS * (level + 1);
    long before = -1;
    for (int i = 0; i < count; i++) {
      int key = a[at + 1 + i];
      if (key <= before || key >= keys) {
        complain.accept("key " + key + " follows " + before + " at level " + level);
      }
      before = key;
      entry(a[at + 1 + capacity + i], inner, level);
    }
  }

  private void entry(int entry, boolean inner, int level) {
    if (entry <= 0) {
      complain.accept("an entry at level " + level + " is " + entry);
    } else if (inner) {
      node(entry, level - 1);
    } else {
      entries++;
    }
  }
}
