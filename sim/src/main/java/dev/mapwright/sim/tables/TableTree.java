package dev.mapwright.sim.tables;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Translation.RunVisitor;
import org.jspecify.annotations.Nullable;

/**
 * The tree of tables of one translation, and the operations that change its leaves.
 *
 * <p><b>Cost.</b> Whatever is done to a range is a loop over what {@link TableCursor} finds there;
 * so a range costs what its entries and its edges cost.
 *
 * <p><b>What the hardware does meanwhile.</b> CPUs walk without a lock and mark entries by
 * compare-and-swap; so entries are taken out by an exchange and changed by compare-and-swap. What
 * may be remembered of them then is noted as stale ({@link TableCounts}).
 *
 * <p><b>Bare leaves</b> are the only place that says what a page shows, where other leaves can be
 * found again. So {@link #remove} and {@link #restrict}, which are for what can be, pass them by;
 * they have operations of their own.
 *
 * <p><b>One a stripe.</b> Threads that change different lowest tables each do it with a tree of
 * their own over the same tables ({@link TableStripes} says who may do what at once). Alone, a tree
 * may change everything. Otherwise it changes the lowest tables of its stripes and the entries that
 * lead to them; what is above is shared, and only added to.
 *
 * <p>Guarded by the locks of its stripes. Ranges are of keys, see {@link TableShape}.
 */
final class TableTree extends TablePaths {
  TableTree(TableWords words, TableMemory memory, UpperTables upper, TableStripes stripes) {
    super(words, memory, upper, stripes);
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
    unlinkedRoot();
  }
}
