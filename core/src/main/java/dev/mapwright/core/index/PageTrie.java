package dev.mapwright.core.index;

import java.util.function.Consumer;

/**
 * A sorted map from page numbers to positive ints, as a radix tree of 9 bits a level: the shape of
 * a page table, but deep only where there is something to tell apart.
 *
 * <p><b>What is stored where.</b> A mapping is one entry, at its <em>first</em> page, whatever its
 * size; which mapping covers a page is asked by {@link #floor}. So mapping a terabyte costs what
 * mapping a page costs, and a split adds one entry. An object's page list has one entry a page.
 *
 * <p><b>The principle: a leaf is as wide as its entries are few.</b> The slot of an inner node that
 * holds a handful of entries has no tree below it but one leaf, which stands for the whole slot and
 * keeps of each key what lies below the slot. There may be leaves at level 0 (512 pages), 1 and 2
 * (2^27). When a leaf gets more than {@value TrieNode#BRIM} entries it <em>bursts</em>: an inner
 * node takes its place, with a leaf a level below for each slot that has entries. At level 0 it
 * becomes dense instead, a table of 512 entries. A leaf that burst does not come together again
 * before it is empty.
 *
 * <p><b>What it costs.</b> Every operation touches one node a level, down to the leaf. Scattered
 * entries share leaves, which is also where the neighbours of each are found; they cost 8 bytes
 * each and what is free in their leaves, about 20 in all. A dense run of one-page entries costs 4
 * bytes each, and finding one reads a single word of its leaf: what a node is stands in the address
 * that its parent has.
 *
 * <p><b>Who writes.</b> Searches write nothing, not even what they found; several may go on at the
 * same time, while nobody changes anything. Changes remember the path to their leaf, and whatever
 * happens next in the same leaf, a search too, begins there. {@link #floorToChange} is for whoever
 * searches in order to change.
 *
 * <p><b>Acquiring.</b> {@link #put} never fails: {@link #ensure} has acquired what it may need, in
 * an account of this trie's own, and {@link #settle} gives back what was not needed.
 *
 * <p><b>Overflow.</b> Keys are 0 .. 2^52 - 1, which six levels (54 bits) hold; entries are 1 ..
 * 2^31 - 1. Keys in a leaf have at most 27 bits.
 *
 * <p>The owner's lock guards every method but {@link #glance}.
 */
public final class PageTrie extends Promise {
  /** Set in the answer of {@link #floor} when the key found is the limit itself. */
  public static final long EXACT = 1L << 32;

  /** Set in the answer of {@link #glance} when it is a guess at the limit's own entry. */
  public static final long GUESSED = 1L << 33;

  private static final int MOST_LEVELS = 6;

  /** Where in {@link #path} the places taken in its nodes are. */
  private static final int TAKEN = MOST_LEVELS;

  /** Leaves of this level have keys of 27 bits; of the next, keys would not fit into ints. */
  static final int WIDEST_LEAVES = 2;

  private static final int BITS = TrieNode.SLOT_BITS;
  private static final int MASK = TrieNode.SLOTS - 1;

  /** What one put may take besides a node that grows: a node on each level, a new root on each. */
  private static final int INTS_FOR_PATH = 2 * MOST_LEVELS * NodePool.ints(0);

  /** What filling a node from nothing takes in all, one growth after the other: up to the brim. */
  private static final int INTS_TO_BRIM = 4 + 8 + 16 + 32 + 64 + 128;

  private static final int INTS_FOR_NODE = INTS_TO_BRIM + 256 + 548;

  /** A burst takes an inner node and leaves, for {@value TrieNode#BRIM} entries each at most. */
  private static final int INTS_FOR_BURST = 2 * INTS_TO_BRIM;

  /**
   * The most that one put takes. When more than one leaf bursts, all but the last had a single
   * child; then something grows.
   */
  private static final int INTS_FOR_PUT =
      INTS_FOR_PATH + (4 + 128) * (WIDEST_LEAVES - 1) + INTS_FOR_BURST + NodePool.ints(7);

  /**
   * An entry's share of what is taken until it is in: less than 8.2 ints for its leaf on each of
   * three levels, 8 for each of two bursts, 8.2 for the inner node on each of six levels.
   */
  private static final int INTS_FOR_SHARE = 100;

