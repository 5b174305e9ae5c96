package dev.mapwright.sim.tables;

import dev.mapwright.core.Pages;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a range that is prepared: their frames are noted once, and from then on an entry is
 * written and removed without coming down from the root, without the translation's lock, and
 * without counting. The tables are kept as long as the range is, so nobody takes them away, and
 * whoever goes along them does not end by their counts (see {@link TableCursor}): a table at an
 * edge of the range may hold entries of others.
 *
 * <p>Immutable but for the entries, which whoever prepared the range guards.
 */
final class PreparedTables extends BareLeaves {
  private final MemorySegment ram;
  private final boolean concurrent;

  /** The range's lowest tables, in ascending order. */
  private final int[] tables;

  /** log2 of the pages that one of them translates. */
  private final int log2Pages;

  private final int indexMask;

  /** The key of the range's first page, in units of a table. */
  private final long firstTable;

  /**
   * The entry above the one table, and the entry above the table which that stands in; null where
   * there is no such entry, and where there are more tables.
   */
  private final @Nullable WideLeaf wide;

  private final @Nullable WideLeaf widest;

  private final UpperTables upper;

  private PreparedTables(PageTables all, TableTree tree, int[] tables, long firstTable) {
    super(all);
    ram = all.words.segment();
    concurrent = all.guard.concurrent();
    this.tables = tables;
    this.firstTable = firstTable;
    log2Pages = all.shape.log2Pages(2);
    indexMask = all.shape.entries(1) - 1;
    wide = tables.length == 1 ? above(all.shape, tree, 2) : null;
    widest = wide != null && all.shape.levels > 2 ? above(all.shape, tree, 3) : null;
    upper = all.upper;
  }

  /** The entry of a level above the one table. */
  private WideLeaf above(TableShape shape, TableTree tree, int level) {
    long key = firstTable << log2Pages;
    long slot = TableWords.address(tree.table(key, level), shape.index(key, level));
    return new WideLeaf(this, shape, level, slot, tree.table(key, level - 1));
  }

  /** Those of a range; null when there is no heap for it. The translation is locked. */
  static @Nullable PreparedTables of(PageTables all, TableTree tree, long firstKey, long pages) {
    int log2 = all.shape.log2Pages(2);
    long firstTable = firstKey >>> log2;
    long count = (firstKey + pages - 1 >>> log2) - firstTable + 1;
    if (count > Integer.MAX_VALUE - 8) {
      return null;
    }
    try {
      int[] tables = new int[(int) count];
      for (int i = 0; i < tables.length; i++) {
        tables[i] = (int) tree.leafTable(firstTable + i << log2);
      }
      return new PreparedTables(all, tree, tables, firstTable);
    } catch (OutOfMemoryError full) {
      return null;
    }
  }

  @Override
  public boolean widen(long firstPage, int level) {
    if (level > 2) {
      upper.expectWide();
    }
    WideLeaf leaf = level == 2 ? wide : level == 3 ? widest : null;
    return leaf != null && leaf.widen(level == 2 ? 1 : 1L << log2Pages);
  }

  @Override
  public void narrow(long page) {
    if (widest != null) {
      widest.narrow();
    }
    if (wide != null) {
      wide.narrow();
    }
  }

  @Override
  long at(long key) {
    long table = tables[(int) ((key >>> log2Pages) - firstTable)];
    return (table << Pages.SHIFT) + (((int) key & indexMask) << 3);
  }

  @Override
  long get(long at) {
    return (long) SegmentWords.WORD.get(ram, at);
  }

  @Override
  void set(long at, long bits) {
    SegmentWords.WORD.set(ram, at, bits);
  }

  @Override
  long exchange(long at, long bits) {
    if (concurrent) {
      return (long) SegmentWords.WORD.getAndSet(ram, at, bits);
    }
    long before = (long) SegmentWords.WORD.get(ram, at);
    SegmentWords.WORD.set(ram, at, bits);
    return before;
  }

  @Override
  boolean replace(long at, long expected, long next) {
    if (concurrent) {
      return SegmentWords.WORD.compareAndSet(ram, at, expected, next);
    }
    SegmentWords.WORD.set(ram, at, next);
    return true;
  }
}
