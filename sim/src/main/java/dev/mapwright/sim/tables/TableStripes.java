package dev.mapwright.sim.tables;

import dev.mapwright.sim.memory.FrameTable;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who may change which tables of a translation at once.
 *
 * <p>The lowest tables are dealt out to stripes, each 64 adjacent ones in turn, and such that those
 * a round distance apart mostly have different stripes. A stripe has a lock and whatever changing
 * tables needs to remember meanwhile ({@link TableTree}). Whoever changes a range takes the stripes
 * of its lowest tables in ascending order, and with them has for itself: those tables, and the
 * entries that lead to them, be they links or leaves. A range of as many lowest tables as there are
 * stripes, or as stand in one table above, takes all; so does everybody while there is a leaf that
 * more than one stripe would have.
 *
 * <p><b>What is above</b> is shared ({@link UpperTables}). Tables are added there under a lock of
 * its own, at most once for all pages of a lowest table. They are only taken away by who has all
 * stripes; so whoever has one can come down from the root without a lock. When a lowest table goes
 * that was the last one below another, its remover ends, and then comes back with all stripes.
 *
 * <p><b>How many there are.</b> One, as long as threads do not meet. Where they have met often,
 * somebody takes all stripes and puts more in their place; who waited for one of the old finds that
 * they are not the translation's any more, and begins anew. There are never fewer again. There are
 * more, too, where changes have often been told several CPUs, since each message interrupts one
 * that may never have walked there.
 *
 * <p><b>Whom a change is told.</b> A CPU enters itself in a stripe before it walks there for the
 * first time ({@link TableStripe#enter}), so what changes in one lowest table is told those who
 * have walked in its stripe, and not so far away that another place of it notes them. As long as
 * there is one stripe nobody is entered and all are told, as they are of changes in several lowest
 * tables. New stripes know nobody: so all are told until all have been made to forget everything,
 * and after that whoever remembers something is entered.
 *
 * <p>Immutable but for what is said. On a machine of one thread nothing is locked.
 */
final class TableStripes {
  private static final int LOG2_MOST = 6;
  private static final int LOG2_PLACES = Integer.numberOfTrailingZeros(TableStripe.PLACES);

  /** There are no more; as many as a long has bits. */
  static final int MOST = 1 << LOG2_MOST;

  /** So often threads meet before there are more stripes. */
  private static final int MOST_MEETINGS = 32;

  /** So often a change is told several users before there are more stripes. */
  private static final int MOST_TOLD = 256;

  private static final int GROWTH = 8;

  private final TableStripe[] stripes;
  private final UpperTables upper;
  private final boolean concurrent;

  /** log2 of the pages of a lowest table. */
  private final int log2Pages;

  /** Ranges of as many lowest tables take all stripes. */
  private final int fewTables;

  /** Whether whoever remembers something is entered in its stripe. */
  private volatile boolean allEntered;

  /** How often a thread has found a lock taken; some may go uncounted. */
  private int meetings;

  /** How often several users were told of a change; some times may go uncounted. */
  private int toldSeveral;

  TableStripes(
      int count, TableWords words, FrameTable frames, UpperTables upper, boolean concurrent) {
    this.upper = upper;
    this.concurrent = concurrent;
    log2Pages = upper.shape.log2Pages(2);
    fewTables = Math.min(count, upper.shape.entries(2));
    stripes = new TableStripe[count];
    for (int i = 0; i < count; i++) {
      stripes[i] = new TableStripe(new TableTree(words, new TableMemory(frames), upper, this));
    }
  }

  int count() {
    return stripes.length;
  }

  /** The stripe of a page's lowest table. */
  TableStripe of(long key) {
    return stripes[index(key >>> log2Pages)];
  }

  private int index(long table) {
    int turned = (int) (mixed(table) >>> Long.SIZE - LOG2_MOST);
    return ((int) table ^ turned) & stripes.length - 1;
  }

  /** Where in its stripe it is noted who walks in a table: others than its neighbours' tables. */
  private static int place(long table) {
    return (int) (mixed(table) >>> Long.SIZE - LOG2_MOST - LOG2_PLACES) & TableStripe.PLACES - 1;
  }

  /**
   * What the 64 tables that are dealt out in one turn have in common, spread over the high bits.
   */
  private static long mixed(long table) {
    return (table >>> LOG2_MOST) * 0x9E37_79B9_7F4A_7C15L;
  }

  /** How many more there should be; their present count when these are enough. */
  int wanted() {
    return meetings < MOST_MEETINGS && toldSeveral < MOST_TOLD
        ? count()
        : Math.min(MOST, count() * GROWTH);
  }

  /** Puts up with as many as there are. */
  void contentWithCount() {
    meetings = Integer.MIN_VALUE;
    toldSeveral = Integer.MIN_VALUE;
  }

  /** Notes how many users were told of a change; where there are more stripes it may be fewer. */
  void noteTold(int users) {
    if (users > 1 && stripes.length < MOST) {
      toldSeveral++;
    }
  }

  /** Notes that whoever remembers something now is entered where he has found it. */
  void allAreEntered() {
    allEntered = true;
  }

  /** A user is told of changes in a page's lowest table, from before his next load of an entry. */
  void enter(TranslationUser user, long key) {
    long table = key >>> log2Pages;
    stripes[index(table)].enter(user, place(table));
  }

  /** All who may remember pages of a range; null when that may be anybody. */
  TranslationUser @Nullable [] walkers(long firstKey, long lastKey) {
    long table = firstKey >>> log2Pages;
    boolean one = table == lastKey >>> log2Pages;
    return one && allEntered && !upper.anyWide()
        ? stripes[index(table)].walkers(place(table))
        : null;
  }

  /** Takes the stripes of a range. */
  TableTree lock(long firstKey, long lastKey) {
    if (stripes.length == 1) {
      return lockAll();
    }
    long tables = (lastKey >>> log2Pages) - (firstKey >>> log2Pages) + 1;
    if (tables >= fewTables) {
      return lockAll();
    }
    long some = some(firstKey, lastKey);
    for (long rest = some; concurrent && rest != 0; rest &= rest - 1) {
      lock(stripes[Long.numberOfTrailingZeros(rest)].lock);
    }
    if (upper.anyLarge()) {
      unlock(some);
      return lockAll();
    }
    TableTree tree = of(firstKey).tree;
    tree.begin(false);
    return tree;
  }

  /** The stripes of a range as bits. */
  private long some(long firstKey, long lastKey) {
    long some = 0;
    for (long table = firstKey >>> log2Pages; table <= lastKey >>> log2Pages; table++) {
      some |= 1L << index(table);
    }
    return some;
  }

  private void unlock(long some) {
    for (long rest = some; concurrent && rest != 0; rest &= rest - 1) {
      stripes[Long.numberOfTrailingZeros(rest)].lock.unlock();
    }
  }

  TableTree lockAll() {
    for (int i = 0; concurrent && i < stripes.length; i++) {
      lock(stripes[i].lock);
    }
    TableTree tree = stripes[0].tree;
    tree.begin(true);
    return tree;
  }

  private void lock(ReentrantLock lock) {
    if (!lock.tryLock()) {
      lock.lock();
      meetings++;
    }
  }

  /** Lets go of what {@link #lock} has taken for the same range. */
  void unlock(TableTree tree, long firstKey, long lastKey) {
    if (tree.alone()) {
      unlockAll();
    } else {
      unlock(some(firstKey, lastKey));
    }
  }

  void unlockAll() {
    for (int i = 0; concurrent && i < stripes.length; i++) {
      stripes[i].lock.unlock();
    }
  }

  /** Forgets a user, who has forgotten everything. */
  void leave(TranslationUser user) {
    for (TableStripe stripe : stripes) {
      stripe.leave(user);
    }
  }

  /** Gives back all frames that were acquired and not taken; all stripes are held. */
  void release() {
    for (TableStripe stripe : stripes) {
      stripe.tree.memory.release();
    }
  }

  /**
   * How many tables all stripes have made and not unlinked; of a moment when nobody changes any.
   */
  long tables() {
    long tables = 0;
    for (TableStripe stripe : stripes) {
      tables += stripe.tree.memory.tables();
    }
    return tables;
  }
}
