package dev.mapwright.sim.tables;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Translation.RunVisitor;
import dev.mapwright.sim.format.TableFormat;
import org.jspecify.annotations.Nullable;

/**
 * The tree of tables of one translation, and the operations that change it.
 *
 * <p><b>Cost.</b> Whatever is done to a range is a loop over what {@link TableCursor} finds there;
 * so a range costs what its entries and its edges cost.
 *
 * <p><b>Plan, then commit.</b> What needs tables first counts exactly how many, acquires them all,
 * and then changes entries without a way to fail. The counting functions end in {@code Needs}.
 *
 * <p><b>What the hardware does meanwhile.</b> CPUs walk without a lock and mark entries by
 * compare-and-swap; so entries are taken out by an exchange and changed by compare-and-swap. A CPU
 * marks each entry on its way as accessed <em>before</em> it uses it. Therefore an entry that is
 * taken out without that mark is in nobody's TLB, a table whose entry has it not is being walked by
 * nobody, and neither needs to be waited for. What has to be is gathered in {@link #staleFirst} ..
 * {@link #staleLast} and {@link #walked}, for the translation to announce.
 *
 * <p><b>Bare leaves</b> are the only place that says what a page shows, where other leaves can be
 * found again. So {@link #remove} and {@link #restrict}, which are for what can be, pass them by;
 * they have operations of their own.
 *
 * <p><b>One a stripe.</b> Threads that change different lowest tables each do it with a tree of
 * their own over the same tables ({@link TableStripes} says who may do what at once). Alone, a tree
 * may change everything. Otherwise it changes the lowest tables of its stripes and the entries that
 * lead to them; what is above is shared: tables are only added there, under {@link
 * UpperTables#lock}, and none is taken away. One that has fallen empty is noted in {@link
 * #emptiedKey}, for somebody alone to {@link #prune}.
 *
 * <p>Guarded by the locks of its stripes. Ranges are of keys, see {@link TableShape}.
 */
final class TableTree {
  /** Stands for a table that does not exist. */
  static final long NO_TABLE = -1;

  private static final long NONE_EMPTIED = -1;

  final TableShape shape;
  final TableMemory memory;
  private final long root;
  private final UpperTables upper;
  private final TableStripes stripes;
  private final TableWords words;
  private final TableFormat format;
  private final TableCursor cursor;

  /** Whether whoever uses it has all stripes. */
  private boolean alone = true;

  /** A key below an upper table that fell empty while others were there; NONE_EMPTIED for none. */
  private long emptiedKey = NONE_EMPTIED;

  /** The pages whose cached translations are wrong now; first above last for none. */
  private long staleFirst = Long.MAX_VALUE;

  private long staleLast = -1;

  /** Whether a table that somebody may be walking was unlinked. */
  private boolean walked;

  /** Whether one of these was above the lowest, where walks of several stripes come through. */
  private boolean walkedAbove;

  /** The table of level 1 used last and the pages it translates; NO_TABLE for none. */
  private long lastLeafTable = NO_TABLE;

  private long lastLeafKey;

  TableTree(TableWords words, TableMemory memory, UpperTables upper, TableStripes stripes) {
    this.shape = upper.shape;
    this.format = shape.format;
    this.words = words;
    this.memory = memory;
    this.upper = upper;
    this.stripes = stripes;
    root = upper.root;
    cursor = TableCursor.ofOurs(shape, words, memory);
  }

  // ---- what is shared

  /** Begins, with all stripes or with others beside it. */
  void begin(boolean withAllStripes) {
    alone = withAllStripes;
  }

  /** Whether it has all stripes. */
  boolean alone() {
    return alone;
  }

  /** The key for {@link #prune}, which is forgotten. */
  long takeEmptied() {
    long key = emptiedKey;
    emptiedKey = NONE_EMPTIED;
    return key;
  }

  /** Unlinks the tables on the way to a key that are unused; alone. */
  void prune(long key) {
    assert alone;
    TableCursor at = cursor;
    for (int found = at.start(root, key, key); found != TableCursor.END; found = at.next()) {
      if (found == TableCursor.LEFT) {
        unlinkIfUnused(at);
      }
    }
  }

