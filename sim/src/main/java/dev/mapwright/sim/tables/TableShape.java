package dev.mapwright.sim.tables;

import dev.mapwright.core.Pages;
import dev.mapwright.sim.format.TableFormat;

/**
 * The shape of a format's tables, worked out once: how many pages an entry of a level covers, and
 * where in its table the entry of a page is. Immutable.
 *
 * <p><b>Keys.</b> A format may translate two ranges of pages with a hole between them, a low and a
 * high one, whose entries lie side by side in the tree. A page's <em>key</em> is its number with
 * the hole left out. Keys ascend as pages do and have no hole, so whatever goes along the tables
 * counts in keys, and a range of any two pages is one range of keys.
 */
final class TableShape {
  /** Stands for a key above all others: nothing of a range can be translated. */
  static final long NO_KEY = Long.MAX_VALUE;

  final TableFormat format;
  final int levels;

  /** By level: log2 of the pages that one entry covers; one more for the whole tree. */
  private final int[] shift;

  private final int[] indexMask;
  private final long lowLastPage;

  /** The first page of the high range; above all pages when there is none. */
  private final long highFirstPage;

  /** How many pages lie between the two ranges. */
  private final long hole;

  TableShape(TableFormat format) {
    this.format = format;
    levels = format.levels();
    if (levels < 2) {
      throw new IllegalArgumentException(format.name() + " has fewer than two levels of tables");
    }
    shift = new int[levels + 2];
    indexMask = new int[levels + 2];
    for (int level = 1; level <= levels; level++) {
      shift[level + 1] = shift[level] + format.indexBits(level);
      indexMask[level] = (1 << format.indexBits(level)) - 1;
    }
    lowLastPage = format.lowLastPage();
    boolean high = format.highFirstPage() >= 0;
    highFirstPage = high ? format.highFirstPage() : Long.MAX_VALUE;
    hole = high ? highFirstPage - lowLastPage - 1 : 0;
  }

  int index(long key, int level) {
    return (int) (key >>> shift[level]) & indexMask[level];
  }

  int entries(int level) {
    return indexMask[level] + 1;
  }

  /** log2 of the pages that an entry of a level covers. */
  int log2Pages(int level) {
    return shift[level];
  }

  /** The pages that an entry of a level covers, less one. */
  long mask(int level) {
    return (1L << shift[level]) - 1;
  }

  /** The last key that a table of a level covers which covers a key. */
  long tableEnd(long key, int level) {
    return key | (1L << shift[level + 1]) - 1;
  }

  /** The key of a page that can be translated. */
  long key(long page) {
    return page <= lowLastPage ? page : page - hole;
  }

  /** The page with a key. */
  long page(long key) {
    return key <= lowLastPage ? key : key + hole;
  }

  /** The lowest key of a page from one on; {@link #NO_KEY} when none can be translated. */
  long firstKey(long page) {
    if (page <= lowLastPage) {
      return page;
    }
    return highFirstPage == Long.MAX_VALUE || page > Pages.LAST_PAGE
        ? NO_KEY
        : Math.max(page, highFirstPage) - hole;
  }

  /** The highest key of a page up to one. */
  long lastKey(long page) {
    return page < highFirstPage
        ? Math.min(page, lowLastPage)
        : Math.min(page, Pages.LAST_PAGE) - hole;
  }

  /** The tables below absent entries (or leaves) of a level that a range of keys meets. */
  long tablesFor(int level, long first, long last) {
    long needs = 0;
    for (int above = level; above > 1; above--) {
      needs += (last >>> shift[above]) - (first >>> shift[above]) + 1;
    }
    return needs;
  }
}
