package dev.mapwright.sim.tables;

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
  private final TableWords words;

  /** The range's lowest tables, in ascending order. */
  private final int[] tables;

  /** log2 of the pages that one of them translates. */
  private final int log2Pages;

  private final int indexMask;

  /** The key of the range's first page, in units of a table. */
  private final long firstTable;

  private PreparedTables(PageTables all, int[] tables, long firstTable) {
    super(all);
    words = all.words();
    this.tables = tables;
    this.firstTable = firstTable;
    log2Pages = all.shape().log2Pages(2);
    indexMask = all.shape().entries(1) - 1;
  }

  /** Those of a range; null when there is no heap for it. The translation is locked. */
  static @Nullable PreparedTables of(PageTables all, TableTree tree, long firstKey, long pages) {
    int log2 = all.shape().log2Pages(2);
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
      return new PreparedTables(all, tables, firstTable);
    } catch (OutOfMemoryError full) {
      return null;
    }
  }

  private long table(long key) {
    return tables[(int) ((key >>> log2Pages) - firstTable)];
  }

  @Override
  long get(long key) {
    return words.get(table(key), (int) key & indexMask);
  }

  @Override
  void set(long key, long bits) {
    words.set(table(key), (int) key & indexMask, bits);
  }

  @Override
  long exchange(long key, long bits) {
    return words.exchange(table(key), (int) key & indexMask, bits);
  }

  @Override
  boolean replace(long key, long expected, long next) {
    return words.replace(table(key), (int) key & indexMask, expected, next);
  }
}
