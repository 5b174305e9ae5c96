package dev.mapwright.sim.tables;

/**
 * The ways down from the root to the lowest tables: finding them, making what is missing on them,
 * and splitting leaves that are in the way.
 *
 * <p><b>Plan, then commit.</b> What needs tables first counts exactly how many, acquires them all,
 * and then changes entries without a way to fail. The counting functions end in {@code Needs}.
 *
 * <p><b>Somebody else may be faster.</b> Two stripes may need the same upper table. Each has
 * acquired frames for it; who comes second under {@link UpperTables#lock} finds it made, and gives
 * his frame back at the end.
 *
 * <p><b>Splitting</b> replaces a leaf by a table of smaller ones that say the same, so a walk
 * meanwhile finds the one or the other. A leaf is split where a table has to be below it, and where
 * it lies across the edge of what is to be changed ({@link #acquireAndCut}): whatever is removed
 * afterwards is whole.
 *
 * <p>Guarded by the locks of its stripes. Ranges are of keys, see {@link TableShape}.
 */
abstract class TablePaths extends TableCounts {
  /** Stands for a table that does not exist. */
  static final long NO_TABLE = -1;

  /** The table of level 1 used last and the pages it translates; NO_TABLE for none. */
  private long lastLeafTable = NO_TABLE;

  private long lastLeafKey;

  TablePaths(TableWords words, TableMemory memory, UpperTables upper, TableStripes stripes) {
    super(words, memory, upper, stripes);
  }

  /** The table of level 1 that translates a page; it is there. */
  final long leafTable(long key) {
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
  final long table(long key, int level) {
    long table = root;
    for (int above = shape.levels; above > level; above--) {
      table = format.pfn(above, words.get(table, shape.index(key, above)));
    }
    return table;
  }

  @Override
  final void forgetLeafTable() {
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
  final boolean reach(long key) {
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
  final long buildNeeds(long first, long last) {
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
  final void build(long first, long last) {
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
  final long makeChild(long table, int level, int index) {
    if (alone()) {
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
  final void unkeep(long first, long last) {
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

  // ---- edges

  /**
   * Sees to it that no leaf lies across the edges of a range; false when there are no frames for
   * it, and then nothing has changed.
   */
  final boolean acquireAndCut(long first, long last) {
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
  final long leafStart(long key) {
    int level = leafLevel(key);
    return level == 0 ? key : key & ~shape.mask(level);
  }

  /** The last key of the leaf that translates a page, or its own. */
  final long leafEnd(long key) {
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
}
