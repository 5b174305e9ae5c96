package dev.mapwright.sim.tables;

import dev.mapwright.core.CachePolicy;

/**
 * The tree of tables of one translation, and the operations that change it.
 *
 * <p><b>Cost.</b> Every operation keeps its position while it goes along a range: it descends once
 * into each table that the range meets, skips absent entries a whole subtree at a time, and leaves
 * a table when it has seen as many entries as the table has. So a range costs what its entries and
 * its edges cost.
 *
 * <p><b>Plan, then commit.</b> What needs tables first counts exactly how many, acquires them all,
 * and then changes entries without a way to fail. The counting functions end in {@code Needs}.
 *
 * <p><b>What the hardware does meanwhile.</b> CPUs walk without a lock and set accessed and dirty
 * bits by compare-and-swap; so entries are taken out by an exchange and changed by
 * compare-and-swap. A CPU sets the accessed bit of each entry on its way <em>before</em> it uses
 * it. Therefore an entry that is taken out without that bit is in nobody's TLB, a table whose entry
 * has it not is being walked by nobody, and neither needs to be waited for. What has to be is
 * gathered in {@link #staleFirst} .. {@link #staleLast} and {@link #walked}, for the translation to
 * announce.
 *
 * <p>Guarded by the translation's lock. Page ranges given to a method lie in one of the two
 * translatable halves, so that their indices ascend.
 */
final class TableTree {
  /** Stands for a table that does not exist, in counting. */
  private static final long NO_TABLE = -1;

  final TableFormat format;
  final TableMemory memory;
  final long root;

  /** By level: log2 of the pages that one entry covers; one more for the whole tree. */
  private final int[] shift;

  private final int[] indexMask;
  private final long accessedBit;

  /** The pages whose cached translations are wrong now; first above last for none. */
  private long staleFirst = Long.MAX_VALUE;

  private long staleLast = -1;

  /** Whether a table that somebody may be walking was unlinked. */
  private boolean walked;

  /** The table of level 1 used last and the pages it translates; NO_TABLE for none. */
  private long lastLeafTable = NO_TABLE;

  private long lastLeafKey;

  /** Takes one acquired frame for the root. */
  TableTree(TableFormat format, TableMemory memory) {
    this.format = format;
    this.memory = memory;
    int levels = format.levels();
    shift = new int[levels + 2];
    indexMask = new int[levels + 2];
    for (int level = 1; level <= levels; level++) {
      shift[level + 1] = shift[level] + format.indexBits(level);
      indexMask[level] = (1 << format.indexBits(level)) - 1;
    }
    accessedBit = format.accessedBit();
    root = memory.take(levels);
  }

  int levels() {
    return format.levels();
  }

  int index(long page, int level) {
    return (int) (page >>> shift[level]) & indexMask[level];
  }

  int entries(int level) {
    return indexMask[level] + 1;
  }

  /** log2 of the pages that an entry of a level covers. */
  int log2Pages(int level) {
    return shift[level];
  }

  private long slotMask(int level) {
    return (1L << shift[level]) - 1;
  }

  // ---- what has become stale

  private void stale(long bits, long firstPage, long lastPage) {
    if (accessedBit == 0 || (bits & accessedBit) != 0) {
      staleFirst = Math.min(staleFirst, firstPage);
      staleLast = Math.max(staleLast, lastPage);
    }
  }

  boolean anyStale() {
    return staleFirst <= staleLast || walked;
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
  }

  // ---- finding and making the table of level 1

  /** The table of level 1 that translates a page. */
  long leafTable(long page) {
    long key = page >>> shift[2];
    if (lastLeafTable != NO_TABLE && lastLeafKey == key) {
      return lastLeafTable;
    }
    long table = root;
    for (int level = levels(); level > 1; level--) {
      long bits = memory.get(table, index(page, level));
      if (!format.present(bits) || format.isLeaf(level, bits)) {
        throw new IllegalStateException(
            "the tables of page 0x" + Long.toHexString(page) + " were not acquired before");
      }
      table = format.pfn(level, bits);
    }
    lastLeafTable = table;
    lastLeafKey = key;
    return table;
  }

  /** How many tables {@link #build} would make. */
  long buildNeeds(long first, long last) {
    return buildNeeds(root, levels(), first, last);
  }

  private long buildNeeds(long table, int level, long first, long last) {
    if (level == 1) {
      return 0;
    }
    long needs = 0;
    long mask = slotMask(level);
    int seen = memory.live(table);
    long at = first;
    while (true) {
      long end = Math.min(last, at | mask);
      if (seen == 0) {
        return needs + absentNeeds(level, at, last);
      }
      long bits = memory.get(table, index(at, level));
      if (!format.present(bits)) {
        needs += absentNeeds(level, at, end);
      } else {
        seen--;
        needs +=
            format.isLeaf(level, bits)
                ? absentNeeds(level, at, end)
                : buildNeeds(format.pfn(level, bits), level - 1, at, end);
      }
      if (end == last) {
        return needs;
      }
      at = end + 1;
    }
  }

