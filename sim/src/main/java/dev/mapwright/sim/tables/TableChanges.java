package dev.mapwright.sim.tables;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.sim.memory.FrameTable;
import dev.mapwright.sim.memory.ThreadGuard;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * How a change of a translation begins and ends: what it locks, whom it tells, and when what it has
 * unlinked is given back. What the changes are says {@link PageTables}, whose state this is.
 *
 * <p><b>A change</b>, in this order: (1) takes the {@linkplain TableStripes stripes} of its range
 * ({@link #begin}), and has them when they are still the translation's and it was not closed; (2)
 * writes entries with what the stripes give it to work with; (3) settles: a full fence, the users
 * are told, another fence, they are waited for, and only then are unlinked tables given back
 * ({@link #settle}), which is the remover's half of the protocol that {@code Quiescent} describes;
 * (4) lets the stripes go ({@link #end}). The caller gives his frames back after that.
 *
 * <p><b>Who is told</b> is chosen between the fence behind the writing and the telling, never
 * before: a CPU that walks for the first time, be it in the translation or in a stripe, enters
 * itself and fences before it reads an entry. So either it is seen here, or it sees what was
 * written. Those who have walked in one stripe are all who may remember something of it once {@link
 * TableStripes#allAreEntered} has been called, which is after everybody has forgotten what he
 * remembered when the stripes were new.
 *
 * <p><b>Readers without a lock</b> are not waited for. They look at {@link #unlinkings} before and
 * after: tables are counted there after they were unlinked and before they are given back, so an
 * unchanged count says that no table on the way was anything else meanwhile.
 *
 * <p><b>Two things need all stripes</b> and are done by who has just let his own go: taking away
 * upper tables that fell empty, and putting more stripes there where threads have met. In between
 * somebody else may have done it, or closed the translation.
 */
// `unlinkings` is only written under a lock.
@SuppressWarnings("NonAtomicVolatileUpdate")
abstract class TableChanges implements Translation {
  final ThreadGuard guard;
  final UpperTables upper;
  final TableShape shape;
  final TableWords words;
  private final FrameTable frames;
  private final TableUsers users = new TableUsers();

  /** Replaced by who has all of the old ones; whoever has one of them finds it unchanged. */
  private volatile TableStripes stripes;

  /**
   * How many tables stripes that are not here any more have made and not unlinked, and the root.
   */
  private volatile long olderTables = 1;

  /** How often tables were unlinked; changed under the lock of {@link #upper}. */
  private volatile long unlinkings;

  /** Set by who has all stripes. */
  private volatile boolean closed;

  TableChanges(ThreadGuard guard, TableWords words, FrameTable frames, UpperTables upper) {
    this.guard = guard;
    this.shape = upper.shape;
    this.words = words;
    this.upper = upper;
    this.frames = frames;
    stripes = newStripes(1);
  }

  private TableStripes newStripes(int count) {
    return new TableStripes(count, words, frames, upper, guard.concurrent());
  }

  /** Whether it has ended; true before users are told so. */
  public final boolean closed() {
    return closed;
  }

  // ---- users

  /** Adds a CPU before it walks for the first time; false when the translation was closed. */
  public final boolean addUser(TranslationUser user) {
    users.add(user);
    // Either close() sees this user, or this sees that it was closed.
    VarHandle.fullFence();
    if (closed) {
      removeUser(user);
      return false;
    }
    return true;
  }

  /** Removes a CPU that has forgotten everything. */
  public final void removeUser(TranslationUser user) {
    users.remove(user);
    stripes.leave(user);
  }

  /** A user is about to walk to a page: he is told of changes there before he reads an entry. */
  final void enter(TranslationUser user, long page) {
    TableStripes now = stripes;
    if (now.count() != 1) {
      now.enter(user, shape.key(page));
    }
  }

  // ---- locking

  /** Takes the stripes of a range; what they give to work with. */
  final TableTree begin(long firstKey, long lastKey) {
    guard.check();
    while (true) {
      TableStripes now = stripes;
      TableTree tree = now.lock(firstKey, lastKey);
      if (closed) {
        now.unlock(tree, firstKey, lastKey);
        throw new IllegalStateException("this translation was closed");
      }
      if (stripes == now) {
        return tree;
      }
      now.unlock(tree, firstKey, lastKey);
    }
  }

  /** Lets them go. */
  final void end(TableTree tree, long firstKey, long lastKey) {
    assert !tree.anyStale();
    TableStripes now = stripes;
    tree.memory.release(); // somebody else may have made a table that both need
    long emptied = tree.takeEmptied();
    int wanted = now.wanted();
    now.unlock(tree, firstKey, lastKey);
    if (emptied >= 0) {
      prune(emptied);
    }
    if (wanted > now.count()) {
      divide(wanted);
    }
  }

  /** Settles a change and lets its stripes go, also when it could not be settled. */
  final void settleAndEnd(TableTree tree, long firstKey, long lastKey) {
    try {
      settle(tree, firstKey, lastKey);
    } finally {
      end(tree, firstKey, lastKey);
    }
  }

  private @Nullable TableTree beginAlone() {
    while (true) {
      TableStripes now = stripes;
      TableTree tree = now.lockAll();
      if (stripes == now) {
        if (!closed) {
          return tree;
        }
        now.unlockAll();
        return null;
      }
      now.unlockAll();
    }
  }

  /** Takes away what is unused on the way to a key, and was left there by one who was not alone. */
  private void prune(long key) {
    TableTree tree = beginAlone();
    if (tree != null) {
      try {
        tree.prune(key);
        settle(tree, key, key);
      } finally {
        stripes.unlockAll();
      }
    }
  }

  /**
   * Puts more stripes in the place of those that are there; without heap for them it stays as it
   * is.
   *
   * @param count how many, a power of two
   */
  final void divide(int count) {
    if (beginAlone() == null) {
      return;
    }
    TableStripes old = stripes;
    try {
      if (count > old.count()) {
        TableStripes more = newStripes(count);
        olderTables = olderTables + old.tables();
        stripes = more;
        // Whoever remembers something now is entered nowhere; he will be before he next walks.
        VarHandle.fullFence();
        for (TranslationUser user : users.tell(0, Pages.LAST_PAGE, null)) {
          user.awaitQuiescence();
        }
        more.allAreEntered();
      }
    } catch (OutOfMemoryError full) {
      old.contentWithCount();
    } finally {
      old.unlockAll();
    }
  }

  /** How many stripes there are. */
  final int stripes() {
    return stripes.count();
  }

  /** The table of level 1 of a page, whose stripe is held; it is there. */
  final long leafTable(long key) {
    return stripes.of(key).tree.leafTable(key);
  }

  @Override
  public final long tables() {
    return olderTables + stripes.tables();
  }

  // ---- settling and telling

  /** Makes what was written true for everybody, and gives unlinked tables back. */
  final void settle(TableTree tree, long firstKey, long lastKey) {
    if (tree.anyStale()) {
      TranslationUser[] told = tell(tree, firstKey, lastKey);
      for (TranslationUser user : told) {
        user.awaitQuiescence();
      }
      tree.nothingStale();
    }
    if (tree.memory.anyUnlinked()) {
      countUnlinking();
      tree.memory.freeUnlinked();
    }
  }

  private void countUnlinking() {
    upper.lock();
    try {
      unlinkings = unlinkings + 1;
    } finally {
      upper.unlock();
    }
  }

  /** How often tables were unlinked, for readers without a lock. */
  final long unlinkings() {
    return unlinkings;
  }

  /** Tells users what a tree has made stale, which lies in a range of keys. */
  private TranslationUser[] tell(TableTree tree, long firstKey, long lastKey) {
    VarHandle.fullFence(); // see below
    TableStripes now = stripes;
    // Through a table above the lowest, somebody may be on his way to any of several stripes.
    TranslationUser @Nullable [] walkers =
        tree.unlinkedAbove() ? null : now.walkers(firstKey, lastKey);
    TranslationUser[] told = users.tell(tree.staleFirst(), tree.staleLast(), walkers);
    now.noteTold(told.length);
    return told;
  }

  /** Tells users that entries of pages, which lie in a range of keys, have changed. */
  private TranslationUser[] tell(long first, long last, long firstKey, long lastKey) {
    // Between writing the entries and looking who walks, and in which stripes: see addUser, enter.
    VarHandle.fullFence();
    return users.tell(first, last, stripes.walkers(firstKey, lastKey));
  }

  /**
   * Nobody gets through the entries of these pages, which lie in a range of keys, as they were when
   * this returns.
   */
  final void invalidate(long first, long last, long firstKey, long lastKey) {
    for (TranslationUser user : tell(first, last, firstKey, lastKey)) {
      user.awaitQuiescence();
    }
  }

  /** The same for pages that are all translated. */
  final void invalidate(long first, long last) {
    invalidate(first, last, shape.key(first), shape.key(last));
  }

  @Override
  public final void close() {
    guard.check();
    TableTree tree = beginAlone();
    if (tree == null) {
      return;
    }
    try {
      closed = true;
      tree.dismantle();
      VarHandle.fullFence();
      TranslationUser[] all = users.all();
      for (TranslationUser user : all) {
        user.detach();
      }
      VarHandle.fullFence();
      for (TranslationUser user : all) {
        user.awaitQuiescence();
      }
      stripes.release();
      countUnlinking();
      tree.memory.freeUnlinked();
    } finally {
      stripes.unlockAll();
    }
  }
}
