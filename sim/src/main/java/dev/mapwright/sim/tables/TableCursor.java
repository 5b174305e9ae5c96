package dev.mapwright.sim.tables;

import dev.mapwright.sim.format.TableFormat;
import org.jspecify.annotations.Nullable;

/**
 * Goes along a range of pages through a tree of tables, entry by entry in ascending order. It is
 * the only one who does: whatever is done to a range is a loop over what this finds.
 *
 * <pre>{@code
 * for (int found = cursor.start(root, first, last); found != END; found = cursor.next()) {
 *   if (found == LEAF) {
 *     ...
 *   }
 * }
 * }</pre>
 *
 * <p><b>What it finds.</b> An absent entry, or several in a row ({@link #ABSENT}); a leaf ({@link
 * #LEAF}); an entry that leads to a table ({@link #TABLE}), in which it goes on unless it is told
 * to go {@link #over} it, or into another one that has been put there ({@link #into}); and, having
 * come to the end of a table, the entry that leads to it once more ({@link #LEFT}). It keeps its
 * position: each table that the range meets is descended into once.
 *
 * <p><b>Cost.</b> In tables that are ours the count of present entries beside each says when the
 * rest is absent, and what is absent before is gone over word by word. A table that is
 * <em>kept</em> does not end so: entries that are written through {@link PreparedTables} are not
 * counted, as their writers hold no lock. It is looked at as far as the range goes.
 *
 * <p><b>Tables of others</b> are distrusted: nobody counts there, only what is present for the
 * hardware is an entry, and one that can't be followed is {@link #FAULTY}: reserved bits, a table
 * below the lowest level or outside RAM, or a table that it is inside of already, which would have
 * no end.
 *
 * <p>Keys are counted as {@link TableShape} does. Not thread-safe; the tables' lock guards one over
 * tables of ours. All fields are written by the cursor only.
 */
final class TableCursor {
  static final int END = 0;
  static final int ABSENT = 1;
  static final int LEAF = 2;
  static final int TABLE = 3;
  static final int LEFT = 4;
  static final int FAULTY = 5;

  /** Stands for a count of present entries that nobody keeps. */
  private static final int UNCOUNTED = Integer.MAX_VALUE;

  private final TableShape shape;
  private final TableFormat format;
  private final TableWords words;

  /** The counts beside our tables; null over tables of others. */
  private final @Nullable TableMemory ours;

  /** Where it is: the level of the table that the entry stands in. */
  int level;

  /** The table that the entry stands in. */
  long table;

  /** Which entry of the table. */
  int index;

  /** The entry as it was read; after {@link #LEFT} it is not read again. */
  long bits;

  /** The first key of the range that the entry covers. */
  long first;

  /** The last one, inclusive. */
  long last;

  /** After {@link #TABLE} and {@link #LEFT}: the table that the entry leads to. */
  long child;

  /** After {@link #FAULTY}: why; otherwise of no meaning, null before the first. */
  TableWalk.@Nullable Result fault;

  /** The last key of the range. */
  private long end;

  /** Whether the next thing to look at is in {@link #child}. */
  private boolean down;

  /** By level: the table that it is in, as far as it has come down. */
  private final long[] tables;

  /** By level: how many present entries of the table it has not met yet. */
  private final int[] unmet;

  private TableCursor(TableShape shape, TableWords words, @Nullable TableMemory ours) {
    this.shape = shape;
    this.format = shape.format;
    this.words = words;
    this.ours = ours;
    tables = new long[shape.levels + 1];
    unmet = new int[shape.levels + 1];
  }

  /** A cursor over tables of ours. */
  static TableCursor ofOurs(TableShape shape, TableWords words, TableMemory memory) {
    return new TableCursor(shape, words, memory);
  }

  /** A cursor over tables that anybody may have made. */
  static TableCursor ofOthers(TableShape shape, TableWords words) {
    return new TableCursor(shape, words, null);
  }

  /** Begins with a range of keys; END when it is empty. */
  int start(long root, long firstKey, long lastKey) {
    if (firstKey > lastKey) {
      return END;
    }
    level = shape.levels;
    first = firstKey;
    end = lastKey;
    enter(root);
    return look();
  }

  private void enter(long entered) {
    table = entered;
    tables[level] = entered;
    unmet[level] = ours == null || ours.kept(entered) ? UNCOUNTED : ours.live(entered);
    down = false;
  }

  /** Does not go into the table that was found. */
  void over() {
    down = false;
  }

  /** Goes into a table that the entry leads to now. */
  void into(long made) {
    child = made;
    last = Math.min(end, first | shape.mask(level));
    down = true;
  }

  /** Of several absent entries, goes on behind the first. */
  void one() {
    last = Math.min(end, first | shape.mask(level));
  }

  /** Goes on. */
  int next() {
    if (down) {
      level--;
      enter(child);
      return look();
    }
    if (last == Math.min(end, shape.tableEnd(first, level))) {
      return leave();
    }
    first = last + 1;
    return look();
  }

  private int leave() {
    if (level == shape.levels) {
      return END;
    }
    child = table;
    level++;
    table = tables[level];
    index = shape.index(first, level);
    last = Math.min(end, first | shape.mask(level));
    return LEFT;
  }

  private int look() {
    index = shape.index(first, level);
    last = Math.min(end, first | shape.mask(level));
    if (unmet[level] == 0) {
      bits = 0;
      last = Math.min(end, shape.tableEnd(first, level));
      return ABSENT;
    }
    bits = words.get(table, index);
    if (format.present(level, bits)) {
      unmet[level]--;
      if (ours == null && format.reservedSet(level, bits)) {
        return faulty(TableWalk.Result.RESERVED);
      }
      return format.isLeaf(level, bits) ? LEAF : found(format.pfn(level, bits));
    }
    if (ours == null) {
      return ABSENT;
    }
    if (level == 1 && format.isBare(bits)) {
      unmet[level]--;
      return LEAF;
    }
    long lastHere = Math.min(end, shape.tableEnd(first, level));
    if (last < lastHere) {
      int present = words.firstSet(table, index + 1, shape.index(lastHere, level));
      int more = present - index - 1;
      last = Math.min(lastHere, last + ((long) more << shape.log2Pages(level)));
    }
    return ABSENT;
  }

  private int found(long lower) {
    child = lower;
    if (ours == null) {
      if (level == 1) {
        return faulty(TableWalk.Result.RESERVED);
      }
      if (!words.readable(lower)) {
        return words.isRam(lower) ? ABSENT : faulty(TableWalk.Result.OUTSIDE_RAM);
      }
      for (int above = level; above <= shape.levels; above++) {
        if (tables[above] == lower) {
          return faulty(TableWalk.Result.LOOP);
        }
      }
    }
    down = true;
    return TABLE;
  }

  private int faulty(TableWalk.Result why) {
    fault = why;
    return FAULTY;
  }
}