  /** The tables below absent entries (or leaves) of a level that a range of pages meets. */
  private long absentNeeds(int level, long first, long last) {
    long needs = 0;
    for (int upper = level; upper > 1; upper--) {
      needs += (last >>> shift[upper]) - (first >>> shift[upper]) + 1;
    }
    return needs;
  }

  /**
   * Makes all tables of a range down to level 1, splitting leaves in the way, and counts a keeper
   * more for each table of level 1.
   */
  void build(long first, long last) {
    build(root, levels(), first, last);
  }

  private void build(long table, int level, long first, long last) {
    if (level == 1) {
      memory.addKeeper(table, 1);
      return;
    }
    long mask = slotMask(level);
    for (long at = first; ; ) {
      long end = Math.min(last, at | mask);
      build(makeChild(table, level, at), level - 1, at, end);
      if (end == last) {
        return;
      }
      at = end + 1;
    }
  }

  /** The table below an entry, made or split off when there is none. */
  private long makeChild(long table, int level, long page) {
    int index = index(page, level);
    long bits = memory.get(table, index);
    if (!format.present(bits)) {
      long child = memory.take(level - 1);
      memory.set(table, index, format.table(child));
      memory.addLive(table, 1);
      return child;
    }
    return format.isLeaf(level, bits) ? split(table, level, index) : format.pfn(level, bits);
  }

  /** Replaces a leaf by a table of smaller leaves that translates the same. */
  private long split(long table, int level, int index) {
    long child = memory.take(level - 1);
    int parts = entries(level - 1);
    memory.addLive(child, parts);
    while (true) {
      long bits = memory.get(table, index);
      for (int part = 0; part < parts; part++) {
        memory.set(child, part, format.splitLeaf(level, bits, part));
      }
      // A CPU may just have set the dirty bit: then the parts are written once more.
      if (memory.replace(table, index, bits, format.table(child))) {
        return child;
      }
    }
  }

  /** Takes back one keeper of each table of level 1 of a range, and unlinks what is unused then. */
  void unkeep(long first, long last) {
    unkeep(root, levels(), first, last);
  }

  private void unkeep(long table, int level, long first, long last) {
    if (level == 1) {
      memory.addKeeper(table, -1);
      return;
    }
    long mask = slotMask(level);
    for (long at = first; ; ) {
      long end = Math.min(last, at | mask);
      int index = index(at, level);
      long bits = memory.get(table, index);
      if (!format.present(bits) || format.isLeaf(level, bits)) {
        throw new IllegalStateException(
            "page 0x" + Long.toHexString(at) + ": its tables are kept by nobody");
      }
      long child = format.pfn(level, bits);
      unkeep(child, level - 1, at, end);
      unlinkIfUnused(table, index, child);
      if (end == last) {
        return;
      }
      at = end + 1;
    }
  }

  private void unlinkIfUnused(long table, int index, long child) {
    if (memory.unused(child)) {
      long bits = memory.exchange(table, index, 0);
      walked |= accessedBit == 0 || (bits & accessedBit) != 0;
      memory.addLive(table, -1);
      memory.unlinked(child);
      lastLeafTable = NO_TABLE;
    }
  }

  // ---- single entries and runs

  /** Writes the entry of one page, whose tables exist. */
  void install(long page, long pfn, int permissions, CachePolicy cache) {
    long table = leafTable(page);
    int index = index(page, 1);
    long fresh = format.leaf(1, pfn, permissions, cache);
    long kept = format.accessedBit() | format.dirtyBit();
    while (true) {
      long before = memory.get(table, index);
      if (!format.present(before)) {
        memory.set(table, index, fresh);
        memory.addLive(table, 1);
        return;
      }
      // The same frame stays as accessed and dirty as it was.
      boolean same = format.pfn(1, before) == pfn;
      long next = same ? fresh | before & kept : fresh;
      if (memory.replace(table, index, before, next)) {
        boolean reduced = (format.permissions(before) & ~permissions) != 0;
        if (!same || reduced || format.cache(1, before) != cache) {
          stale(before, page, page);
        }
        return;
      }
    }
  }

  /** How many tables {@link #installRun} would make. */
  long installRunNeeds(long first, long last, long pfn) {
    return installRunNeeds(root, levels(), first, last, pfn);
  }