  /** The root node, 0 when the trie is empty. */
  private int root;

  /** The root's level; a leaf is at level 0, 1 or 2. */
  private int rootLevel;

  private long size;

  /**
   * What all keys have above their low bits in the leaf that {@link #path} leads to, with every
   * node on the way being the trie's; -1 when it leads nowhere.
   */
  private long pathPrefix = -1;

  private int pathShift = BITS;
  private int leafLevel;

  /**
   * The place in the leaf of {@link #path} where the last change, or search for one, found the
   * largest key that was not above its own; -1 for none. Often the next is about the same key or
   * its neighbour: so it looks there first, and what it finds there decides.
   */
  private int near = -1;

  /** The nodes of the last change's descent by level, and from {@link #TAKEN} on places in them. */
  private final int[] path = new int[2 * MOST_LEVELS];

  /**
   * Makes an empty trie.
   *
   * @param pool where its nodes come from
   */
  public PageTrie(NodePool pool) {
    super(pool);
  }

  /**
   * How many entries there are.
   *
   * @return a count
   */
  public long size() {
    return size;
  }

  // ---- acquiring

  /**
   * Acquires what a number of puts may need, besides what was acquired before.
   *
   * @param puts how many
   * @return false when the memory could not be had
   */
  public boolean ensure(int puts) {
    return add(forPuts(puts));
  }

  private long forPuts(long puts) {
    long entries = size + puts;
    if (entries <= TrieNode.BRIM) {
      // Nothing can burst, and no node have more entries.
      return puts * (NodePool.ints(TrieNode.classFor(entries)) + INTS_FOR_PATH);
    }
    return Math.min(puts * INTS_FOR_PUT, INTS_FOR_SHARE * entries + puts * INTS_FOR_PATH);
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
    return add(Math.min(forDense(first, last), forPuts(last - first + 1)));
  }

  private static long leaves(long first, long last) {
    return (last >>> BITS) - (first >>> BITS) + 1;
  }

  /** What it takes to make the leaves of a range dense, one growth after the other. */
  private static long forDense(long first, long last) {
    long leaves = leaves(first, last);
    long inner = (leaves >>> BITS - 1) + 2 * MOST_LEVELS;
    return leaves * INTS_FOR_NODE
        + inner * (INTS_TO_BRIM + INTS_FOR_BURST + INTS_FOR_NODE)
        + INTS_FOR_PATH;
  }

  // ---- keys

  private static long lastKey(int level) {
    return level >= MOST_LEVELS - 1 ? Long.MAX_VALUE : (1L << BITS * (level + 1)) - 1;
  }

  /** What of a key a leaf of a level keeps. */
  private static int inLeaf(long key, int level) {
    return (int) key & (1 << BITS * (level + 1)) - 1;
  }

  private static int slot(long key, int level) {
    return (int) (key >>> BITS * level) & MASK;
  }

  /** The first key that is in the same node of a level. */
  private static long firstKey(long key, int level) {
    return key & -1L << BITS * (level + 1);
  }

  private boolean onPath(long key) {
    return key >>> pathShift == pathPrefix;
  }

  // ---- searching

  /**
   * The entry of a key.
   *
   * @param key any key
   * @return its entry, 0 when it has none
   */
  public int get(long key) {
    if (onPath(key)) {
      return TrieNode.get(pool, path[leafLevel], inLeaf(key, leafLevel));
    }
    int node = root;
    int level = rootLevel;
    if (key > lastKey(level)) {
      return 0;
    }
    while (TrieNode.inner(node)) {
      node = TrieNode.child(pool, node, slot(key, level));
      level--;
    }
    return node == 0 ? 0 : TrieNode.get(pool, node, inLeaf(key, level));
  }