  /** Counts present entries of a table of a level. */
  private void addLive(int level, long table, int delta) {
    if (level == 1 || alone) {
      memory.addLive(table, delta);
      return;
    }
    upper.lock();
    try {
      memory.addLive(table, delta);
    } finally {
      upper.unlock();
    }
  }

  /** Counts leaves that stand above those which one stripe has for itself. */
  private void addLarge(int level, int delta) {
    if (level > 2 && delta != 0) {
      assert alone;
      upper.addLarge(delta);
    }
  }

  // ---- what has become stale

  private void stale(int level, long bits, long firstKey, long lastKey) {
    if (format.maybeAccessed(level, bits)) {
      staleFirst = Math.min(staleFirst, shape.page(firstKey));
      staleLast = Math.max(staleLast, shape.page(lastKey));
    }
  }

  boolean anyStale() {
    return staleFirst <= staleLast || walked;
  }

  /** Whether a table above the lowest ones was unlinked that somebody may be walking. */
  boolean unlinkedAbove() {
    return walkedAbove;
  }

  long staleFirst() {
    return staleFirst;
  }

  long staleLast() {
    return staleLast;
  }

  void nothingStale() {
    staleFirst = Long.MAX_VALUE;
    staleLast = -1;
    walked = false;
    walkedAbove = false;
  }

  // ---- finding and making the table of level 1

  /** The table of level 1 that translates a page; it is there. */
  long leafTable(long key) {
    long table = leafTableIfThere(key);
    if (table == NO_TABLE) {
      throw new IllegalStateException(
          "the tables of page 0x"
              + Long.toHexString(shape.page(key))
              + " were not acquired before");
    }
    return table;
  }

  /** The table of level 1 that translates a page; {@link #NO_TABLE} when there is none. */
  private long leafTableIfThere(long key) {
    long known = key >>> shape.log2Pages(2);
    if (lastLeafTable != NO_TABLE && lastLeafKey == known) {
      return lastLeafTable;
    }
    long table = root;
    for (int level = shape.levels; level > 1; level--) {
      long bits = words.get(table, shape.index(key, level));
      if (!format.present(level, bits) || format.isLeaf(level, bits)) {
        return NO_TABLE;
      }
      table = format.pfn(level, bits);
    }
    remember(table, known);
    return table;
  }

  /** The table of a level on the way to a page; it is there, and no leaf is above it. */
  long table(long key, int level) {
    long table = root;
    for (int above = shape.levels; above > level; above--) {
      table = format.pfn(above, words.get(table, shape.index(key, above)));
    }
    return table;
  }

  /** Forgets which table was used last, which somebody alone has unlinked. */
  void forgetLeafTable() {
    lastLeafTable = NO_TABLE;
  }

  private void remember(long table, long known) {
    // Not one of another stripe, whose tree would be told when it is unlinked.
    if (stripes.of(known << shape.log2Pages(2)).tree == this) {
      lastLeafTable = table;
      lastLeafKey = known;
    }
  }

  /**
   * Comes down to the table of level 1 of a page, making what is missing and splitting leaves in
   * the way, and keeps it; false when there are no frames for it, and then nothing has changed.
   */
  boolean reach(long key) {
    long table = root;
    boolean acquired = false;
    for (int level = shape.levels; level > 1; level--) {
      long bits = words.get(table, shape.index(key, level));
      boolean there = format.present(level, bits) && !format.isLeaf(level, bits);
      // Whatever is missing here, everything below is missing, too.
      if (!there && !acquired) {
        if (!memory.acquire(level - 1)) {
          return false;
        }
        acquired = true;
      }
      table = there ? format.pfn(level, bits) : makeChild(table, level, shape.index(key, level));
    }
    remember(table, key >>> shape.log2Pages(2));
    memory.addKeeper(table, 1);
    return true;
  }

