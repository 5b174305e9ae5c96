package dev.mapwright.core.index;

import java.util.Arrays;

/**
 * The layout of a trie node in a block of a {@link NodePool}, and what can be done to one node.
 *
 * <p>A node maps small keys (not negative) to entries (positive ints). Its address says what it is:
 * the block's class in it how large, and bit {@link #INNER} that the entries are addresses of nodes
 * below.
 *
 * <pre>
 * small, class c      int 0           how many entries
 * (4 &lt;&lt; c ints)       1 .. cap        keys, ascending; cap is (2 &lt;&lt; c) - 1
 *                     cap + 1 ..      entries, in the same order
 *
 * dense (548 ints)    int 0           how many entries
 *                     1 .. 16         a bit for each of 512 keys
 *                     17 .. 32        a hint for each 32 keys, see below
 *                     33 .. 544       their entries, 0 for none
 * </pre>
 *
 * <p>Where an entry is in its node is a <em>place</em>: the index in a small node, the key in a
 * dense one. Places of small nodes are moved by insertions and removals.
 *
 * <p>A dense node is read like a page table: the entry of a key at once, without the count and the
 * bitmap, which lie in other lines of the caches.
 *
 * <p><b>Hints.</b> What is entered key after key mostly has entries that ascend by {@value
 * #GUESS_STEP} from one to the next. A hint says what the entry of the first of 32 keys is if so;
 * with the number of keys before it in the bitmap that gives a guess at any key's entry ({@link
 * #guess}). The head of a node, in which all of this stands, is in the caches far longer than its
 * entries are: so what an entry leads to can be read while the entry itself is still waited for.
 * Whether a guess was right its user has to find out from what it leads to. Insertion writes the
 * hint such that its own key is guessed; nothing else keeps it true.
 */
final class TrieNode {
  static final int SLOTS = 512;
  static final int SLOT_BITS = 9;
  static final int DENSE = NodePool.DENSE;
  static final int INNER = NodePool.USERS_BIT;

  /** How many entries a node has, at most, whose keys do not fit into a dense one. */
  static final int BRIM = 63;

  private static final int BITMAP = 1;
  private static final int HINTS = 17;
  private static final int DENSE_ENTRIES = 33;

  /** What an entry is more than the one before it, where a guess is right. */
  private static final int GUESS_STEP = 2;

  /** So many are gone through, or moved, one by one; more by halving, or copied. */
  private static final int FEW = 8;

  /** So many are gone through as fast as looked for near a place. */
  private static final int VERY_FEW = 4;

  private TrieNode() {}

  private static int capacity(int sizeClass) {
    return sizeClass == DENSE ? SLOTS : (2 << sizeClass) - 1;
  }

  private static int sizeClass(int node) {
    return node & NodePool.CLASS_MASK;
  }

  static boolean dense(int node) {
    return sizeClass(node) == DENSE;
  }

  static boolean inner(int node) {
    return (node & INNER) != 0;
  }

  /** The class of the smallest node that holds so many entries. */
  static int classFor(long entries) {
    int sizeClass = 0;
    while (sizeClass < DENSE && capacity(sizeClass) < entries) {
      sizeClass++;
    }
    return sizeClass;
  }

  /** Makes an empty node; {@code inner} is {@link #INNER} or 0. */
  static int create(Promise promise, int sizeClass, int inner) {
    return initialised(promise.pool(), promise.take(sizeClass)) | inner;
  }

  private static int initialised(NodePool pool, int block) {
    int[] a = pool.array(block);
    int at = NodePool.offset(block);
    a[at] = 0;
    if (dense(block)) {
      Arrays.fill(a, at + BITMAP, at + DENSE_ENTRIES + SLOTS, 0);
    }
    return block;
  }

  static int count(NodePool pool, int node) {
    return pool.array(node)[NodePool.offset(node)];
  }

  /** Whether a node has to {@link #burst} before anything is added, unless its keys are slots. */
  static boolean brimful(NodePool pool, int node) {
    return count(pool, node) >= BRIM;
  }