  /**
   * The entry of the largest key that is not above a limit.
   *
   * @param limit the highest key wanted
   * @return the entry, to which {@link #EXACT} is added when its key is the limit; 0 when there is
   *     no such key
   */
  public long floor(long limit) {
    if (onPath(limit)) {
      int leaf = path[leafLevel];
      int key = inLeaf(limit, leafLevel);
      long found = found(leaf, TrieNode.floor(pool, leaf, key, near), key);
      if (found != 0) {
        return found;
      }
    }
    if (root == 0 || limit < 0) {
      return 0;
    }
    if (limit > lastKey(rootLevel)) {
      return last(root);
    }
    long key = limit;
    while (true) {
      int node = root;
      int level = rootLevel;
      while (TrieNode.inner(node)) {
        int place = TrieNode.floor(pool, node, slot(key, level));
        if (place < 0) {
          break;
        }
        int child = TrieNode.entryAt(pool, node, place);
        if (TrieNode.keyAt(pool, node, place) != slot(key, level)) {
          return last(child);
        }
        node = child;
        level--;
      }
      if (!TrieNode.inner(node)) {
        long found = floorIn(node, inLeaf(key, level));
        if (found != 0) {
          return key == limit ? found : found & ~EXACT;
        }
      }
      // Nothing here is low enough: so it is the highest before this node.
      key = firstKey(key, level) - 1;
      if (level >= rootLevel || key < 0) {
        return 0;
      }
    }
  }

  /**
   * The same where it is found in the leaf of the limit itself, for whoever does not have the
   * owner's lock. Others may change the trie meanwhile, so whether the answer means anything is for
   * the caller to find out afterwards. It comes to an end whatever it reads.
   *
   * @param limit the highest key wanted, not negative
   * @param guess whether a guess will do, which spares the miss to memory that reading the entry is
   * @return as {@link #floor}; also 0 when it lies elsewhere; a guess with {@link #GUESSED}
   * @throws IndexOutOfBoundsException when what was read does not belong together
   */
  public long glance(long limit, boolean guess) {
    int node = root;
    // What of a key lies below a node; no counter, or the compiler would unroll a loop of two
    // rounds.
    long below = (1L << BITS * (rootLevel + 1)) - 1;
    if (limit > below) {
      return 0;
    }
    while (TrieNode.inner(node) && below > MASK) {
      int slotShift = Long.bitCount(below) - BITS;
      node = TrieNode.child(pool, node, (int) (limit >>> slotShift) & MASK);
      below >>>= BITS;
    }
    if (node == 0 || TrieNode.inner(node)) {
      return 0;
    }
    int key = (int) (limit & below);
    if (guess && TrieNode.dense(node)) {
      int guessed = TrieNode.guess(pool, node, key);
      if (guessed > 0) {
        return guessed | GUESSED;
      }
    }
    return floorIn(node, key);
  }

  /**
   * What the entry of a key may be, for whoever is about to change something there and can see from
   * what an entry leads to whether it is the key's. The entry is asked for, too, but not waited
   * for.
   *
   * @param key any key
   * @return a guess, which may be anything; 0 for none
   */
  public int guessToChange(long key) {
    if (!onPath(key) && (key < 0 || !descendTo(key))) {
      return 0;
    }
    int leaf = path[leafLevel];
    return TrieNode.dense(leaf) && TrieNode.entryAt(pool, leaf, inLeaf(key, leafLevel)) != 0
        ? TrieNode.guess(pool, leaf, inLeaf(key, leafLevel))
        : 0;
  }

  private long floorIn(int leaf, int key) {
    return found(leaf, TrieNode.floor(pool, leaf, key), key);
  }

  /** The answer of {@link #floor} for a place in a leaf; 0 for none. */
  private long found(int leaf, int place, int key) {
    if (place < 0) {
      return 0;
    }
    int entry = TrieNode.entryAt(pool, leaf, place);
    return TrieNode.keyAt(pool, leaf, place) == key ? entry | EXACT : entry;
  }

  /** The last entry below a node. */
  private int last(int from) {
    int node = from;
    while (TrieNode.inner(node)) {
      node = TrieNode.entryAt(pool, node, TrieNode.last(pool, node));
    }
    return TrieNode.entryAt(pool, node, TrieNode.last(pool, node));
  }

  /**
   * The same as {@link #floor} for whoever is about to change something at the limit or near it.
   *
   * @param limit the highest key wanted
   * @return the entry, and whether it is exact
   */
  public long floorToChange(long limit) {
    if (onPath(limit) || limit >= 0 && descendTo(limit)) {
      int leaf = path[leafLevel];
      int key = inLeaf(limit, leafLevel);
      near = TrieNode.floor(pool, leaf, key);
      long found = found(leaf, near, key);
      if (found != 0) {
        return found;
      }
    }
    return floor(limit);
  }