  /** How many tables {@link #build} would make. */
  long buildNeeds(long first, long last) {
    long needs = 0;
    TableCursor at = cursor;
    for (int found = at.start(root, first, last); found != TableCursor.END; found = at.next()) {
      switch (found) {
        case TableCursor.ABSENT, TableCursor.LEAF ->
            needs += shape.tablesFor(at.level, at.first, at.last);
        case TableCursor.TABLE -> {
          if (at.level == 2) {
            at.over();
          }
        }
        default -> {}
      }
    }
    return needs;
  }

  /**
   * Makes all tables of a range down to level 1, splitting leaves in the way, and counts a keeper
   * more for each table of level 1.
   */
  void build(long first, long last) {
    TableCursor at = cursor;
    for (int found = at.start(root, first, last); found != TableCursor.END; found = at.next()) {
      if (found == TableCursor.LEFT) {
        continue;
      }
      if (found != TableCursor.TABLE) {
        at.into(makeChild(at.table, at.level, at.index));
      }
      if (at.level == 2) {
        memory.addKeeper(at.child, 1);
        at.over();
      }
    }
  }

  /** The table below an entry, made or split off; or somebody else's, who was faster. */
  private long makeChild(long table, int level, int index) {
    if (alone) {
      long bits = words.get(table, index);
      return format.present(level, bits) ? split(table, level, index) : link(table, level, index);
    }
    upper.lock();
    try {
      long bits = words.get(table, index);
      if (!format.present(level, bits)) {
        return link(table, level, index);
      }
      return format.isLeaf(level, bits) ? split(table, level, index) : format.pfn(level, bits);
    } finally {
      upper.unlock();
    }
  }

  private long link(long table, int level, int index) {
    long child = memory.take(level - 1);
    words.set(table, index, format.table(level, child));
    memory.addLive(table, 1);
    return child;
  }

  /** Replaces a leaf by a table of smaller leaves that translates the same. */
  private long split(long table, int level, int index) {
    long child = memory.take(level - 1);
    int parts = shape.entries(level - 1);
    memory.addLive(child, parts);
    addLarge(level, -1);
    addLarge(level - 1, parts);
    while (true) {
      long bits = words.get(table, index);
      for (int part = 0; part < parts; part++) {
        words.set(child, part, format.splitLeaf(level, bits, part));
      }
      // A CPU may just have marked the leaf: then the parts are written once more.
      if (words.replace(table, index, bits, splitLink(level, bits, child))) {
        return child;
      }
    }
  }

  /**
   * The entry that leads to the parts of a leaf. A walk that used the leaf may use them at once, so
   * as to marks it begins as the leaf was.
   */
  private long splitLink(int level, long leaf, long child) {
    long link = format.table(level, child);
    return format.maybeAccessed(level, leaf) ? format.withAccessed(level, link) : link;
  }

  /** Takes back one keeper of each table of level 1 of a range, and unlinks what is unused then. */
  void unkeep(long first, long last) {
    TableCursor at = cursor;
    for (int found = at.start(root, first, last); found != TableCursor.END; found = at.next()) {
      if (found == TableCursor.LEFT) {
        unlinkIfUnused(at);
      } else if (found == TableCursor.TABLE) {
        if (at.level == 2) {
          memory.addKeeper(at.child, -1);
          unlinkIfUnused(at);
          at.over();
        }
      } else {
        throw new IllegalStateException(
            "page 0x" + Long.toHexString(shape.page(at.first)) + ": its tables are kept by nobody");
      }
    }
  }

  /** Unlinks the table that the cursor's entry leads to, if it holds and keeps nothing. */
  private void unlinkIfUnused(TableCursor at) {
    if (!memory.unused(at.child)) {
      return;
    }
    if (at.level > 2 && !alone) {
      emptiedKey = at.first;
      return;
    }
    unlink(at);
    addLive(at.level, at.table, -1);
  }

  private void unlink(TableCursor at) {
    long bits = words.exchange(at.table, at.index, 0);
    boolean maybeWalked = format.maybeAccessed(at.level, bits);
    walked |= maybeWalked;
    walkedAbove |= maybeWalked && at.level > 2;
    memory.unlinked(at.child);
    if (at.level == 2) {
      stripes.of(at.first).tree.forgetLeafTable();
    }
  }