  private static int keysAt(int at) {
    return at + 1;
  }

  private static int entriesAt(int node, int at) {
    return at + (2 << sizeClass(node));
  }

  /** The entry of a key, 0 when there is none. */
  static int get(NodePool pool, int node, int key) {
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    if (dense(node)) {
      return a[at + DENSE_ENTRIES + key];
    }
    int count = a[at];
    int index = indexFrom(a, keysAt(at), count, key);
    return index < count && a[keysAt(at) + index] == key ? a[entriesAt(node, at) + index] : 0;
  }

  /** The child for a slot, 0 when there is none. */
  static int child(NodePool pool, int inner, int slot) {
    if (dense(inner)) {
      return pool.array(inner)[NodePool.offset(inner) + DENSE_ENTRIES + slot];
    }
    int place = findSlot(pool, inner, slot);
    return place < 0 ? 0 : entryAt(pool, inner, place);
  }

  /**
   * The place of a slot in an inner node, or the complement of the one that it would get. Slots of
   * a small node are mostly a run without holes, where one is found without a search, whose
   * branches no processor can predict.
   */
  static int findSlot(NodePool pool, int inner, int slot) {
    int[] a = pool.array(inner);
    int at = NodePool.offset(inner);
    if (dense(inner)) {
      return findDense(a, at, slot);
    }
    int inRun = slot - a[keysAt(at)];
    boolean run = inRun >= 0 && inRun < a[at] && a[keysAt(at) + inRun] == slot;
    return run ? inRun : find(pool, inner, slot);
  }

  /** What the entry of a key in a dense node may be; 0 when the key has none. It is not read. */
  static int guess(NodePool pool, int node, int key) {
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    int bits = a[at + BITMAP + (key >>> 5)];
    return (bits >>> key & 1) == 0
        ? 0
        : a[at + HINTS + (key >>> 5)] + GUESS_STEP * Integer.bitCount(bits & (1 << key) - 1);
  }

  /** Enters a key that has no entry into a dense node. */
  private static void enterDense(int[] a, int at, int key, int entry) {
    int word = key >>> 5;
    int bits = a[at + BITMAP + word];
    a[at + BITMAP + word] = bits | 1 << key;
    a[at + HINTS + word] = entry - GUESS_STEP * Integer.bitCount(bits & (1 << key) - 1);
    a[at + DENSE_ENTRIES + key] = entry;
  }

  /** The place of a key, or the complement of the one that it would get. */
  static int find(NodePool pool, int node, int key) {
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    if (dense(node)) {
      return findDense(a, at, key);
    }
    int count = a[at];
    int index = indexFrom(a, keysAt(at), count, key);
    return index < count && a[keysAt(at) + index] == key ? index : ~index;
  }

  private static int findDense(int[] a, int at, int key) {
    return a[at + DENSE_ENTRIES + key] != 0 ? key : ~key;
  }

  /** The same, looked for first at a place, which may be any. */
  static int find(NodePool pool, int node, int key, int near) {
    if (isFloor(pool, node, key, near)) {
      return near >= 0 && keyAt(pool, node, near) == key ? near : ~(near + 1);
    }
    return find(pool, node, key);
  }

  static int keyAt(NodePool pool, int node, int place) {
    return dense(node) ? place : pool.array(node)[keysAt(NodePool.offset(node)) + place];
  }

  static int entryAt(NodePool pool, int node, int place) {
    int at = NodePool.offset(node);
    return pool.array(node)[(dense(node) ? at + DENSE_ENTRIES : entriesAt(node, at)) + place];
  }

  static void setEntryAt(NodePool pool, int node, int place, int entry) {
    int at = NodePool.offset(node);
    pool.array(node)[(dense(node) ? at + DENSE_ENTRIES : entriesAt(node, at)) + place] = entry;
  }