  /**
   * The entry of the smallest key that is not below a limit.
   *
   * @param limit the lowest key wanted
   * @return the entry, 0 when there is no such key
   */
  public int ceiling(long limit) {
    return (int) atLeast(limit, false);
  }

  /**
   * The smallest key with an entry that is not below a limit.
   *
   * @param limit the lowest key wanted
   * @return the key, or -1
   */
  public long ceilingKey(long limit) {
    return atLeast(limit, true);
  }

  /** The smallest key from a limit on, or its entry; -1 and 0 when there is none. */
  private long atLeast(long limit, boolean asKey) {
    long none = asKey ? -1 : 0;
    if (onPath(limit)) {
      int place = TrieNode.ceiling(pool, path[leafLevel], inLeaf(limit, leafLevel));
      if (place >= 0) {
        return answer(path[leafLevel], place, firstKey(limit, leafLevel), asKey);
      }
    }
    if (root == 0 || limit > lastKey(rootLevel)) {
      return none;
    }
    long key = limit;
    while (true) {
      int node = root;
      int level = rootLevel;
      int place = -1;
      while (TrieNode.inner(node)) {
        place = TrieNode.ceiling(pool, node, slot(key, level));
        if (place < 0) {
          break;
        }
        int slot = TrieNode.keyAt(pool, node, place);
        if (slot != slot(key, level)) {
          // All of the next child is high enough.
          key = firstKey(key, level) | (long) slot << BITS * level;
        }
        node = TrieNode.entryAt(pool, node, place);
        level--;
      }
      if (!TrieNode.inner(node)) {
        place = TrieNode.ceiling(pool, node, inLeaf(key, level));
        if (place >= 0) {
          return answer(node, place, firstKey(key, level), asKey);
        }
      }
      // Nothing here is high enough: so it is the lowest behind this node.
      if (level >= rootLevel) {
        return none;
      }
      key = firstKey(key, level) + (1L << BITS * (level + 1));
      if (key > lastKey(rootLevel)) {
        return none;
      }
    }
  }

  private long answer(int leaf, int place, long leafFirst, boolean asKey) {
    return asKey
        ? leafFirst | TrieNode.keyAt(pool, leaf, place)
        : TrieNode.entryAt(pool, leaf, place);
  }

  // ---- checking

  /**
   * Checks that every node is what its address and its level say, that nothing is out of order or
   * counted wrongly, and that the path leads where it says.
   *
   * @param complain told of each defect
   */
  public void check(Consumer<String> complain) {
    long entries = new TrieCheck(pool, complain).run(root, rootLevel);
    if (entries != size) {
      complain.accept("a trie counts " + size + " entries and has " + entries);
    }
    if (pathPrefix < 0) {
      return;
    }
    int node = root;
    for (int level = rootLevel; level > leafLevel; level--) {
      if (path[level] != node) {
        complain.accept("the path does not follow the nodes at level " + level);
        return;
      }
      node = TrieNode.entryAt(pool, node, path[TAKEN + level]);
    }
    if (node != path[leafLevel] || TrieNode.inner(node)) {
      complain.accept("the path does not lead to a leaf");
    }
  }

  // ---- changing

  /**
   * Sets the entry of a key. What it needs was acquired before.
   *
   * @param key the key
   * @param entry its entry, positive
   */
  public void put(long key, int entry) {
    int leaf = leafFor(key);
    int place = TrieNode.find(pool, leaf, inLeaf(key, leafLevel), near);
    if (place >= 0) {
      TrieNode.setEntryAt(pool, leaf, place, entry);
      return;
    }
    while (leafLevel > 0 && TrieNode.brimful(pool, leaf)) {
      relink(leafLevel, TrieNode.burst(this, leaf, BITS * leafLevel));
      pathPrefix = -1;
      leaf = leafFor(key);
      place = TrieNode.find(pool, leaf, inLeaf(key, leafLevel));
    }
    size++;
    near = ~place;
    relinkIfMoved(leafLevel, TrieNode.insert(this, leaf, ~place, inLeaf(key, leafLevel), entry));
  }