  // ---- single entries and runs

  /** Writes the entry of one page, whose table was {@linkplain #reach reached}, and ends that. */
  void install(long key, long pfn, int permissions, CachePolicy cache) {
    long table = leafTable(key);
    put(table, key, format.leaf(1, pfn, permissions, cache));
    memory.addKeeper(table, -1);
  }

  /** Writes the entry of one page, replacing the one that is there. */
  private void put(long table, long key, long fresh) {
    int index = shape.index(key, 1);
    while (true) {
      long before = words.get(table, index);
      if (before == 0) {
        words.set(table, index, fresh);
        memory.addLive(table, 1);
        return;
      }
      // The same frame stays as accessed and dirty as it was.
      boolean same = format.pfn(1, before) == format.pfn(1, fresh);
      if (words.replace(table, index, before, same ? marked(before, fresh) : fresh)) {
        boolean reduced =
            (format.permissions(1, before) & ~format.permissions(1, fresh)) != 0
                || format.cache(1, before) != format.cache(1, fresh);
        if (!same || reduced) {
          stale(1, before, key, key);
        }
        return;
      }
    }
  }

  /** A leaf with the marks of another one. */
  private long marked(long before, long fresh) {
    long next = fresh;
    if (format.maybeAccessed(1, before)) {
      next = format.withAccessed(1, next);
    }
    return format.dirty(1, before) ? format.withDirty(1, next) : next;
  }

  /** How many tables {@link #installRun} would make. */
  long installRunNeeds(long first, long last, long pfn) {
    long needs = 0;
    TableCursor at = cursor;
    for (int found = at.start(root, first, last); found != TableCursor.END; found = at.next()) {
      if (found == TableCursor.ABSENT) {
        needs += runNeeds(at.level, at.first, at.last, pfn + (at.first - first));
      } else if (found == TableCursor.LEAF) {
        throw alreadyThere(at.first);
      }
    }
    return needs;
  }

  private IllegalStateException alreadyThere(long key) {
    return new IllegalStateException(
        "page 0x" + Long.toHexString(shape.page(key)) + " of a run has an entry already");
  }

  /**
   * The tables that a run needs below absent entries of a level. Where the run may have leaves of
   * the level, only its two edges need any; otherwise each entry needs a table, and those are as
   * absent as what is in them.
   */
  private long runNeeds(int level, long first, long last, long pfn) {
    if (level == 1) {
      return 0;
    }
    long mask = shape.mask(level);
    if (!format.leafAllowed(level) || (pfn - first & mask) != 0) {
      int shift = shape.log2Pages(level);
      return (last >>> shift) - (first >>> shift) + 1 + runNeeds(level - 1, first, last, pfn);
    }
    long needs = 0;
    long firstEnd = Math.min(last, first | mask);
    if (!fits(level, first, firstEnd, pfn)) {
      needs += 1 + runNeeds(level - 1, first, firstEnd, pfn);
    }
    long lastStart = last & ~mask;
    if (lastStart > first && (last & mask) != mask) {
      needs += 1 + runNeeds(level - 1, lastStart, last, pfn + (lastStart - first));
    }
    return needs;
  }

  private boolean fits(int level, long first, long last, long pfn) {
    long mask = shape.mask(level);
    return format.leafAllowed(level)
        && (first & mask) == 0
        && last - first == mask
        && (pfn & mask) == 0;
  }

  /** Writes entries for adjacent pages with the largest leaves; the range holds none before. */
  void installRun(long first, long last, long pfn, int permissions, CachePolicy cache) {
    TableCursor at = cursor;
    for (int found = at.start(root, first, last); found != TableCursor.END; found = at.next()) {
      if (found != TableCursor.ABSENT) {
        continue;
      }
      at.one();
      long frame = pfn + (at.first - first);
      if (fits(at.level, at.first, at.last, frame)) {
        long leaf = format.leaf(at.level, frame, permissions, cache);
        words.set(at.table, at.index, leaf);
        addLive(at.level, at.table, 1);
        addLarge(at.level, 1);
      } else {
        at.into(makeChild(at.table, at.level, at.index));
      }
    }
  }

