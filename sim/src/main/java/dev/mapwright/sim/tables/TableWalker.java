package dev.mapwright.sim.tables;

import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Translation.WalkStep;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.format.TableFormat;
import dev.mapwright.sim.memory.Ram;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks tables in memory, from any root: those of a translation of ours, a real kernel's, a
 * caller's, a hostile one's. It takes no lock and needs nothing but the words.
 *
 * <p>A walk distrusts what it reads. Reserved bits and tables outside RAM end it with an answer. It
 * can't loop, for it goes down one level with each step; a table that is entered again on the way,
 * as in the self-maps of some kernels, is walked like any other, as the hardware does. A frame of
 * RAM that nobody has touched is a table of zeros.
 */
public final class TableWalker {
  private final TableShape shape;
  private final TableFormat format;
  private final TableWords words;

  /**
   * Whether each entry on the way is asked for the permission, before its reserved bits are, as an
   * IOMMU does; a CPU asks the leaf what is left of all.
   */
  private final boolean askingOnTheWay;

  TableWalker(TableShape shape, TableWords words) {
    this(shape, words, false);
  }

  private TableWalker(TableShape shape, TableWords words, boolean askingOnTheWay) {
    this.shape = shape;
    this.format = shape.format;
    this.words = words;
    this.askingOnTheWay = askingOnTheWay;
  }

  /** Walks tables of a format that anybody has made in the memory of a machine. */
  public static TableWalker of(TableFormat format, Ram ram) {
    return new TableWalker(new TableShape(format), new TableWords(ram, true));
  }

  /** Walks tables as an IOMMU does, which refuses at the first entry that does not allow. */
  public static TableWalker ofIommu(TableFormat format, Ram ram) {
    return new TableWalker(new TableShape(format), new TableWords(ram, true, true), true);
  }

  /** What it walks. */
  public TableFormat format() {
    return format;
  }

  /**
   * The walk of the hardware for an access: with a permission that is asked for, it marks what it
   * uses as accessed, and for a store the leaf as dirty; with none it marks nothing.
   *
   * @param root the frame of the root table
   * @param page a page that the format can translate
   * @param permission what the access needs, a set; {@link Permissions#NONE} to look only
   */
  public TableWalk.Result walk(long root, long page, int permission, TableWalk found) {
    int permissions = Permissions.ALL;
    boolean mark = permission != Permissions.NONE;
    long key = shape.key(page);
    long table = root;
    int level = shape.levels;
    found.level = level;
    if (!words.readable(table)) {
      return unreadable(table, found);
    }
    while (true) {
      int index = shape.index(key, level);
      long bits = words.get(table, index);
      found.bits = bits;
      if (!format.present(level, bits)) {
        return TableWalk.Result.ABSENT;
      }
      int allowed = permissions & format.permissions(level, bits);
      if (askingOnTheWay && (allowed & permission) != permission) {
        found.permissions = allowed;
        return TableWalk.Result.DENIED;
      }
      if (format.reservedSet(level, bits)) {
        return TableWalk.Result.RESERVED;
      }
      boolean leaf = format.isLeaf(level, bits);
      if (leaf) {
        found.permissions = allowed;
        if ((allowed & permission) != permission) {
          return TableWalk.Result.DENIED;
        }
      }
      if (mark) {
        long marked = format.withAccessed(level, bits);
        if (leaf && (permission & Permissions.WRITE) != 0) {
          marked = format.withDirty(level, marked);
        }
        if (marked != bits && !words.replace(table, index, bits, marked)) {
          continue; // somebody changed the entry: it is read again
        }
      }
      long pfn = format.pfn(level, bits);
      if (leaf) {
        found.pfn = pfn + (key & shape.mask(level));
        found.leafLog2Pages = shape.log2Pages(level);
        found.table = table;
        found.tableLog2Pages = shape.log2Pages(level + 1);
        found.tablePermissions = permissions;
        return TableWalk.Result.OK;
      }
      if (level == 1) {
        return TableWalk.Result.RESERVED;
      }
      permissions = allowed;
      table = pfn;
      level--;
      found.level = level;
      if (!words.readable(table)) {
        return unreadable(table, found);
      }
    }
  }

  /**
   * The end of a walk whose beginning is known: the frame of a page by its entry in the lowest
   * table. Marks nothing.
   *
   * @param permission what the access needs; not nothing
   * @return the frame; -1 when the whole walk has something to say, or to mark
   */
  long frameOf(long bits, int permission) {
    if (!format.present(1, bits)
        || (format.permissions(1, bits) & permission) != permission
        || format.reservedSet(1, bits)) {
      return -1;
    }
    long marked = format.withAccessed(1, bits);
    if ((permission & Permissions.WRITE) != 0) {
      marked = format.withDirty(1, marked);
    }
    return marked == bits ? format.pfn(1, bits) : -1;
  }

  private TableWalk.Result unreadable(long table, TableWalk found) {
    found.bits = 0;
    return words.isRam(table) ? TableWalk.Result.ABSENT : TableWalk.Result.OUTSIDE_RAM;
  }

  /** The packed entry of a page of ours; also of a bare leaf that is withdrawn. */
  long entry(long root, long page) {
    int permissions = Permissions.ALL;
    long key = shape.key(page);
    long table = root;
    for (int level = shape.levels; level > 1; level--) {
      long bits = words.get(table, shape.index(key, level));
      if (!format.present(level, bits) || format.reservedSet(level, bits)) {
        return TranslationEntry.ABSENT;
      }
      permissions &= format.permissions(level, bits);
      if (format.isLeaf(level, bits)) {
        long pfn = format.pfn(level, bits) + (key & shape.mask(level));
        return packed(level, bits, pfn, permissions);
      }
      table = format.pfn(level, bits);
      if (!words.readable(table)) {
        return TranslationEntry.ABSENT; // unlinked meanwhile, it may hold anything
      }
    }
    return lowest(words.get(table, shape.index(key, 1)), permissions);
  }