  /** Descends to the leaf for a key, making what is missing; leaves the path behind. */
  private int leafFor(long key) {
    if (onPath(key)) {
      return path[leafLevel];
    }
    if (root == 0) {
      rootLevel = 0;
      while (key > lastKey(rootLevel)) {
        rootLevel++;
      }
      root = newNode(rootLevel);
    }
    while (key > lastKey(rootLevel)) {
      raiseRoot();
    }
    int node = root;
    int level = rootLevel;
    while (TrieNode.inner(node)) {
      int slot = slot(key, level);
      int place = TrieNode.findSlot(pool, node, slot);
      path[level] = node;
      if (place < 0) {
        int child = newNode(level - 1);
        relinkIfMoved(level, TrieNode.insert(this, node, ~place, slot, child));
        place = TrieNode.find(pool, path[level], slot);
      }
      path[TAKEN + level] = place;
      node = TrieNode.entryAt(pool, path[level], place);
      level--;
    }
    arrive(node, level, key);
    return node;
  }

  private int newNode(int level) {
    return TrieNode.create(this, 0, level > WIDEST_LEAVES ? TrieNode.INNER : 0);
  }

  /** Makes the root one level higher. A leaf that can be wider simply becomes it. */
  private void raiseRoot() {
    pathPrefix = -1;
    boolean widened =
        !TrieNode.inner(root)
            && !TrieNode.dense(root)
            && rootLevel < WIDEST_LEAVES
            && TrieNode.count(pool, root) <= TrieNode.BRIM;
    if (!widened) {
      int above = TrieNode.create(this, 0, TrieNode.INNER);
      root = TrieNode.insert(this, above, 0, 0, root);
    }
    rootLevel++;
  }

  private void arrive(int leaf, int level, long key) {
    path[level] = leaf;
    leafLevel = level;
    pathShift = BITS * (level + 1);
    pathPrefix = key >>> pathShift;
  }

  private void relinkIfMoved(int level, int moved) {
    if (moved != path[level]) {
      relink(level, moved);
    }
  }

  /** Another node has taken the place of one of the path: tells its parent. */
  private void relink(int level, int moved) {
    path[level] = moved;
    if (level == rootLevel) {
      root = moved;
    } else {
      TrieNode.setEntryAt(pool, path[level + 1], path[TAKEN + level + 1], moved);
    }
  }

  /**
   * Removes the entry of a key.
   *
   * @param key the key
   * @return the entry it had, 0 for none
   */
  public int remove(long key) {
    if (!onPath(key) && !descendTo(key)) {
      return 0;
    }
    int leaf = path[leafLevel];
    int place = TrieNode.find(pool, leaf, inLeaf(key, leafLevel), near);
    if (place < 0) {
      return 0;
    }
    near = place - 1;
    int entry = TrieNode.entryAt(pool, leaf, place);
    size--;
    relinkIfMoved(leafLevel, TrieNode.removeAt(pool, leaf, place));
    prune();
    return entry;
  }

  /** Descends to the leaf of a key and leaves the path behind; false when there is none. */
  private boolean descendTo(long key) {
    pathPrefix = -1;
    int node = root;
    int level = rootLevel;
    if (key > lastKey(level)) {
      return false;
    }
    while (TrieNode.inner(node)) {
      int place = TrieNode.findSlot(pool, node, slot(key, level));
      if (place < 0) {
        return false;
      }
      path[level] = node;
      path[TAKEN + level] = place;
      node = TrieNode.entryAt(pool, node, place);
      level--;
    }
    if (node == 0) {
      return false;
    }
    arrive(node, level, key);
    return true;
  }

  /** Frees the nodes of the path that are empty, from the leaf up. */
  private void prune() {
    int level = leafLevel;
    while (TrieNode.count(pool, path[level]) == 0) {
      pool.giveBack(path[level]);
      pathPrefix = -1;
      if (level == rootLevel) {
        root = 0;
        return;
      }
      level++;
      relinkIfMoved(level, TrieNode.removeAt(pool, path[level], path[TAKEN + level]));
    }
  }
}