  /** The place of the largest key, which a node has that is not empty. */
  static int last(NodePool pool, int node) {
    return dense(node) ? floor(pool, node, SLOTS - 1) : count(pool, node) - 1;
  }

  /** The place of the largest key that is at most {@code key}, or -1. */
  static int floor(NodePool pool, int node, int key) {
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    if (dense(node)) {
      // Only now and then is there nothing here and the bitmap needed.
      return key < 0 || a[at + DENSE_ENTRIES + key] != 0 ? key : previousBit(a, at + BITMAP, key);
    }
    int count = a[at];
    int index = indexFrom(a, keysAt(at), count, key);
    return index < count && a[keysAt(at) + index] == key ? index : index - 1;
  }

  /** The same, looked for first at a place, which may be any. */
  static int floor(NodePool pool, int node, int key, int near) {
    return isFloor(pool, node, key, near) ? near : floor(pool, node, key);
  }

  /**
   * Whether a place, which may be any, is found without a search to be that of the largest key that
   * is at most one.
   */
  private static boolean isFloor(NodePool pool, int node, int key, int place) {
    if (dense(node)) {
      return false;
    }
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    int count = a[at];
    int keys = keysAt(at);
    return count > VERY_FEW
        && place < count
        && (place < 0 || a[keys + place] <= key)
        && (place + 1 >= count || a[keys + place + 1] > key);
  }

  private static int previousBit(int[] a, int bitmap, int key) {
    int word = key >>> 5;
    int bits = a[bitmap + word] & -1 >>> 31 - (key & 31);
    while (bits == 0) {
      if (--word < 0) {
        return -1;
      }
      bits = a[bitmap + word];
    }
    return word << 5 | 31 - Integer.numberOfLeadingZeros(bits);
  }

  /** The place of the smallest key that is at least {@code key}, or -1. */
  static int ceiling(NodePool pool, int node, int key) {
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    if (dense(node)) {
      if (key >= SLOTS) {
        return -1;
      }
      return a[at + DENSE_ENTRIES + key] != 0 ? key : nextBit(a, at + BITMAP, key);
    }
    int count = a[at];
    int index = indexFrom(a, keysAt(at), count, key);
    return index < count ? index : -1;
  }

  private static int nextBit(int[] a, int bitmap, int key) {
    int word = key >>> 5;
    int bits = a[bitmap + word] & -1 << key;
    while (bits == 0) {
      if (++word == SLOTS / 32) {
        return -1;
      }
      bits = a[bitmap + word];
    }
    return word << 5 | Integer.numberOfTrailingZeros(bits);
  }

