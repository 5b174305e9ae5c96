package dev.mapwright.sim.tables;

import dev.mapwright.sim.format.TableFormat;

/**
 * What a stripe remembers while tables are changed: what it has counted, what has become stale, and
 * what it has unlinked or must leave to others.
 *
 * <p><b>Counting.</b> Beside each table stands how many of its entries are there and how many keep
 * it ({@link TableMemory}). A table with neither is unlinked at once: its entry is cleared, and it
 * is chained until nobody walks it any more. That may leave the table above unused, which the
 * cursor comes to next.
 *
 * <p><b>What is another's, too.</b> Alone, everything may be counted and unlinked. Otherwise the
 * counts of tables above the lowest are changed under {@link UpperTables#lock}, and none of those
 * tables is taken away. One that has fallen empty is noted in {@link #emptiedKey}, for somebody
 * alone to {@link #prune}.
 *
 * <p><b>Stale</b> is what somebody may still remember or walk. A CPU marks each entry on its way as
 * accessed <em>before</em> it uses it. Therefore an entry that is taken out without that mark is in
 * nobody's TLB, a table whose entry has it not is being walked by nobody, and neither needs to be
 * waited for. What has to be is gathered in {@link #staleFirst} .. {@link #staleLast} and {@link
 * #walked}, for {@link TableChanges} to announce.
 *
 * <p>Guarded by the locks of its stripes.
 */
abstract class TableCounts {
  private static final long NONE_EMPTIED = -1;

  final TableShape shape;
  final TableMemory memory;
  final TableWords words;
  final TableFormat format;
  final TableCursor cursor;
  final UpperTables upper;
  final TableStripes stripes;
  final long root;

  /** Whether whoever uses it has all stripes. */
  private boolean alone = true;

  /** A key below an upper table that fell empty while others were there; NONE_EMPTIED for none. */
  private long emptiedKey = NONE_EMPTIED;

  /** The pages whose cached translations are wrong now; first above last for none. */
  private long staleFirst = Long.MAX_VALUE;

  private long staleLast = -1;

  /** Whether a table that somebody may be walking was unlinked. */
  private boolean walked;

  /** Whether one of these was above the lowest, where walks of several stripes come through. */
  private boolean walkedAbove;

  TableCounts(TableWords words, TableMemory memory, UpperTables upper, TableStripes stripes) {
    this.shape = upper.shape;
    this.format = shape.format;
    this.words = words;
    this.memory = memory;
    this.upper = upper;
    this.stripes = stripes;
    root = upper.root;
    cursor = TableCursor.ofOurs(shape, words, memory);
  }

  /** Begins, with all stripes or with others beside it. */
  final void begin(boolean withAllStripes) {
    alone = withAllStripes;
  }

  /** Whether it has all stripes. */
  final boolean alone() {
    return alone;
  }

  /** The key for {@link #prune}, which is forgotten. */
  final long takeEmptied() {
    long key = emptiedKey;
    emptiedKey = NONE_EMPTIED;
    return key;
  }

  /** Counts present entries of a table of a level. */
  final void addLive(int level, long table, int delta) {
    if (level == 1 || alone) {
      memory.addLive(table, delta);
      return;
    }
    upper.lock();
    try {
      memory.addLive(table, delta);
    } finally {
      upper.unlock();
    }
  }

  /** Counts leaves that stand above those which one stripe has for itself. */
  final void addLarge(int level, int delta) {
    if (level > 2 && delta != 0) {
      assert alone;
      upper.addLarge(delta);
    }
  }

  // ---- what has become stale

  final void stale(int level, long bits, long firstKey, long lastKey) {
    if (format.maybeAccessed(level, bits)) {
      staleFirst = Math.min(staleFirst, shape.page(firstKey));
      staleLast = Math.max(staleLast, shape.page(lastKey));
    }
  }

  final boolean anyStale() {
    return staleFirst <= staleLast || walked;
  }

  /** Whether a table above the lowest ones was unlinked that somebody may be walking. */
  final boolean unlinkedAbove() {
    return walkedAbove;
  }

  final long staleFirst() {
    return staleFirst;
  }

  final long staleLast() {
    return staleLast;
  }

  final void nothingStale() {
    staleFirst = Long.MAX_VALUE;
    staleLast = -1;
    walked = false;
    walkedAbove = false;
  }

  // ---- unlinking

  /** Unlinks the table that the cursor's entry leads to, if it holds and keeps nothing. */
  final void unlinkIfUnused(TableCursor at) {
    if (!memory.unused(at.child)) {
      return;
    }
    if (at.level > 2 && !alone) {
      emptiedKey = at.first;
      return;
    }
    unlink(at);
    addLive(at.level, at.table, -1);
  }

  /** Unlinks the table that the cursor's entry leads to. */
  final void unlink(TableCursor at) {
    long bits = words.exchange(at.table, at.index, 0);
    boolean maybeWalked = format.maybeAccessed(at.level, bits);
    walked |= maybeWalked;
    walkedAbove |= maybeWalked && at.level > 2;
    memory.unlinked(at.child);
    if (at.level == 2) {
      stripes.of(at.first).tree.forgetLeafTable();
    }
  }

  /** Unlinks the tables on the way to a key that are unused; alone. */
  final void prune(long key) {
    assert alone;
    TableCursor at = cursor;
    for (int found = at.start(root, key, key); found != TableCursor.END; found = at.next()) {
      if (found == TableCursor.LEFT) {
        unlinkIfUnused(at);
      }
    }
  }

  /** Notes that nothing begins at the root any more; alone. */
  final void unlinkedRoot() {
    walked = true;
    memory.unlinked(root);
  }

  /** Forgets which table was used last, which somebody alone has unlinked. */
  abstract void forgetLeafTable();
}
