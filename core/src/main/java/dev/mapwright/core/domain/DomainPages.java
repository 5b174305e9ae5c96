package dev.mapwright.core.domain;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.machine.Frames;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.core.space.PfnSource;
import dev.mapwright.core.state.PageBits;
import org.jspecify.annotations.Nullable;

/**
 * What is mapped in a domain, page by page: what is asked about a range, and the changes that can't
 * fail once their tables are there. Guarded by the domain's lock.
 *
 * <p>A mapping is a run of pages that are mapped, of which only the first one begins.
 */
final class DomainPages {
  private final DomainTables tables;

  /** Where large leaves are; null when there are none. */
  private final @Nullable Translation wide;

  /** log2 of the pages of a leaf that takes the place of many tables; 0 for no such leaf. */
  private final int log2Widest;

  /** How many mappings there are. */
  private long mappings;

  /** Makes them; with a translation that may have large leaves, null for none of these. */
  DomainPages(DomainTables tables, @Nullable Translation translation) {
    this.tables = tables;
    wide = translation != null && translation.largeLeafLog2Pages(2) != 0 ? translation : null;
    log2Widest = wide == null ? 0 : wide.largeLeafLog2Pages(3);
  }

  /** How many mappings there are, in reservations, too. */
  long mappings() {
    return mappings;
  }

