package dev.mapwright.core.index;

/**
 * A sorted map from page numbers to positive ints, as a radix tree of 9 bits a level: the shape of
 * a page table, with nodes as large as what they hold.
 *
 * <p><b>What is stored where.</b> A mapping is one entry, at its <em>first</em> page, whatever its
 * size; which mapping covers a page is asked by {@link #floor}. So mapping a terabyte costs what
 * mapping a page costs, and a split adds one entry. An object's page list has one entry a page.
 *
 * <p><b>What it costs.</b> Every operation touches one node a level; there are as many levels as
 * the largest key needs (4 for 47-bit addresses, 6 for 64), and none depends on how many entries
 * there are. A dense run of one-page entries costs 4 bytes each. Entries scattered so that each is
 * alone in its leaf cost 16 bytes for the leaf and about 10 for their share of the node above.
 *
 * <p><b>Acquiring.</b> {@link #put} never fails: {@link #ensure} has acquired what it may need, in
 * an account of this trie's own, and {@link #settle} gives back what was not needed.
 *
 * <p><b>Overflow.</b> Keys are 0 .. 2^52 - 1, which six levels (54 bits) hold; entries are 1 ..
 * 2^31 - 1.
 *
 * <p>Not thread-safe: the owner's lock guards every method, the searches too, since they remember
 * their path in fields.
 */
public final class PageTrie {
  private static final int MOST_LEVELS = 6;
  private static final int BITS = TrieNode.SLOT_BITS;
  private static final int MASK = TrieNode.SLOTS - 1;

  /** What one put may take besides a node that grows: a node on each level, a new root on each. */
  private static final int INTS_FOR_PATH = 2 * MOST_LEVELS * NodePool.ints(0);

  /** What filling a leaf from nothing may take in all, one growth after the other. */
  private static final int INTS_FOR_LEAF = 4 + 8 + 16 + 32 + 64 + 128 + 532;

  private final NodePool pool;
  private final Promise promise;

  /** The root node, 0 when the trie is empty. */
  private int root;

  /** The root's level; the leaves' is 0. */
  private int rootLevel;

  private long size;

  /**
   * The leaf (as key without its last bits) that {@link #path} leads to, with every node on the way
   * being the trie's; -1 when it leads nowhere. Searches, puts and removes in the same leaf start
   * there: a change follows a search nearby.
   */
  private long pathLeaf = -1;

  /** The nodes of the last descent and the slots taken in them, by level. */
  private final int[] path = new int[MOST_LEVELS];

  private final int[] taken = new int[MOST_LEVELS];

  /**
   * Makes an empty trie.
   *
   * @param pool where its nodes come from
   */
  public PageTrie(NodePool pool) {
    this.pool = pool;
    this.promise = new Promise(pool);
  }

  /**
   * How many entries there are.
   *
   * @return a count
   */
  public long size() {
    return size;
  }

  /**
   * Acquires what a number of puts may need, besides what was acquired before.
   *
   * @param puts how many
   * @return false when the memory could not be had
   */
  public boolean ensure(int puts) {
    return promise.add(forPuts(puts));
  }

  private long forPuts(long puts) {
    // A put moves at most one node into a larger block. No node has more children than there are
    // entries in all. Filled one after the other, a node's blocks take less than 10
    // ints in all for each child.
    long children = size + puts;
    long growth =
        Math.min(puts * NodePool.ints(TrieNode.classFor(children)), 10L * MOST_LEVELS * children);
    return growth + puts * INTS_FOR_PATH;
  }

  /** Gives back what was acquired and not used. Every operation that acquires ends with it. */
  public void settle() {
    promise.settle();
  }

  /**
   * Acquires what puts for every key of a range may need.
   *
   * @param first the first key
   * @param last the last key, inclusive
   * @return false when the memory could not be had
   */
  public boolean ensureRange(long first, long last) {
    if (leaves(first, last) > Integer.MAX_VALUE) {
      return false; // more than any array could hold; also keeps the products from overflowing
    }
    // Of two bounds that hold, the one for a dense range is far too large for a few keys.
    return promise.add(Math.min(forDense(first, last), forPuts(last - first + 1)));
  }

