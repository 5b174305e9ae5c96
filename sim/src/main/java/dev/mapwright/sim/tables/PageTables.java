package dev.mapwright.sim.tables;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.AccessHook;
import dev.mapwright.core.machine.BareEntries;
import dev.mapwright.core.machine.Hook;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.format.TableFormat;
import dev.mapwright.sim.memory.FrameTable;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.ThreadGuard;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A translation as page tables in simulated memory.
 *
 * <p>The tables and their frames are changed by who has their {@linkplain TableStripes stripes}.
 * Each change ends in {@link #settle}, the remover's half of the protocol that {@code Quiescent}
 * describes: the entries are written already; the users are told; a full fence; they are waited
 * for; only then are unlinked tables given back (and, after the return, the caller's frames).
 *
 * <p>Readers without a lock ({@link #entry}, {@link #walk}) are not waited for. They look at {@link
 * #unlinkings} before and after: tables are counted there after they were unlinked and before they
 * are given back, so an unchanged count says that no table on the way was anything else meanwhile.
 */
// `unlinkings` is only written under a lock.
@SuppressWarnings("NonAtomicVolatileUpdate")
public final class PageTables implements Translation {
  private final ThreadGuard guard;
  private final TableFormat format;
  private final UpperTables upper;
  private final FrameTable frames;
  private final TableShape shape;
  private final TableWords words;
  private final TableWalker walker;
  private final BareEntries bareEntries;
  private final long firstPage;
  private final long lastPage;

  /** Replaced by who has all of the old ones; whoever has one of them finds it unchanged. */
  private volatile TableStripes stripes;

  /**
   * How many tables stripes that are not here any more have made and not unlinked, and the root.
   */
  private volatile long olderTables = 1;

  private final TableUsers users = new TableUsers();

  /** How often tables were unlinked; changed under the lock of {@link #upper}. */
  private volatile long unlinkings;

  /** Set by who has all stripes. */
  private volatile boolean closed;

  /** Replaced whole, under {@link #hooksLock}; read by CPUs after they have walked. */
  private volatile HookSet hooks = HookSet.NONE;

  private final Object hooksLock = new Object();

  @GuardedBy("hooksLock")
  private long hooksMade;

  private PageTables(
      ThreadGuard guard,
      TableWords words,
      FrameTable frames,
      UpperTables upper,
      long firstPage,
      long lastPage) {
    this.guard = guard;
    this.shape = upper.shape;
    this.format = shape.format;
    this.words = words;
    this.upper = upper;
    this.frames = frames;
    walker = new TableWalker(shape, words);
    bareEntries = new TreeEntries(this);
    this.firstPage = firstPage;
    this.lastPage = lastPage;
    stripes = newStripes(1);
  }

  private TableStripes newStripes(int count) {
    return new TableStripes(count, words, frames, upper, guard.concurrent());
  }

  /** Makes an empty translation; null when no frame is left for the root. */
  public static @Nullable PageTables create(
      FrameTable frames,
      Ram ram,
      ThreadGuard guard,
      TableFormat format,
      long firstPage,
      long lastPage) {
    guard.check();
    if (firstPage < 0 || firstPage > lastPage || lastPage > Pages.LAST_PAGE) {
      throw new IllegalArgumentException(
          "no range of pages: 0x"
              + Long.toHexString(firstPage)
              + " to 0x"
              + Long.toHexString(lastPage));
    }
    TableShape shape = new TableShape(format);
    // The frame for the root comes first: from then on RAM is there.
    TableMemory memory = new TableMemory(frames);
    if (!memory.acquire(1)) {
      return null;
    }
    UpperTables upper = new UpperTables(shape, memory.take(shape.levels), guard.concurrent());
    TableWords words = new TableWords(ram, guard.concurrent());
    return new PageTables(guard, words, frames, upper, firstPage, lastPage);
  }

  /** The format of the tables. */
  public TableFormat format() {
    return format;
  }

  /** Whether it has ended; true before users are told so. */
  public boolean closed() {
    return closed;
  }

  /** The frame of the root table. */
  public long rootPfn() {
    return upper.root;
  }

  // ---- users

  /** Adds a CPU before it walks for the first time; false when the translation was closed. */
  public boolean addUser(TranslationUser user) {
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
  public void removeUser(TranslationUser user) {
    users.remove(user);
    stripes.leave(user);
  }

  // ---- locking and settling

  /** Takes the stripes of a range; what they give to work with. */
  TableTree begin(long firstKey, long lastKey) {
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
  void end(TableTree tree, long firstKey, long lastKey) {
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
  void divide(int count) {
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
  int stripes() {
    return stripes.count();
  }

  /** The table of level 1 of a page, whose stripe is held; it is there. */
  long leafTable(long key) {
    return stripes.of(key).tree.leafTable(key);
  }

  /** Makes what was written true for everybody, and gives unlinked tables back. */
  void settle(TableTree tree, long firstKey, long lastKey) {
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

  /** Tells users what a tree has made stale, which lies in a range of keys. */
  private TranslationUser[] tell(TableTree tree, long firstKey, long lastKey) {
    VarHandle.fullFence(); // see below
    TableStripes now = stripes;
    // Through a table above the lowest, somebody may be on his way to any of several stripes.
    TableStripe only = tree.unlinkedAbove() ? null : now.onlyOf(firstKey, lastKey);
    TranslationUser[] told = users.tell(tree.staleFirst(), tree.staleLast(), only);
    now.noteTold(told.length);
    return told;
  }

  /** Tells users that entries of pages, which lie in a range of keys, have changed. */
  private TranslationUser[] tell(long first, long last, long firstKey, long lastKey) {
    // Between writing the entries and looking who walks, and in which stripes: see addUser,
    // walkFor.
    VarHandle.fullFence();
    return users.tell(first, last, stripes.onlyOf(firstKey, lastKey));
  }

  /** Nobody gets through the entries of these pages as they were when this returns. */
  void invalidate(long first, long last) {
    for (TranslationUser user : tell(first, last, shape.key(first), shape.key(last))) {
      user.awaitQuiescence();
    }
  }

  private void requireTranslatable(long first, long last) {
    if (!translatable(first, last)) {
      throw new IllegalArgumentException(
          "pages 0x"
              + Long.toHexString(first)
              + " to 0x"
              + Long.toHexString(last)
              + " can't be translated here");
    }
  }

  /** The first key of a range of any pages, cut to what is translated here. */
  private long firstKey(long first) {
    return shape.firstKey(Math.max(first, firstPage));
  }

  private long lastKey(long last) {
    return shape.lastKey(Math.min(last, lastPage));
  }

  // ---- for entries of bare frames

  UpperTables upper() {
    return upper;
  }

  TableShape shape() {
    return shape;
  }

  TableWords words() {
    return words;
  }

  ThreadGuard guard() {
    return guard;
  }

  TableWalker walker() {
    return walker;
  }

  // ---- Translation

  @Override
  public long firstPage() {
    return firstPage;
  }

  @Override
  public long lastPage() {
    return lastPage;
  }

  @Override
  public long reach(long page) {
    requireTranslatable(page, page);
    long key = shape.key(page);
    TableTree tree = begin(key, key);
    try {
      if (!tree.reach(key)) {
        return NO_TABLES;
      }
      long bits = words.get(tree.leafTable(key), shape.index(key, 1));
      return bits == 0 ? TranslationEntry.ABSENT : walker.leaf(1, bits);
    } finally {
      end(tree, key, key);
    }
  }

  @Override
  public void unreach(long page) {
    unprepare(page, 1);
  }

  @Override
  public boolean prepare(long first, long pages) {
    requireTranslatable(first, first + pages - 1);
    long from = shape.key(first);
    long to = from + pages - 1;
    TableTree tree = begin(from, to);
    try {
      if (!tree.memory.acquire(tree.buildNeeds(from, to))) {
        return false;
      }
      tree.build(from, to);
      return true;
    } finally {
      end(tree, from, to);
    }
  }

  @Override
  public void unprepare(long first, long pages) {
    requireTranslatable(first, first + pages - 1);
    long from = shape.key(first);
    long to = from + pages - 1;
    TableTree tree = begin(from, to);
    try {
      tree.unkeep(from, to);
      settle(tree, from, to);
    } finally {
      end(tree, from, to);
    }
  }

  @Override
  public long tablesFor(long first, long pages) {
    requireTranslatable(first, first + pages - 1);
    long from = shape.key(first);
    return shape.tablesFor(shape.levels, from, from + pages - 1);
  }

  @Override
  public int lowestTableLog2Pages() {
    return shape.log2Pages(2);
  }

  @Override
  public @Nullable BareEntries preparedEntries(long first, long pages) {
    requireTranslatable(first, first + pages - 1);
    long from = shape.key(first);
    TableTree tree = begin(from, from + pages - 1);
    try {
      return PreparedTables.of(this, tree, from, pages);
    } finally {
      end(tree, from, from + pages - 1);
    }
  }

  @Override
  public void forget(long first, long last) {
    guard.check();
    invalidate(first, last);
  }

  @Override
  public int largeLeafLog2Pages(int level) {
    return level > 1 && level <= shape.levels && format.leafAllowed(level)
        ? shape.log2Pages(level)
        : 0;
  }

  @Override
  public BareEntries bareEntries() {
    return bareEntries;
  }

  @Override
  public void install(long page, long pfn, int permissions, CachePolicy cache) {
    requireTranslatable(page, page);
    requireExpressible(permissions);
    long key = shape.key(page);
    TableTree tree = begin(key, key);
    try {
      tree.install(key, pfn, permissions, cache);
      settle(tree, key, key);
    } finally {
      end(tree, key, key);
    }
  }

  private void requireExpressible(int permissions) {
    if (permissions == Permissions.NONE || format.effective(permissions) != permissions) {
      throw new IllegalArgumentException(
          format.name() + " has no entry for the permissions " + Permissions.text(permissions));
    }
  }

  @Override
  public boolean installRun(long first, long pfn, long pages, int permissions, CachePolicy cache) {
    requireTranslatable(first, first + pages - 1);
    requireExpressible(permissions);
    long from = shape.key(first);
    long to = from + pages - 1;
    TableTree tree = begin(from, to);
    try {
      if (!tree.memory.acquire(tree.installRunNeeds(from, to, pfn))) {
        return false;
      }
      tree.installRun(from, to, pfn, permissions, cache);
      return true;
    } finally {
      end(tree, from, to);
    }
  }

  @Override
  public boolean cut(long first, long last) {
    long from = firstKey(first);
    long to = lastKey(last);
    if (from > to) {
      return true;
    }
    TableTree tree = begin(from, to);
    try {
      return tree.acquireAndCut(from, to);
    } finally {
      end(tree, from, to);
    }
  }

  @Override
  public void remove(long first, long last, @Nullable RunVisitor written) {
    long from = firstKey(first);
    long to = lastKey(last);
    if (from > to) {
      return;
    }
    TableTree tree = begin(from, to);
    try {
      if (tree.acquireAndCut(from, to)) {
        tree.remove(from, to, written);
      } else {
        removeWhole(tree, from, to, written);
      }
    } finally {
      settleAndEnd(tree, from, to); // also when the visitor throws: what has gone is forgotten
    }
  }

  /** Removes a range; leaves across its edges go whole. */
  private static void removeWhole(
      TableTree tree, long from, long to, @Nullable RunVisitor written) {
    tree.remove(tree.leafStart(from), tree.leafEnd(to), written);
  }

  @Override
  public void restrict(long first, long last, int permissions, @Nullable RunVisitor written) {
    long from = firstKey(first);
    long to = lastKey(last);
    if (from > to) {
      return;
    }
    TableTree tree = begin(from, to);
    try {
      if (!tree.acquireAndCut(from, to)) {
        removeWhole(tree, from, to, written);
      } else if (permissions == Permissions.NONE) {
        tree.remove(from, to, written);
      } else {
        tree.restrict(from, to, permissions, written);
      }
    } finally {
      settleAndEnd(tree, from, to);
    }
  }

  private void settleAndEnd(TableTree tree, long from, long to) {
    try {
      settle(tree, from, to);
    } finally {
      end(tree, from, to);
    }
  }

  @Override
  public int effective(int permissions) {
    return format.effective(permissions);
  }

  @Override
  public boolean translatable(long page) {
    return format.translatable(page);
  }

  @Override
  public boolean translatable(long first, long last) {
    return first >= firstPage
        && first <= last
        && last <= lastPage
        && format.translatable(first)
        && format.translatable(last)
        && shape.key(last) - shape.key(first) == last - first;
  }

  @Override
  public long entry(long page) {
    if (!translatable(page)) {
      return TranslationEntry.ABSENT;
    }
    while (true) {
      long before = unlinkings;
      long entry = closed ? TranslationEntry.ABSENT : walker.entry(upper.root, page);
      VarHandle.loadLoadFence();
      if (unlinkings == before) {
        return entry;
      }
    }
  }

  @Override
  public void entries(long firstPage, int pages, long[] into) {
    int done = 0;
    while (done < pages) {
      done += entries(firstPage + done, into, done, pages - done);
    }
  }

  private int entries(long page, long[] into, int from, int most) {
    while (translatable(page)) {
      long before = unlinkings;
      int count = closed ? 0 : walker.entries(upper.root, page, into, from, most);
      VarHandle.loadLoadFence();
      if (count == 0) {
        break;
      }
      if (unlinkings == before) {
        return count;
      }
    }
    into[from] = TranslationEntry.ABSENT;
    return 1;
  }

  @Override
  public void dirty(long first, long last, boolean clear, RunVisitor visitor) {
    RunJoiner joiner = new RunJoiner(visitor);
    long from = firstKey(first);
    long to = lastKey(last);
    if (from <= to) {
      TableTree tree = begin(from, to);
      try {
        visitDirty(tree, from, to, clear, joiner);
      } finally {
        settleAndEnd(tree, from, to); // also when the visitor throws: the next store has to be seen
      }
    }
    joiner.flush();
  }

  private void visitDirty(TableTree tree, long from, long to, boolean clear, RunJoiner joiner) {
    tree.forEachLeaf(
        from,
        to,
        at -> {
          if (format.dirty(at.level, at.bits)) {
            joiner.add(shape.page(at.first), at.last - at.first + 1);
            // A larger leaf that lies partly outside stays dirty: nothing is lost.
            if (clear && at.last - at.first == shape.mask(at.level)) {
              tree.clean(at);
            }
          }
        });
  }

  @Override
  public void forEachLeaf(long first, long last, LeafVisitor visitor) {
    long from = firstKey(first);
    long to = lastKey(last);
    if (from > to) {
      return;
    }
    TableTree tree = begin(from, to);
    try {
      tree.forEachLeaf(
          from,
          to,
          at -> {
            long mask = shape.mask(at.level);
            visitor.visit(shape.page(at.first & ~mask), mask + 1, walker.leaf(at.level, at.bits));
          });
    } finally {
      end(tree, from, to);
    }
  }

  @Override
  public List<WalkStep> walk(long page) {
    if (!translatable(page)) {
      return List.of();
    }
    while (true) {
      long before = unlinkings;
      List<WalkStep> steps = closed ? List.of() : walker.steps(upper.root, page);
      VarHandle.loadLoadFence();
      if (unlinkings == before) {
        return steps;
      }
    }
  }

  /**
   * The walk of the hardware: sets accessed bits, and the dirty bit for a store. The caller is a
   * user of this translation and inside its bracket, and looks for mail before it uses what is
   * found.
   */
  public TableWalk.Result walkFor(
      TranslationUser user, long page, int permission, TableWalk found) {
    TableStripes now = stripes;
    if (now.count() != 1) {
      now.of(shape.key(page)).enter(user);
    }
    return walker.walk(upper.root, page, permission, found);
  }

  /**
   * The end of such a walk, in the lowest table that one came to before. The CPU was told to forget
   * nothing since; so it is entered where the table is, which is still there.
   *
   * @param bits the entry of the page, read with acquire
   * @return the frame of the page; -1 when only the whole walk can say more
   */
  public long frameOf(long bits, int permission) {
    return walker.frameOf(bits, permission);
  }

  // ---- hooks

  /**
   * The hooks that are set now. A CPU asks after it has translated and before it uses or remembers
   * what it has found. That it is inside then is why none is missed: {@link #hook} replaces the set
   * before it tells the CPUs to forget, and waits for them afterwards, like a remover.
   */
  public HookSet hooks() {
    return hooks;
  }

  @Override
  public Hook hook(long firstAddress, long lastAddress, Set<Access> kinds, AccessHook told) {
    guard.check();
    PlacedHook hook;
    synchronized (hooksLock) {
      if (closed) {
        throw new IllegalStateException("this translation was closed");
      }
      hook = new PlacedHook(this, hooksMade++, firstAddress, lastAddress, kinds, told);
      hooks = hooks.with(hook);
    }
    invalidateTranslatable(Pages.of(firstAddress), Pages.of(lastAddress));
    return hook;
  }

  /** The same as {@link #invalidate} for any pages, of which some may be translatable. */
  private void invalidateTranslatable(long first, long last) {
    long from = firstKey(first);
    long to = lastKey(last);
    if (from <= to) {
      for (TranslationUser user : tell(first, last, from, to)) {
        user.awaitQuiescence();
      }
    }
  }

  /**
   * Takes a hook away. There is nothing to forget: that its pages are in no TLB is mended by the
   * next walk.
   */
  void unhook(PlacedHook hook) {
    guard.check();
    synchronized (hooksLock) {
      hooks = hooks.without(hook);
    }
  }

  @Override
  public long tables() {
    return olderTables + stripes.tables();
  }

  @Override
  public void close() {
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
