package dev.mapwright.sim.cpu;

import dev.mapwright.core.Pages;
import dev.mapwright.sim.tables.TableWalk;

/**
 * The lowest tables that a CPU's walks came through, so that the next miss in the same table reads
 * one entry in place of one a level. Only the thread that drives the CPU uses it.
 *
 * <p><b>How long that is true.</b> A walk marks each entry on its way as accessed before it uses
 * it, so the tables on the way are unlinked only with a message to who has walked there. Each
 * message that was carried out, and everything else after which nothing translated before may be
 * used, is counted by {@link Bracket#quiescences}; what was remembered under another count is not
 * found. Therefore nothing has to be told to forget, and nothing is ever wiped.
 *
 * <p>Hits do not come here, and a table's own entries are read anew each time.
 */
final class LastTables {
  /** As many tables as reach 512 MiB where one reaches 2. */
  private static final int TABLES = 1 << 8;

  /**
   * Of each: the number of its pages, the count, where it is in RAM, and what it may be used for.
   */
  private static final int FIELDS = 4;

  /** Counts are stored with one added, so 0 is none. */
  private static final long[] NONE = new long[FIELDS * TABLES];

  private long[] entries = NONE;
  private int log2Pages;

  private int at(long page) {
    return (int) (page >>> log2Pages) * FIELDS & FIELDS * TABLES - 1;
  }

  /**
   * Remembers the table that a walk ended in, if it is one of the lowest.
   *
   * @param permissions for which accesses it may be found again, if the way there allows them
   * @param count how often translations may have been forgotten before the walk began
   */
  void remember(long page, TableWalk walk, int permissions, long count) {
    if (walk.leafLog2Pages != 0) {
      return;
    }
    if (entries == NONE || log2Pages != walk.tableLog2Pages) {
      log2Pages = walk.tableLog2Pages;
      entries = NONE.clone();
    }
    int at = at(page);
    entries[at] = page >>> log2Pages;
    entries[at + 1] = count + 1;
    entries[at + 2] = walk.table << Pages.SHIFT;
    entries[at + 3] = walk.tablePermissions & permissions;
  }

  /** Where in RAM the entry of a page is, if the way there allows so much; -1 for not known. */
  long find(long page, int permission, long count) {
    long[] entries = this.entries;
    int at = at(page);
    return entries[at] == page >>> log2Pages
            && entries[at + 1] == count + 1
            && (entries[at + 3] & permission) == permission
        ? entries[at + 2] + ((page & (1L << log2Pages) - 1) << 3)
        : -1;
  }
}