  /**
   * The packed entries of adjacent pages of ours, as many as stand in the lowest table of the first
   * one; a page without such a table, or in a larger leaf, is one by itself.
   *
   * @param into where they go, from an index on
   * @return how many were written, at least 1
   */
  int entries(long root, long page, long[] into, int from, int most) {
    int permissions = Permissions.ALL;
    long key = shape.key(page);
    long table = root;
    for (int level = shape.levels; level > 1; level--) {
      long bits = words.get(table, shape.index(key, level));
      boolean leads = format.present(level, bits) && !format.reservedSet(level, bits);
      if (!leads || format.isLeaf(level, bits) || !words.readable(format.pfn(level, bits))) {
        into[from] = entry(root, page);
        return 1;
      }
      permissions &= format.permissions(level, bits);
      table = format.pfn(level, bits);
    }
    int index = shape.index(key, 1);
    int count = Math.min(most, shape.entries(1) - index);
    for (int i = 0; i < count; i++) {
      into[from + i] = lowest(words.get(table, index + i), permissions);
    }
    return count;
  }

  /** The packed entry of a page, by what the lowest table says. */
  private long lowest(long bits, int permissions) {
    if (!format.present(1, bits)) {
      return bits != 0 && format.isBare(bits) ? bare(bits) : TranslationEntry.ABSENT;
    }
    return format.reservedSet(1, bits)
        ? TranslationEntry.ABSENT
        : packed(1, bits, format.pfn(1, bits), permissions & format.permissions(1, bits));
  }

  /** A present leaf, packed. */
  private long packed(int level, long bits, long pfn, int permissions) {
    if (level == 1 && format.isBare(bits)) {
      return bare(bits);
    }
    boolean accessed = format.withAccessed(level, bits) == bits;
    return TranslationEntry.of(
        pfn, permissions, format.cache(level, bits), accessed, format.dirty(level, bits));
  }

  /** A leaf of ours, packed. */
  long leaf(int level, long bits) {
    return packed(level, bits, format.pfn(level, bits), format.permissions(level, bits));
  }

  /** A bare leaf, present or withdrawn, packed. */
  long bare(long bits) {
    boolean present = format.present(1, bits);
    return TranslationEntry.bare(
        format.pfn(1, bits),
        present,
        present ? format.permissions(1, bits) : Permissions.NONE,
        format.asked(bits),
        format.cache(1, bits),
        present && format.withAccessed(1, bits) == bits,
        format.dirty(1, bits));
  }

  /** The walk of a page step by step, as far as what is read is tables. */
  public List<WalkStep> steps(long root, long page) {
    List<WalkStep> steps = new ArrayList<>();
    long key = shape.key(page);
    long table = root;
    for (int level = shape.levels; level >= 1 && words.isRam(table); level--) {
      int index = shape.index(key, level);
      long bits = words.readable(table) ? words.get(table, index) : 0;
      steps.add(
          new WalkStep(
              level,
              table << Pages.SHIFT,
              index,
              bits,
              1L << shape.log2Pages(level),
              EntryText.describe(format, level, bits)));
      boolean ends = !format.present(level, bits) || format.reservedSet(level, bits);
      if (ends || format.isLeaf(level, bits)) {
        break;
      }
      table = format.pfn(level, bits);
    }
    return steps;
  }

  /** Told of what a range of tables holds. */
  public interface Visitor {
    /**
     * A leaf, or an entry that can't be followed.
     *
     * @param firstPage the first page that the entry covers, within the range
     * @param lastPage the last one, inclusive
     * @param level the level of the table that it stands in
     * @param bits the entry
     * @param result {@code OK} for a leaf, otherwise why it can't be followed
     * @return whether to go on
     */
    boolean entry(long firstPage, long lastPage, int level, long bits, TableWalk.Result result);
  }

  /**
   * Goes along a range of pages in ascending order. Tables may be entered from several places, so a
   * few hostile ones can hold more entries, absent ones too, than anybody can look at.
   *
   * @param root the frame of the root table
   * @param firstPage the first page
   * @param lastPage the last page, inclusive
   * @param mostEntries how many entries are looked at, at most
   * @return whether it came to the end of the range
   */
  public boolean visit(
      long root, long firstPage, long lastPage, long mostEntries, Visitor visitor) {
    if (!words.readable(root)) {
      return words.isRam(root)
          || visitor.entry(firstPage, lastPage, shape.levels, 0, TableWalk.Result.OUTSIDE_RAM);
    }
    TableCursor cursor = TableCursor.ofOthers(shape, words);
    int found = cursor.start(root, shape.firstKey(firstPage), shape.lastKey(lastPage));
    for (long looks = 0; found != TableCursor.END; looks++) {
      if (looks == mostEntries) {
        return false;
      }
      TableWalk.Result fault = found == TableCursor.FAULTY ? cursor.fault : null;
      if (found == TableCursor.LEAF || fault != null) {
        long first = shape.page(cursor.first);
        long last = shape.page(cursor.last);
        TableWalk.Result result = fault == null ? TableWalk.Result.OK : fault;
        if (!visitor.entry(first, last, cursor.level, cursor.bits, result)) {
          return false;
        }
      }
      found = cursor.next();
    }
    return true;
  }
}