  // ---- edges

  /**
   * Sees to it that no leaf lies across the edges of a range; false when there are no frames for
   * it, and then nothing has changed.
   */
  boolean acquireAndCut(long first, long last) {
    int span = shape.log2Pages(2);
    if (first >>> span == last >>> span && leafTableIfThere(first) != NO_TABLE) {
      return true; // all of it stands in one lowest table
    }
    if (!memory.acquire(cutNeeds(first, last))) {
      return false;
    }
    cut(first, last);
    return true;
  }

  /** The first key of the leaf that translates a page, or its own. */
  long leafStart(long key) {
    int level = leafLevel(key);
    return level == 0 ? key : key & ~shape.mask(level);
  }

  /** The last key of the leaf that translates a page, or its own. */
  long leafEnd(long key) {
    int level = leafLevel(key);
    return level == 0 ? key : key | shape.mask(level);
  }

  /** How many tables {@link #cut} would make. */
  private long cutNeeds(long first, long last) {
    int firstLevel = leafLevel(first);
    int lastLevel = leafLevel(last);
    long needs = 0;
    for (int level = shape.levels; level > 1; level--) {
      long mask = shape.mask(level);
      int shift = shape.log2Pages(level);
      boolean atFirst = level <= firstLevel && (first & mask) != 0;
      boolean atLast = level <= lastLevel && (last & mask) != mask;
      boolean shared = atFirst && first >>> shift == last >>> shift;
      needs += (atFirst ? 1 : 0) + (atLast && !shared ? 1 : 0);
    }
    return needs;
  }

  /** The level of the leaf that translates a page; 0 when there is none. */
  private int leafLevel(long key) {
    int found = cursor.start(root, key, key);
    while (found == TableCursor.TABLE) {
      found = cursor.next();
    }
    return found == TableCursor.LEAF ? cursor.level : 0;
  }

  /** Splits the leaves that lie across the edges of a range. */
  private void cut(long first, long last) {
    cutAt(first, 0);
    cutAt(last, -1L);
  }

  /** Splits while the page is not the first (edge 0) or last (edge -1) of its leaf. */
  private void cutAt(long key, long edge) {
    TableCursor at = cursor;
    int found = at.start(root, key, key);
    while (found == TableCursor.TABLE || found == TableCursor.LEAF) {
      if (found == TableCursor.LEAF) {
        long mask = shape.mask(at.level);
        if ((key & mask) == (edge & mask)) {
          return;
        }
        at.into(split(at.table, at.level, at.index));
      }
      found = at.next();
    }
  }

  // ---- taking away

  /**
   * Removes all entries of a range but the bare ones.
   *
   * @param written told of those that were marked as written when they went; null for nobody
   */
  void remove(long first, long last, @Nullable RunVisitor written) {
    TableCursor at = cursor;
    for (int found = at.start(root, first, last); found != TableCursor.END; found = at.next()) {
      if (found == TableCursor.LEAF && !bare(at)) {
        requireWhole(at);
        long bits = words.exchange(at.table, at.index, 0);
        uncount(at);
        gone(at, bits, written);
      } else if (found == TableCursor.LEFT) {
        unlinkIfUnused(at);
      }
    }
  }

  /** One leaf less. */
  private void uncount(TableCursor at) {
    addLive(at.level, at.table, -1);
    addLarge(at.level, -1);
  }

  /** A leaf has gone that was so at last. */
  private void gone(TableCursor at, long bits, @Nullable RunVisitor written) {
    stale(at.level, bits, at.first, at.last);
    if (written != null && format.dirty(at.level, bits)) {
      written.visit(shape.page(at.first), at.last - at.first + 1);
    }
  }

  private boolean bare(TableCursor at) {
    return at.level == 1 && format.isBare(at.bits);
  }