  private long installRunNeeds(long table, int level, long first, long last, long pfn) {
    if (level == 1) {
      return 0;
    }
    long needs = 0;
    long mask = slotMask(level);
    int seen = memory.live(table);
    for (long at = first; ; ) {
      if (seen == 0) {
        return needs + absentRunNeeds(level, at, last, pfn + (at - first));
      }
      long end = Math.min(last, at | mask);
      long bits = memory.get(table, index(at, level));
      if (!format.present(bits)) {
        needs += absentRunNeeds(level, at, end, pfn + (at - first));
      } else if (format.isLeaf(level, bits)) {
        throw new IllegalStateException(
            "page 0x" + Long.toHexString(at) + " of a run has an entry already");
      } else {
        seen--;
        needs += installRunNeeds(format.pfn(level, bits), level - 1, at, end, pfn + (at - first));
      }
      if (end == last) {
        return needs;
      }
      at = end + 1;
    }
  }

  /**
   * The tables that a run needs below absent entries of a level. Where the run may have leaves of
   * the level, only its two edges need any; otherwise each entry needs a table, and those are as
   * absent as what is in them.
   */
  private long absentRunNeeds(int level, long first, long last, long pfn) {
    if (level == 1) {
      return 0;
    }
    long mask = slotMask(level);
    if (!format.leafAllowed(level) || (pfn - first & mask) != 0) {
      return (last >>> shift[level])
          - (first >>> shift[level])
          + 1
          + absentRunNeeds(level - 1, first, last, pfn);
    }
    long needs = 0;
    long firstEnd = Math.min(last, first | mask);
    if (!fits(level, first, firstEnd, pfn)) {
      needs += 1 + absentRunNeeds(level - 1, first, firstEnd, pfn);
    }
    long lastStart = last & ~mask;
    if (lastStart > first && (last & mask) != mask) {
      needs += 1 + absentRunNeeds(level - 1, lastStart, last, pfn + (lastStart - first));
    }
    return needs;
  }

  private boolean fits(int level, long first, long last, long pfn) {
    long mask = slotMask(level);
    return format.leafAllowed(level)
        && (first & mask) == 0
        && last - first == mask
        && (pfn & mask) == 0;
  }

  /** Writes entries for adjacent pages with the largest leaves; the range holds none before. */
  void installRun(long first, long last, long pfn, int permissions, CachePolicy cache) {
    installRun(root, levels(), first, last, pfn, permissions, cache);
  }

  private void installRun(
      long table, int level, long first, long last, long pfn, int permissions, CachePolicy cache) {
    long mask = slotMask(level);
    int leaves = 0;
    try {
      for (long at = first; ; ) {
        long end = Math.min(last, at | mask);
        int index = index(at, level);
        long frame = pfn + (at - first);
        boolean absent = !format.present(memory.get(table, index));
        if (absent && fits(level, at, end, frame)) {
          memory.set(table, index, format.leaf(level, frame, permissions, cache));
          leaves++;
        } else if (level == 1) {
          throw new IllegalStateException(
              "page 0x" + Long.toHexString(at) + " of a run has an entry already");
        } else {
          installRun(makeChild(table, level, at), level - 1, at, end, frame, permissions, cache);
        }
        if (end == last) {
          return;
        }
        at = end + 1;
      }
    } finally {
      memory.addLive(table, leaves);
    }
  }

  // ---- edges

  /** How many tables {@link #cut} would make. */
  long cutNeeds(long first, long last) {
    int firstLevel = leafLevel(first);
    int lastLevel = leafLevel(last);
    long needs = 0;
    for (int level = levels(); level > 1; level--) {
      long mask = slotMask(level);
      boolean atFirst = level <= firstLevel && (first & mask) != 0;
      boolean atLast = level <= lastLevel && (last & mask) != mask;
      boolean shared = atFirst && first >>> shift[level] == last >>> shift[level];
      needs += (atFirst ? 1 : 0) + (atLast && !shared ? 1 : 0);
    }
    return needs;
  }

  /** The level of the leaf that translates a page; 0 when there is none. */
  private int leafLevel(long page) {
    long table = root;
    for (int level = levels(); level >= 1; level--) {
      long bits = memory.get(table, index(page, level));
      if (!format.present(bits)) {
        return 0;
      }
      if (format.isLeaf(level, bits)) {
        return level;
      }
      table = format.pfn(level, bits);
    }
    return 0;
  }

  /** Splits the leaves that lie across the edges of a range. */
  void cut(long first, long last) {
    cutAt(first, 0);
    cutAt(last, -1L);
  }

  /** Splits while the page is not the first (edge 0) or last (edge -1) of its leaf. */
  private void cutAt(long page, long edge) {
    long table = root;
    for (int level = levels(); level > 1; level--) {
      int index = index(page, level);
      long bits = memory.get(table, index);
      long mask = slotMask(level);
      if (!format.present(bits) || format.isLeaf(level, bits) && (page & mask) == (edge & mask)) {
        return;
      }
      table = format.isLeaf(level, bits) ? split(table, level, index) : format.pfn(level, bits);
    }
  }

