package dev.mapwright.sim.tables;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.BareEntries;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.format.TableFormat;
import dev.mapwright.sim.memory.FrameTable;
import dev.mapwright.sim.memory.Ram;
import dev.mapwright.sim.memory.ThreadGuard;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A translation as page tables in simulated memory.
 *
 * <p>{@link #tree} and its frames are changed under {@link #lock}. Each change ends in {@link
 * #settle}, the remover's half of the protocol that {@code Quiescent} describes: the entries are
 * written already; the users are told; a full fence; they are waited for; only then are unlinked
 * tables given back (and, after the return, the caller's frames).
 *
 * <p>Readers without a lock ({@link #entry}, {@link #walk}) are not waited for. They look at {@link
 * #unlinkings} before and after: tables are counted there after they were unlinked and before they
 * are given back, so an unchanged count says that no table on the way was anything else meanwhile.
 */
// `unlinkings` is only written under the lock.
@SuppressWarnings("NonAtomicVolatileUpdate")
public final class PageTables implements Translation {
  private final ThreadGuard guard;
  private final TableFormat format;
  private final TableTree tree;
  private final TableMemory memory;
  private final TableShape shape;
  private final TableWords words;
  private final TableWalker walker;
  private final BareEntries bareEntries;
  private final long firstPage;
  private final long lastPage;
  private final ReentrantLock lock = new ReentrantLock();

  /** Replaced whole under its own lock; read by removers after a full fence. */
  private volatile TranslationUser[] users = {};

  private final Object usersLock = new Object();

  /** How often tables were unlinked; changed under {@link #lock}. */
  private volatile long unlinkings;

  /** Set under {@link #lock}. */
  private volatile boolean closed;

  private PageTables(
      ThreadGuard guard,
      TableWords words,
      TableMemory memory,
      TableTree tree,
      long firstPage,
      long lastPage) {
    this.guard = guard;
    this.shape = tree.shape;
    this.format = shape.format;
    this.words = words;
    this.tree = tree;
    this.memory = memory;
    walker = new TableWalker(shape, words);
    bareEntries = new TreeEntries(this);
    this.firstPage = firstPage;
    this.lastPage = lastPage;
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
    TableWords words = new TableWords(ram, guard.concurrent());
    TableTree tree = new TableTree(shape, words, memory);
    return new PageTables(guard, words, memory, tree, firstPage, lastPage);
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
    return tree.root;
  }

  // ---- users

  /** Adds a CPU before it walks for the first time; false when the translation was closed. */
  public boolean addUser(TranslationUser user) {
    synchronized (usersLock) {
      TranslationUser[] more = java.util.Arrays.copyOf(users, users.length + 1);
      more[users.length] = user;
      users = more;
    }
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
    synchronized (usersLock) {
      List<TranslationUser> rest = new ArrayList<>(List.of(users));
      rest.remove(user);
      users = rest.toArray(new TranslationUser[0]);
    }
  }

  // ---- locking and settling

  void begin() {
    guard.check();
    if (guard.concurrent()) {
      lock.lock();
    }
    if (closed) {
      end();
      throw new IllegalStateException("this translation was closed");
    }
  }

  void end() {
    if (guard.concurrent()) {
      lock.unlock();
    }
  }

  /** For assertions: a machine of one thread needs no lock. */
  private boolean locked() {
    return !guard.concurrent() || lock.isHeldByCurrentThread();
  }

  /** Makes what was written true for everybody, and gives unlinked tables back. */
  void settle() {
    assert locked();
    if (tree.anyStale()) {
      TranslationUser[] all = tellUsers(tree.staleFirst(), tree.staleLast());
      for (TranslationUser user : all) {
        user.awaitQuiescence();
      }
      tree.nothingStale();
    }
    if (memory.anyUnlinked()) {
      unlinkings = unlinkings + 1;
      memory.freeUnlinked();
    }
  }

  /** Tells the users that entries of these pages have changed; they have been written. */
  private TranslationUser[] tellUsers(long first, long last) {
    // Between writing the entries and looking who walks: see addUser.
    VarHandle.fullFence();
    TranslationUser[] all = users;
    for (TranslationUser user : all) {
      user.forget(first, last);
    }
    if (all.length != 0) {
      VarHandle.fullFence();
    }
    return all;
  }

  /** Nobody gets through the entries of these pages as they were when this returns. */
  void invalidate(long first, long last) {
    for (TranslationUser user : tellUsers(first, last)) {
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

  TableTree tree() {
    return tree;
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
    begin();
    try {
      long key = shape.key(page);
      if (!tree.reach(key)) {
        return NO_TABLES;
      }
      long bits = words.get(tree.leafTable(key), shape.index(key, 1));
      return bits == 0 ? TranslationEntry.ABSENT : walker.leaf(1, bits);
    } finally {
      end();
    }
  }

  @Override
  public void unreach(long page) {
    unprepare(page, 1);
  }

  @Override
  public boolean prepare(long first, long pages) {
    requireTranslatable(first, first + pages - 1);
    begin();
    try {
      long from = shape.key(first);
      if (!memory.acquire(tree.buildNeeds(from, from + pages - 1))) {
        return false;
      }
      tree.build(from, from + pages - 1);
      return true;
    } finally {
      end();
    }
  }

  @Override
  public void unprepare(long first, long pages) {
    requireTranslatable(first, first + pages - 1);
    begin();
    try {
      long from = shape.key(first);
      tree.unkeep(from, from + pages - 1);
      settle();
    } finally {
      end();
    }
  }

  @Override
  public long tablesFor(long first, long pages) {
    requireTranslatable(first, first + pages - 1);
    long from = shape.key(first);
    return tree.tablesFor(from, from + pages - 1);
  }

  @Override
  public int lowestTableLog2Pages() {
    return shape.log2Pages(2);
  }

  @Override
  public @Nullable BareEntries preparedEntries(long first, long pages) {
    requireTranslatable(first, first + pages - 1);
    begin();
    try {
      return PreparedTables.of(this, tree, shape.key(first), pages);
    } finally {
      end();
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
    begin();
    try {
      tree.install(shape.key(page), pfn, permissions, cache);
      settle();
    } finally {
      end();
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
    begin();
    try {
      long from = shape.key(first);
      long to = from + pages - 1;
      if (!memory.acquire(tree.installRunNeeds(from, to, pfn))) {
        return false;
      }
      tree.installRun(from, to, pfn, permissions, cache);
      return true;
    } finally {
      end();
    }
  }

  @Override
  public boolean cut(long first, long last) {
    begin();
    try {
      long from = firstKey(first);
      long to = lastKey(last);
      if (from > to) {
        return true;
      }
      if (!memory.acquire(tree.cutNeeds(from, to))) {
        return false;
      }
      tree.cut(from, to);
      return true;
    } finally {
      end();
    }
  }

  @Override
  public void remove(long first, long last, @Nullable RunVisitor written) {
    begin();
    try {
      tree.remove(firstKey(first), lastKey(last), written);
    } finally {
      try {
        settle(); // also when the visitor throws: what was removed has to be forgotten
      } finally {
        end();
      }
    }
  }

  @Override
  public void restrict(long first, long last, int permissions, @Nullable RunVisitor written) {
    begin();
    try {
      tree.restrict(firstKey(first), lastKey(last), permissions, written);
    } finally {
      try {
        settle();
      } finally {
        end();
      }
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
      long entry = closed ? TranslationEntry.ABSENT : walker.entry(tree.root, page);
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
      int count = closed ? 0 : walker.entries(tree.root, page, into, from, most);
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
    begin();
    try {
      visitDirty(first, last, clear, joiner);
    } finally {
      end();
    }
    joiner.flush();
  }

  private void visitDirty(long first, long last, boolean clear, RunJoiner joiner) {
    assert locked();
    try {
      tree.forEachLeaf(
          firstKey(first),
          lastKey(last),
          at -> {
            if (format.dirty(at.level, at.bits)) {
              joiner.add(shape.page(at.first), at.last - at.first + 1);
              // A larger leaf that lies partly outside stays dirty: nothing is lost.
              if (clear && at.last - at.first == shape.mask(at.level)) {
                tree.clean(at);
              }
            }
          });
    } finally {
      settle(); // also when the visitor throws: of what was cleaned the next store has to be seen
    }
  }

  /** Joins adjacent runs before a visitor is told. */
  private static final class RunJoiner {
    private final RunVisitor visitor;
    private long firstPage;
    private long pages;

    RunJoiner(RunVisitor visitor) {
      this.visitor = visitor;
    }

    void add(long first, long more) {
      if (pages > 0 && firstPage + pages == first) {
        pages += more;
      } else {
        flush();
        firstPage = first;
        pages = more;
      }
    }

    void flush() {
      if (pages > 0) {
        visitor.visit(firstPage, pages);
        pages = 0;
      }
    }
  }

  @Override
  public void forEachLeaf(long first, long last, LeafVisitor visitor) {
    begin();
    try {
      tree.forEachLeaf(
          firstKey(first),
          lastKey(last),
          at -> {
            long mask = shape.mask(at.level);
            visitor.visit(shape.page(at.first & ~mask), mask + 1, walker.leaf(at.level, at.bits));
          });
    } finally {
      end();
    }
  }

  @Override
  public List<WalkStep> walk(long page) {
    if (!translatable(page)) {
      return List.of();
    }
    while (true) {
      long before = unlinkings;
      List<WalkStep> steps = closed ? List.of() : walker.steps(tree.root, page);
      VarHandle.loadLoadFence();
      if (unlinkings == before) {
        return steps;
      }
    }
  }

  /**
   * The walk of the hardware: sets accessed bits, and the dirty bit for a store. The caller is a
   * user of this translation and inside its bracket.
   */
  public TableWalk.Result walkFor(long page, int permission, TableWalk found) {
    return walker.walk(tree.root, page, permission, found);
  }

  @Override
  public long tables() {
    return memory.tables();
  }

  @Override
  public void close() {
    guard.check();
    if (guard.concurrent()) {
      lock.lock();
    }
    try {
      if (closed) {
        return;
      }
      closed = true;
      tree.dismantle();
      VarHandle.fullFence();
      TranslationUser[] all = users;
      for (TranslationUser user : all) {
        user.detach();
      }
      VarHandle.fullFence();
      for (TranslationUser user : all) {
        user.awaitQuiescence();
      }
      memory.release();
      unlinkings = unlinkings + 1;
      memory.freeUnlinked();
    } finally {
      end();
    }
  }
}