  private void requireWhole(TableCursor at) {
    long mask = shape.mask(at.level);
    if ((at.first & mask) != 0 || at.last - at.first != mask) {
      throw new IllegalStateException(
          "a leaf lies across the edge of the range at page 0x"
              + Long.toHexString(shape.page(at.first)));
    }
  }

  /**
   * Takes permissions away from all entries of a range but the bare ones.
   *
   * @param written told of those that are left with nothing and were marked as written; null for
   *     nobody
   */
  void restrict(long first, long last, int permissions, @Nullable RunVisitor written) {
    TableCursor at = cursor;
    for (int found = at.start(root, first, last); found != TableCursor.END; found = at.next()) {
      if (found == TableCursor.LEAF && !bare(at)) {
        requireWhole(at);
        restrictLeaf(at, permissions, written);
      } else if (found == TableCursor.LEFT) {
        unlinkIfUnused(at);
      }
    }
  }

  private void restrictLeaf(TableCursor at, int permissions, @Nullable RunVisitor written) {
    int level = at.level;
    while (true) {
      long bits = words.get(at.table, at.index);
      int before = format.permissions(level, bits);
      int after = before & permissions;
      if (after == before) {
        return;
      }
      // What a format has no bits for leaves no entry: it is found again.
      boolean nothing = after == Permissions.NONE || format.effective(after) != after;
      long next = nothing ? 0 : format.withPermissions(level, bits, after);
      if (words.replace(at.table, at.index, bits, next)) {
        if (nothing) {
          uncount(at);
          gone(at, bits, written);
        } else {
          stale(level, bits, at.first, at.last);
        }
        return;
      }
    }
  }

  // ---- bare leaves

  /** Writes a leaf where no entry is; its table exists. */
  void enter(long key, long leaf) {
    long table = leafTable(key);
    int index = shape.index(key, 1);
    if (words.get(table, index) != 0) {
      throw alreadyThere(key);
    }
    words.set(table, index, leaf);
    memory.addLive(table, 1);
  }

  /** Removes the bare leaves of a range, which are withdrawn, so that nobody uses them. */
  void clearBare(long first, long last) {
    TableCursor at = cursor;
    for (int found = at.start(root, first, last); found != TableCursor.END; found = at.next()) {
      if (found == TableCursor.LEAF && bare(at)) {
        words.set(at.table, at.index, 0);
        memory.addLive(at.table, -1);
      } else if (found == TableCursor.LEFT) {
        unlinkIfUnused(at);
      }
    }
  }

  // ---- looking

  /** Told of leaves and may change them. */
  interface LeafAction {
    /** One leaf: the cursor is at its entry, with the part of it that lies in the range. */
    void leaf(TableCursor at);
  }

  /** Visits the leaves of a range in ascending order, clipped to the range. */
  void forEachLeaf(long first, long last, LeafAction action) {
    TableCursor at = cursor;
    for (int found = at.start(root, first, last); found != TableCursor.END; found = at.next()) {
      if (found == TableCursor.LEAF) {
        action.leaf(at);
      }
    }
  }

  /** Clears the mark of a store from a leaf. */
  void clean(TableCursor at) {
    while (true) {
      long bits = words.get(at.table, at.index);
      boolean there = format.present(at.level, bits) || bits != 0 && format.isBare(bits);
      if (!there || !format.dirty(at.level, bits)) {
        return; // whoever writes bare leaves without the lock was faster
      }
      if (words.replace(at.table, at.index, bits, format.clean(at.level, bits))) {
        stale(at.level, bits, at.first, at.last);
        return;
      }
    }
  }

  /** Empties the tree and unlinks every table, the root and kept ones included. */
  void dismantle() {
    TableCursor at = cursor;
    long last = shape.tableEnd(0, shape.levels);
    for (int found = at.start(root, 0, last); found != TableCursor.END; found = at.next()) {
      if (found == TableCursor.LEAF) {
        words.exchange(at.table, at.index, 0);
      } else if (found == TableCursor.LEFT) {
        unlink(at);
      }
    }
    walked = true;
    memory.unlinked(root);
  }
}