  // ---- taking away

  /** Removes all entries of a range. */
  void remove(long first, long last) {
    remove(root, levels(), first, last);
  }

  private void remove(long table, int level, long first, long last) {
    long mask = slotMask(level);
    int unseen = memory.live(table);
    for (long at = first; unseen > 0; ) {
      long end = Math.min(last, at | mask);
      int index = index(at, level);
      long bits = memory.get(table, index);
      if (format.present(bits)) {
        unseen--;
        if (format.isLeaf(level, bits)) {
          requireWhole(mask, at, end);
          stale(memory.exchange(table, index, 0), at, end);
          memory.addLive(table, -1);
        } else {
          long child = format.pfn(level, bits);
          remove(child, level - 1, at, end);
          unlinkIfUnused(table, index, child);
        }
      }
      if (end == last) {
        return;
      }
      at = end + 1;
    }
  }

  private static void requireWhole(long mask, long first, long last) {
    if ((first & mask) != 0 || last - first != mask) {
      throw new IllegalStateException(
          "a leaf lies across the edge of the range at page 0x" + Long.toHexString(first));
    }
  }

  /** Takes permissions away from all entries of a range. */
  void restrict(long first, long last, int permissions) {
    restrict(root, levels(), first, last, permissions);
  }

  private void restrict(long table, int level, long first, long last, int permissions) {
    long mask = slotMask(level);
    int unseen = memory.live(table);
    for (long at = first; unseen > 0; ) {
      long end = Math.min(last, at | mask);
      int index = index(at, level);
      long bits = memory.get(table, index);
      if (format.present(bits)) {
        unseen--;
        if (format.isLeaf(level, bits)) {
          requireWhole(mask, at, end);
          restrictLeaf(table, index, at, end, permissions);
        } else {
          long child = format.pfn(level, bits);
          restrict(child, level - 1, at, end, permissions);
          unlinkIfUnused(table, index, child);
        }
      }
      if (end == last) {
        return;
      }
      at = end + 1;
    }
  }

  private void restrictLeaf(long table, int index, long first, long last, int permissions) {
    while (true) {
      long bits = memory.get(table, index);
      int before = format.permissions(bits);
      int after = before & permissions;
      if (after == before) {
        return;
      }
      // What a format has no bits for (nothing, or no reading) leaves no entry.
      boolean gone = after == 0 || !format.expressible(after);
      if (memory.replace(table, index, bits, gone ? 0 : format.withPermissions(bits, after))) {
        stale(bits, first, last);
        if (gone) {
          memory.addLive(table, -1);
        }
        return;
      }
    }
  }

  /** Told of leaves and may change them. */
  interface LeafAction {
    /** One leaf: where its entry is, what it is, which pages of the range it translates. */
    void leaf(long table, int level, int index, long bits, long firstPage, long lastPage);
  }

  /** Visits the leaves of a range in ascending order, clipped to the range. */
  void forEachLeaf(long first, long last, LeafAction action) {
    forEachLeaf(root, levels(), first, last, action);
  }

  private void forEachLeaf(long table, int level, long first, long last, LeafAction action) {
    long mask = slotMask(level);
    int unseen = memory.live(table);
    for (long at = first; unseen > 0; ) {
      long end = Math.min(last, at | mask);
      int index = index(at, level);
      long bits = memory.get(table, index);
      if (format.present(bits)) {
        unseen--;
        if (format.isLeaf(level, bits)) {
          action.leaf(table, level, index, bits, at, end);
        } else {
          forEachLeaf(format.pfn(level, bits), level - 1, at, end, action);
        }
      }
      if (end == last) {
        return;
      }
      at = end + 1;
    }
  }

  /** Clears the dirty bit of a leaf. */
  void clean(long table, int index, long first, long last) {
    while (true) {
      long bits = memory.get(table, index);
      if (memory.replace(table, index, bits, bits & ~format.dirtyBit())) {
        stale(bits, first, last);
        return;
      }
    }
  }

  /** Empties the tree and unlinks every table, the root and kept ones included. */
  void dismantle() {
    dismantle(root, levels());
    lastLeafTable = NO_TABLE;
    walked = true;
    memory.unlinked(root);
  }

  private void dismantle(long table, int level) {
    int unseen = memory.live(table);
    for (int index = 0; unseen > 0; index++) {
      long bits = memory.exchange(table, index, 0);
      if (format.present(bits)) {
        unseen--;
        if (!format.isLeaf(level, bits)) {
          long child = format.pfn(level, bits);
          dismantle(child, level - 1);
          memory.unlinked(child);
        }
      }
    }
  }
}