  private static long leaves(long first, long last) {
    return (last >>> BITS) - (first >>> BITS) + 1;
  }

  /** What it takes to make the leaves of a range dense, one growth after the other. */
  private static long forDense(long first, long last) {
    long leaves = leaves(first, last);
    long inner = (leaves >>> BITS - 1) + 2 * MOST_LEVELS;
    return leaves * (INTS_FOR_LEAF + 4L * MOST_LEVELS) + inner * INTS_FOR_LEAF + INTS_FOR_PATH;
  }

  private static long lastKey(int level) {
    return level >= MOST_LEVELS - 1 ? Long.MAX_VALUE : (1L << BITS * (level + 1)) - 1;
  }

  private static int slot(long key, int level) {
    return (int) (key >>> BITS * level) & MASK;
  }

  /**
   * The entry of a key.
   *
   * @param key any key
   * @return its entry, 0 when it has none
   */
  public int get(long key) {
    if (key >>> BITS == pathLeaf) {
      return TrieNode.get(pool, path[0], slot(key, 0));
    }
    int node = root;
    if (node == 0 || key > lastKey(rootLevel)) {
      return 0;
    }
    for (int level = rootLevel; level > 0; level--) {
      node = TrieNode.get(pool, node, slot(key, level));
      if (node == 0) {
        return 0;
      }
    }
    return TrieNode.get(pool, node, slot(key, 0));
  }

  /**
   * Sets the entry of a key. What it needs was acquired before.
   *
   * @param key the key
   * @param entry its entry, positive
   */
  public void put(long key, int entry) {
    int leaf = leafFor(key);
    int slot = slot(key, 0);
    if (TrieNode.get(pool, leaf, slot) != 0) {
      TrieNode.replace(pool, leaf, slot, entry);
      return;
    }
    size++;
    int moved = TrieNode.insert(promise, leaf, slot, entry);
    if (moved != leaf) {
      relink(0, moved);
    }
  }

  /** Descends to the leaf for a key, making what is missing; leaves the path behind. */
  private int leafFor(long key) {
    if (key >>> BITS == pathLeaf) {
      return path[0];
    }
    if (root == 0) {
      rootLevel = 0;
      while (key > lastKey(rootLevel)) {
        rootLevel++;
      }
      root = TrieNode.create(promise, 0);
    }
    while (key > lastKey(rootLevel)) {
      int above = TrieNode.create(promise, 0);
      root = TrieNode.insert(promise, above, 0, root);
      rootLevel++;
    }
    int node = root;
    for (int level = rootLevel; level > 0; level--) {
      int slot = slot(key, level);
      int child = TrieNode.get(pool, node, slot);
      path[level] = node;
      taken[level] = slot;
      if (child == 0) {
        child = TrieNode.create(promise, 0);
        int moved = TrieNode.insert(promise, node, slot, child);
        if (moved != node) {
          relink(level, moved);
          path[level] = moved;
        }
      }
      node = child;
    }
    path[0] = node;
    pathLeaf = key >>> BITS;
    return node;
  }

  /** A node of the path has moved: tells its parent. */
  private void relink(int level, int moved) {
    path[level] = moved;
    if (level == rootLevel) {
      root = moved;
    } else {
      TrieNode.replace(pool, path[level + 1], taken[level + 1], moved);
    }
  }

  /**
   * Removes the entry of a key.
   *
   * @param key the key
   * @return the entry it had, 0 for none
   */
  public int remove(long key) {
    if (key >>> BITS != pathLeaf && !descendTo(key)) {
      return 0;
    }
    int node = path[0];
    int slot = slot(key, 0);
    int entry = TrieNode.get(pool, node, slot);
    if (entry != 0) {
      size--;
      int moved = TrieNode.remove(pool, node, slot);
      if (moved != node) {
        relink(0, moved);
      }
      prune();
    }
    return entry;
  }

  /** Descends to the leaf of a key and leaves the path behind; false when there is none. */
  private boolean descendTo(long key) {
    pathLeaf = -1;
    if (root == 0 || key > lastKey(rootLevel)) {
      return false;
    }
    int node = root;
    for (int level = rootLevel; level > 0; level--) {
      path[level] = node;
      taken[level] = slot(key, level);
      node = TrieNode.get(pool, node, taken[level]);
      if (node == 0) {
        return false;
      }
    }
    path[0] = node;
    pathLeaf = key >>> BITS;
    return true;
  }

