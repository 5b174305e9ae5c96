package dev.mapwright.core.domain;

import dev.mapwright.core.Outcome;
import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.core.machine.BareEntries;
import dev.mapwright.core.machine.Machine;
import dev.mapwright.core.machine.Translation;
import org.jspecify.annotations.Nullable;

/**
 * The lowest tables of a domain, with what is known of their pages.
 *
 * <p>A table is acquired before something is mapped in it, and kept as long as something is, or a
 * reservation lies over it. One that nobody needs any more stays for a while among a few idle ones,
 * so that mapping and unmapping one page again and again acquires nothing. Guarded by the domain's
 * lock.
 */
final class DomainTables {
  /** How many tables stay that nobody needs. */
  private static final int MOST_IDLE = 8;

  private final Machine machine;
  private final Translation translation;
  private final TableDirectory directory;
  private final int log2Pages;

  /** The one that is idle the longest, and the one that became idle last; null for none. */
  private @Nullable DomainTable firstIdle;

  private @Nullable DomainTable lastIdle;
  private int idleTables;

  DomainTables(Machine machine, Translation translation, long lastPage) {
    this.machine = machine;
    this.translation = translation;
    log2Pages = translation.lowestTableLog2Pages();
    directory = new TableDirectory(lastPage >>> log2Pages);
  }

  int log2Pages() {
    return log2Pages;
  }

  /** The number of the table of a page. */
  long number(long page) {
    return page >>> log2Pages;
  }

  /** Which page of its table a page is. */
  int index(long page) {
    return (int) page & (1 << log2Pages) - 1;
  }

  /** The first page of a table. */
  long firstPage(DomainTable table) {
    return table.number << log2Pages;
  }

  /** The index of the first page of a range in a table that it meets. */
  int from(DomainTable table, long first) {
    return number(first) == table.number ? index(first) : 0;
  }

  /** The index of the last page of a range in a table that it meets. */
  int to(DomainTable table, long last) {
    return number(last) == table.number ? index(last) : (1 << log2Pages) - 1;
  }

  /** The table of a page; null when it is not there. */
  @Nullable DomainTable find(long page) {
    return directory.find(number(page));
  }

  /** The table of a page for which it was acquired. */
  DomainTable kept(long page) {
    DomainTable table = find(page);
    if (table == null) {
      throw new IllegalStateException("no table was acquired for 0x" + Long.toHexString(page));
    }
    return table;
  }

  /** The first table that is there and has pages of a range; null for none. */
  @Nullable DomainTable first(long firstPage, long lastPage) {
    long from = number(firstPage);
    long to = number(lastPage);
    return from == to ? directory.find(from) : directory.first(from, to);
  }

  /** The next such table; null for none. */
  @Nullable DomainTable next(DomainTable table, long lastPage) {
    long last = number(lastPage);
    return table.number == last ? null : directory.first(table.number + 1, last);
  }

  /** The last table that is there and has pages of a range; null for none. */
  @Nullable DomainTable last(long firstPage, long lastPage) {
    return directory.last(number(firstPage), number(lastPage));
  }

  /**
   * Keeps the tables of a range, acquiring those that are not there. All or nothing.
   *
   * @return {@code OK}, {@code OUT_OF_FRAMES}, {@code OUT_OF_RECORDS}
   */
  Outcome keep(long firstPage, long lastPage) {
    long last = number(lastPage);
    if (missingTooMany(firstPage, lastPage)) {
      return Outcome.OUT_OF_FRAMES;
    }
    for (long number = number(firstPage); number <= last; number++) {
      DomainTable table = directory.find(number);
      Outcome outcome = Outcome.OK;
      if (table == null) {
        outcome = make(number);
        table = outcome == Outcome.OK ? directory.find(number) : null;
      }
      if (table == null) {
        if (number > number(firstPage)) {
          letGo(firstPage, (number << log2Pages) - 1);
        }
        return outcome;
      }
      table.keepers++;
      if (table.idle) {
        takeFromIdle(table);
      }
    }
    return Outcome.OK;
  }

  /** Whether the tables can't exist: then nothing is begun. */
  private boolean missingTooMany(long firstPage, long lastPage) {
    long numbers = number(lastPage) - number(firstPage) + 1;
    return numbers > machine.frames().free() + translation.tables();
  }

  /** Ends {@link #keep}. */
  void letGo(long firstPage, long lastPage) {
    for (DomainTable table = first(firstPage, lastPage);
        table != null;
        table = next(table, lastPage)) {
      table.keepers--;
      settle(table);
    }
  }

  /** Puts a table that nobody needs among the idle ones. */
  void settle(DomainTable table) {
    if (table.needed() || table.idle) {
      return;
    }
    table.idle = true;
    table.earlier = lastIdle;
    if (lastIdle == null) {
      firstIdle = table;
    } else {
      lastIdle.later = table;
    }
    lastIdle = table;
    idleTables++;
    if (idleTables > MOST_IDLE) {
      dropIdle();
    }
  }

  /** How many pages of a table are translated: of the last one perhaps not all. */
  private long pagesOf(long number) {
    return Math.min(1L << log2Pages, translation.lastPage() - (number << log2Pages) + 1);
  }

  private Outcome make(long number) {
    if (machine.failures().refuses(AllocationPoint.INDEX_NODE)) {
      return Outcome.OUT_OF_RECORDS;
    }
    long firstPage = number << log2Pages;
    long pages = pagesOf(number);
    boolean prepared = translation.prepare(firstPage, pages);
    while (!prepared && dropIdle()) {
      prepared = translation.prepare(firstPage, pages);
    }
    if (!prepared) {
      return Outcome.OUT_OF_FRAMES;
    }
    boolean made = false;
    try {
      BareEntries entries = translation.preparedEntries(firstPage, pages);
      if (entries != null) {
        directory.add(new DomainTable(number, 1 << log2Pages, machine.frames(), entries));
        made = true;
      }
    } catch (OutOfMemoryError full) {
      made = false;
    }
    if (!made) {
      translation.unprepare(firstPage, pages);
    }
    return made ? Outcome.OK : Outcome.OUT_OF_RECORDS;
  }

  private void takeFromIdle(DomainTable table) {
    if (table.earlier == null) {
      firstIdle = table.later;
    } else {
      table.earlier.later = table.later;
    }
    if (table.later == null) {
      lastIdle = table.earlier;
    } else {
      table.later.earlier = table.earlier;
    }
    table.earlier = null;
    table.later = null;
    table.idle = false;
    idleTables--;
  }

  /** Gives back the table that is idle the longest; false when none is. */
  private boolean dropIdle() {
    DomainTable oldest = firstIdle;
    if (oldest == null) {
      return false;
    }
    takeFromIdle(oldest);
    directory.remove(oldest);
    translation.unprepare(firstPage(oldest), pagesOf(oldest.number));
    return true;
  }

  /** Gives back all tables that nobody needs. */
  void dropAllIdle() {
    while (dropIdle()) {
      // one at a time
    }
  }
}