  /** Whether any page of a range is mapped or belongs to a reservation. */
  boolean anyUsed(long first, long last) {
    for (DomainTable table = tables.first(first, last);
        table != null;
        table = tables.next(table, last)) {
      int from = tables.from(table, first);
      int to = tables.to(table, last);
      if (table.mapped.firstSet(from, to) >= 0 || table.owned.firstSet(from, to) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether any page of a range is mapped. */
  boolean anyMapped(long first, long last) {
    if (first == last) {
      DomainTable table = tables.find(first);
      return table != null && table.mapped.get(tables.index(first));
    }
    for (DomainTable table = tables.first(first, last);
        table != null;
        table = tables.next(table, last)) {
      if (table.mapped.firstSet(tables.from(table, first), tables.to(table, last)) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** Whether every page of a range is mapped, outside reservations. */
  boolean allFreeForm(long first, long last) {
    for (long number = tables.number(first); number <= tables.number(last); number++) {
      DomainTable table = tables.find(number << tables.log2Pages());
      if (table == null) {
        return false;
      }
      int from = tables.from(table, first);
      int to = tables.to(table, last);
      if (table.mapped.firstClear(from, to) >= 0 || table.owned.firstSet(from, to) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether a mapping begins at a page. */
  boolean begins(long page) {
    DomainTable table = tables.find(page);
    return table != null && table.begins.get(tables.index(page));
  }

  /** Whether a page belongs to a reservation or a reserved region. */
  boolean owned(long page) {
    DomainTable table = tables.find(page);
    return table != null && table.owned.get(tables.index(page));
  }

  /** Whether the mapping that begins at a page has so many pages. */
  boolean hasPages(long begin, long pages) {
    if (pages == 1) {
      DomainTable table = tables.find(begin);
      return table != null && table.mapped.get(tables.index(begin)) && !goesOn(begin + 1);
    }
    long last = begin + pages - 1;
    for (long page = begin; ; ) {
      DomainTable table = tables.find(page);
      if (table == null) {
        return false;
      }
      int from = tables.index(page);
      int to = tables.to(table, last);
      int next = page == begin ? from + 1 : from;
      if (table.mapped.firstClear(from, to) >= 0
          || next <= to && table.begins.firstSet(next, to) >= 0) {
        return false;
      }
      page = tables.firstPage(table) + to + 1;
      if (page > last) {
        return !goesOn(page);
      }
    }
  }

  /** Whether a page is a mapping of its own, and not beneath a large leaf. */
  boolean isSingle(@Nullable DomainTable table, long page) {
    if (table == null || table.wide) {
      return false;
    }
    int at = tables.index(page);
    return table.begins.get(at)
        && (at + 1 == 1 << tables.log2Pages()
            ? !goesOn(page + 1)
            : !table.mapped.get(at + 1) || table.begins.get(at + 1));
  }

  /** Removes a mapping that {@link #isSingle}; the packed entry that it had. */
  long removeSingle(DomainTable table, long page) {
    int at = tables.index(page);
    long entry = table.frames.removeOne(page);
    table.mapped.clear(at);
    table.begins.clear(at);
    mappings--;
    table.mappedPages--;
    tables.settle(table);
    return entry;
  }

  /** Whether a page is mapped as the continuation of the page before it. */
  private boolean goesOn(long page) {
    DomainTable table = tables.find(page);
    return table != null
        && table.mapped.get(tables.index(page))
        && !table.begins.get(tables.index(page));
  }

  /**
   * Maps frames at a range that is free and whose tables are kept.
   *
   * @return the first frame; NONE when the source named one that can't be shown; nothing has
   *     changed then, nor when it throws
   */
  long show(PfnSource source, long first, long pages, int permissions) {
    long last = first + pages - 1;
    long page = first;
    boolean whole = false;
    try {
      while (page <= last) {
        DomainTable table = tables.kept(page);
        int count = tables.to(table, last) - tables.index(page) + 1;
        boolean staged =
            table.frames.stage(source, page - first, page, count, permissions, CachePolicy.CACHED);
        if (!staged) {
          return Frames.NONE;
        }
        page += count;
      }
      whole = true;
    } finally {
      if (!whole) {
        drop(first, page - 1);
      }
    }
    long pfn = tables.kept(first).frames.pfn(first);
    for (page = first; page <= last; ) {
      DomainTable table = tables.kept(page);
      int from = tables.index(page);
      int to = tables.to(table, last);
      table.frames.publish(page, page + (to - from));
      table.mapped.set(from, to);
      table.mappedPages += to - from + 1;
      page += to - from + 1;
    }
    tables.kept(first).begins.set(tables.index(first));
    mappings++;
    if (wide != null && pages >>> tables.log2Pages() != 0) {
      widen(first, last);
    }
    return pfn;
  }

  /** Makes large leaves of whole tables of a range that was just mapped, where they fit. */
  private void widen(long first, long last) {
    long size = 1L << tables.log2Pages();
    for (long page = first + size - 1 & -size; page + size - 1 <= last; page += size) {
      DomainTable table = tables.kept(page);
      table.wide = table.frames.widen(page, 2);
    }
    if (log2Widest == 0) {
      return;
    }
    long widest = 1L << log2Widest;
    for (long page = first + widest - 1 & -widest; page + widest - 1 <= last; page += widest) {
      tables.kept(page).frames.widen(page, 3);
    }
  }

  /** Puts the tables back that are beneath large leaves over a table. */
  private void narrow(DomainTable table) {
    table.frames.narrow(tables.firstPage(table));
    table.wide = false;
  }

  /** Maps a frame at a page of a table that is kept; as {@link #show}. */
  long showOne(DomainTable table, PfnSource source, long page, int permissions) {
    long pfn = table.frames.showOne(source, page, permissions, CachePolicy.CACHED);
    if (pfn != Frames.NONE) {
      int at = tables.index(page);
      table.mapped.set(at);
      table.begins.set(at);
      table.mappedPages++;
      mappings++;
    }
    return pfn;
  }

  private void drop(long first, long last) {
    for (long page = first; page <= last; ) {
      DomainTable table = tables.kept(page);
      int count = tables.to(table, last) - tables.index(page) + 1;
      table.frames.remove(page, page + count - 1);
      page += count;
    }
  }

  /** Removes what is mapped in a range. What goes on behind it begins there from now on. */
  void remove(long first, long last) {
    boolean goesOn = goesOn(last + 1);
    for (DomainTable table = tables.first(first, last);
        table != null;
        table = tables.next(table, last)) {
      removeIn(table, tables.from(table, first), tables.to(table, last));
      tables.settle(table);
    }
    if (goesOn) {
      beginsAt(last + 1);
    }
  }

  private void beginsAt(long page) {
    tables.kept(page).begins.set(tables.index(page));
    mappings++;
  }

  /**
   * Removes what is mapped at every page of a range, as {@link #remove}, but tells no device: it
   * has to be let go when they have forgotten it.
   */
  void withdraw(long first, long last) {
    boolean goesOn = goesOn(last + 1);
    for (long page = first; page <= last; ) {
      DomainTable table = tables.kept(page);
      int from = tables.index(page);
      int to = tables.to(table, last);
      if (table.wide) {
        narrow(table);
      }
      table.frames.withdrawQuietly(page, page + (to - from));
      table.mapped.clear(from, to);
      mappings -= table.begins.count(from, to);
      table.begins.clear(from, to);
      table.mappedPages -= to - from + 1;
      table.waitingPages += to - from + 1;
      page += to - from + 1;
    }
    if (goesOn) {
      beginsAt(last + 1);
    }
  }

  /** Lets the frames of a range go that was withdrawn. */
  void letGo(long first, long last) {
    for (long page = first; page <= last; ) {
      DomainTable table = tables.kept(page);
      int count = tables.to(table, last) - tables.index(page) + 1;
      table.frames.letGo(page, page + count - 1);
      table.waitingPages -= count;
      tables.settle(table);
      page += count;
    }
  }

  /** The frame that a page shows, or shows no more and waits for a flush. */
  long pfn(long page) {
    return tables.kept(page).frames.pfn(page);
  }

  /** Whether the pages of a range, all mapped, show frames side by side. */
  boolean adjacent(long first, long count) {
    long pfn = pfn(first);
    for (long i = 1; i < count; i++) {
      if (pfn(first + i) != pfn + i) {
        return false;
      }
    }
    return true;
  }

  private void removeIn(DomainTable table, int from, int to) {
    long base = tables.firstPage(table);
    PageBits mapped = table.mapped;
    boolean wasWide = table.wide;
    if (wasWide) {
      narrow(table);
    }
    if (from == to && mapped.get(from) && !wasWide) {
      table.frames.removeOne(base + from);
      mappings -= table.begins.get(from) ? 1 : 0;
      mapped.clear(from);
      table.begins.clear(from);
      table.mappedPages--;
      return;
    }
    for (int start = mapped.firstSet(from, to); start >= 0; ) {
      int clear = mapped.firstClear(start, to);
      int end = clear < 0 ? to : clear - 1;
      table.frames.remove(base + start, base + end);
      mapped.clear(start, end);
      mappings -= table.begins.count(start, end);
      table.begins.clear(start, end);
      table.mappedPages -= end - start + 1;
      start = end == to ? -1 : mapped.firstSet(end + 1, to);
    }
  }

  /**
   * Notes that pages belong to a reservation or a reserved region, or no longer; tables are kept.
   */
  void own(long first, long last, boolean owned) {
    for (DomainTable table = tables.first(first, last);
        table != null;
        table = tables.next(table, last)) {
      int from = tables.from(table, first);
      int to = tables.to(table, last);
      if (owned) {
        table.owned.set(from, to);
      } else {
        table.owned.clear(from, to);
      }
    }
  }

  /** The packed entry of a page; ABSENT when nothing is mapped there. */
  long entry(long page) {
    DomainTable table = tables.find(page);
    return table != null && table.mapped.get(tables.index(page))
        ? table.frames.entry(page)
        : TranslationEntry.ABSENT;
  }

  /** The same, with what the hardware has marked in a large leaf. */
  long markedEntry(long page) {
    long entry = entry(page);
    DomainTable table = tables.find(page);
    if (wide == null || table == null || !table.wide) {
      return entry;
    }
    long leaf = wide.entry(page);
    return TranslationEntry.bare(
        TranslationEntry.pfn(entry),
        TranslationEntry.present(entry),
        TranslationEntry.permissions(entry),
        TranslationEntry.asked(entry),
        TranslationEntry.cache(entry),
        TranslationEntry.accessed(leaf) || TranslationEntry.accessed(entry),
        TranslationEntry.dirty(leaf) || TranslationEntry.dirty(entry));
  }

  /** Told of mappings. */
  interface MappingVisitor {
    /** One mapping, or the part of it that is in the range. */
    void mapping(long firstPage, long pages, boolean owned, long entry);
  }

  /** Visits what is mapped in a range, in ascending order. */
  void forEach(long first, long last, MappingVisitor visitor) {
    long start = -1;
    long end = -1;
    for (DomainTable table = tables.first(first, last);
        table != null;
        table = tables.next(table, last)) {
      long base = tables.firstPage(table);
      int to = tables.to(table, last);
      int at = table.mapped.firstSet(tables.from(table, first), to);
      while (at >= 0) {
        long page = base + at;
        if (start < 0 || page != end + 1 || table.begins.get(at)) {
          tell(start, end, visitor);
          start = page;
        }
        end = page;
        at = at == to ? -1 : table.mapped.firstSet(at + 1, to);
      }
    }
    tell(start, end, visitor);
  }

  private void tell(long start, long end, MappingVisitor visitor) {
    if (start >= 0) {
      visitor.mapping(start, end - start + 1, owned(start), entry(start));
    }
  }

  /** The first page of the mapping that a page belongs to. */
  long begin(long page) {
    for (long at = page; ; ) {
      DomainTable table = tables.kept(at);
      int found = table.begins.lastSet(tables.index(at));
      if (found >= 0) {
        return tables.firstPage(table) + found;
      }
      at = tables.firstPage(table) - 1;
    }
  }

  /** The last page of the mapping that a page belongs to. */
  long end(long page) {
    long last = page;
    while (goesOn(last + 1)) {
      last++;
    }
    return last;
  }

  /** The highest page that is mapped in a range; -1 for none. */
  long lastMapped(long first, long last) {
    DomainTable table = tables.last(first, last);
    while (table != null) {
      int found = table.mapped.lastSet(tables.to(table, last));
      if (found >= tables.from(table, first)) {
        return tables.firstPage(table) + found;
      }
      long before = tables.firstPage(table) - 1;
      table = before < first ? null : tables.last(first, before);
    }
    return -1;
  }

  /** The lowest page that is mapped in a range; -1 for none. */
  long firstMapped(long first, long last) {
    for (@Nullable DomainTable table = tables.first(first, last);
        table != null;
        table = tables.next(table, last)) {
      int found = table.mapped.firstSet(tables.from(table, first), tables.to(table, last));
      if (found >= 0) {
        return tables.firstPage(table) + found;
      }
    }
    return -1;
  }
}