  /** Frees the nodes of the path that are empty, from the leaf up. */
  private void prune() {
    int level = 0;
    while (TrieNode.count(pool, path[level]) == 0) {
      TrieNode.free(pool, path[level]);
      pathLeaf = -1;
      if (level == rootLevel) {
        root = 0;
        return;
      }
      level++;
      int moved = TrieNode.remove(pool, path[level], taken[level]);
      if (moved != path[level]) {
        relink(level, moved);
      }
    }
  }

  /**
   * The entry of the largest key that is not above a limit.
   *
   * @param limit the highest key wanted
   * @return the entry, 0 when there is no such key
   */
  public int floor(long limit) {
    if (limit >>> BITS == pathLeaf) {
      int slot = TrieNode.previous(pool, path[0], (int) limit & MASK);
      if (slot >= 0) {
        return TrieNode.get(pool, path[0], slot);
      }
    }
    pathLeaf = -1;
    if (root == 0 || limit < 0) {
      return 0;
    }
    // While every slot taken is the limit's own, the slots below are bounded by the limit's.
    boolean bounded = limit <= lastKey(rootLevel);
    int level = rootLevel;
    int node = root;
    int from = bounded ? slot(limit, level) : MASK;
    while (true) {
      int slot = TrieNode.previous(pool, node, from);
      if (slot < 0) {
        do {
          if (++level > rootLevel) {
            return 0;
          }
          from = taken[level] - 1;
        } while (from < 0);
        node = path[level];
        bounded = false;
        continue;
      }
      bounded = bounded && slot == slot(limit, level);
      taken[level] = slot;
      if (level == 0) {
        path[0] = node;
        noteLeaf();
        return TrieNode.get(pool, node, slot);
      }
      path[level] = node;
      node = TrieNode.get(pool, node, slot);
      level--;
      from = bounded ? slot(limit, level) : MASK;
    }
  }

  /**
   * The entry of the smallest key that is not below a limit.
   *
   * @param limit the lowest key wanted
   * @return the entry, 0 when there is no such key
   */
  public int ceiling(long limit) {
    int slot = nextSlot(limit);
    return slot < 0 ? 0 : TrieNode.get(pool, path[0], slot);
  }

  /**
   * The smallest key with an entry that is not below a limit.
   *
   * @param limit the lowest key wanted
   * @return the key, or -1
   */
  public long ceilingKey(long limit) {
    int slot = nextSlot(limit);
    return slot < 0 ? -1 : pathLeaf << BITS | slot;
  }

  /** The slot, in the leaf that the path then leads to, of the smallest key from a limit on. */
  private int nextSlot(long limit) {
    if (limit >>> BITS == pathLeaf) {
      int slot = TrieNode.next(pool, path[0], (int) limit & MASK);
      if (slot >= 0) {
        return slot;
      }
    }
    pathLeaf = -1;
    if (root == 0 || limit > lastKey(rootLevel)) {
      return -1;
    }
    boolean bounded = true;
    int level = rootLevel;
    int node = root;
    int from = slot(limit, level);
    while (true) {
      int slot = TrieNode.next(pool, node, from);
      if (slot < 0) {
        do {
          if (++level > rootLevel) {
            return -1;
          }
          from = taken[level] + 1;
        } while (from > MASK);
        node = path[level];
        bounded = false;
        continue;
      }
      bounded = bounded && slot == slot(limit, level);
      taken[level] = slot;
      if (level == 0) {
        path[0] = node;
        noteLeaf();
        return slot;
      }
      path[level] = node;
      node = TrieNode.get(pool, node, slot);
      level--;
      from = bounded ? slot(limit, level) : 0;
    }
  }

  /** The slots taken lead to the leaf that the path ends with. */
  private void noteLeaf() {
    long leaf = 0;
    for (int level = rootLevel; level > 0; level--) {
      leaf = leaf << BITS | taken[level];
    }
    pathLeaf = leaf;
  }
}