  /** How many of the keys are smaller than one. */
  private static int indexFrom(int[] a, int keys, int count, int key) {
    int low = 0;
    int high = count;
    while (high - low > FEW) {
      int middle = low + high >>> 1;
      if (a[keys + middle] < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    while (low < high && a[keys + low] < key) {
      low++;
    }
    return low;
  }

  /**
   * Adds an entry for a key that has none. The node's keys are slots, or it is not {@linkplain
   * #brimful full to the brim}.
   *
   * @param place where it goes, as {@link #find} said
   * @return the node, which is another one when it had to become larger; the old one is gone then
   */
  static int insert(Promise promise, int node, int place, int key, int entry) {
    NodePool pool = promise.pool();
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    int count = a[at];
    if (dense(node)) {
      a[at] = count + 1;
      enterDense(a, at, key, entry);
      return node;
    }
    if (count == capacity(sizeClass(node))) {
      return insert(promise, enlarged(promise, node), place, key, entry);
    }
    a[at] = count + 1;
    int keys = keysAt(at);
    int entries = entriesAt(node, at);
    int behind = count - place;
    if (behind > FEW) {
      System.arraycopy(a, keys + place, a, keys + place + 1, behind);
      System.arraycopy(a, entries + place, a, entries + place + 1, behind);
    } else {
      for (int i = count; i > place; i--) {
        a[keys + i] = a[keys + i - 1];
        a[entries + i] = a[entries + i - 1];
      }
    }
    a[keys + place] = key;
    a[entries + place] = entry;
    return node;
  }

  /**
   * Removes the entry at a place.
   *
   * @return the node, which is another one when it could become much smaller
   */
  static int removeAt(NodePool pool, int node, int place) {
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    int count = a[at] - 1;
    a[at] = count;
    if (dense(node)) {
      a[at + BITMAP + (place >>> 5)] &= ~(1 << place);
      a[at + DENSE_ENTRIES + place] = 0;
    } else {
      int keys = keysAt(at);
      int entries = entriesAt(node, at);
      int behind = count - place;
      if (behind > FEW) {
        System.arraycopy(a, keys + place + 1, a, keys + place, behind);
        System.arraycopy(a, entries + place + 1, a, entries + place, behind);
      } else {
        for (int i = place; i < count; i++) {
          a[keys + i] = a[keys + i + 1];
          a[entries + i] = a[entries + i + 1];
        }
      }
    }
    return shrunk(pool, node, count);
  }

  /**
   * Half of the next smaller size is left free, so that adding and removing one entry in turn does
   * not move the node each time. Becoming smaller is never necessary, so it takes only what was
   * returned, which no promise counts on.
   */
  private static int shrunk(NodePool pool, int node, int count) {
    int smaller = sizeClass(node) - 1;
    if (smaller >= 0 && count > 0 && count <= capacity(smaller) / 2 && pool.hasReturned(smaller)) {
      return moved(pool, node, pool.take(smaller));
    }
    return node;
  }

  /** Moves a node into a block of the next larger class. */
  private static int enlarged(Promise promise, int node) {
    return moved(promise.pool(), node, promise.take(sizeClass(node) + 1));
  }

  /** Moves a node into a block of another class that has room for it. */
  private static int moved(NodePool pool, int node, int block) {
    int moved = initialised(pool, block) | node & INNER;
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    int[] b = pool.array(moved);
    int to = NodePool.offset(moved);
    int count = a[at];
    b[to] = count;
    int place = 0;
    for (int i = 0; i < count; i++, place++) {
      if (dense(node)) {
        place = nextBit(a, at + BITMAP, place);
      }
      int key = keyAt(pool, node, place);
      int entry = entryAt(pool, node, place);
      if (dense(moved)) {
        enterDense(b, to, key, entry);
      } else {
        b[keysAt(to) + i] = key;
        b[entriesAt(moved, to) + i] = entry;
      }
    }
    pool.giveBack(node);
    return moved;
  }

  /**
   * Divides a small node among children, by what is above the low bits of its keys: the node that
   * holds the children takes its place.
   *
   * @param lowBits how many bits of a key the children keep
   * @return an inner node
   */
  static int burst(Promise promise, int node, int lowBits) {
    NodePool pool = promise.pool();
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    int count = a[at];
    int keys = keysAt(at);
    int inner = create(promise, 0, INNER);
    int from = 0;
    while (from < count) {
      int slot = a[keys + from] >>> lowBits;
      int to = from + 1;
      while (to < count && a[keys + to] >>> lowBits == slot) {
        to++;
      }
      int part = part(promise, node, from, to, (1 << lowBits) - 1);
      inner = insert(promise, inner, ~find(pool, inner, slot), slot, part);
      from = to;
    }
    pool.giveBack(node);
    return inner;
  }

  /** A node with some of the entries of another. */
  private static int part(Promise promise, int node, int from, int to, int keyMask) {
    NodePool pool = promise.pool();
    int part = create(promise, classFor(to - from), 0);
    int[] a = pool.array(node);
    int at = NodePool.offset(node);
    int[] b = pool.array(part);
    int into = NodePool.offset(part);
    b[into] = to - from;
    for (int i = from; i < to; i++) {
      b[keysAt(into) + i - from] = a[keysAt(at) + i] & keyMask;
      b[entriesAt(part, into) + i - from] = a[entriesAt(node, at) + i];
    }
    return part;
  }
}
