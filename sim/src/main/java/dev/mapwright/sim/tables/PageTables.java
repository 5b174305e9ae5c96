package dev.mapwright.sim.tables;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.Translation;
import dev.mapwright.core.machine.TranslationEntry;
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
 * #settle}, the remover's half of the protocol that {@code Bracket}, in the package of the CPUs,
 * describes: the entries are written already; the users are told; a full fence; they are waited
 * for; only then are unlinked tables given back (and, after the return, the caller's frames).
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
  private final TableReader reader;
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
      ThreadGuard guard, TableMemory memory, TableTree tree, long firstPage, long lastPage) {
    this.guard = guard;
    this.format = tree.format;
    this.tree = tree;
    this.memory = memory;
    reader = new TableReader(tree);
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
    TableMemory memory = new TableMemory(frames, guard.concurrent());
    if (!memory.acquire(1)) {
      return null;
    }
    memory.mapped(ram);
    TableTree tree = new TableTree(format, memory);
    return new PageTables(guard, memory, tree, firstPage, lastPage);
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

  private void begin() {
    guard.check();
    if (guard.concurrent()) {
      lock.lock();
    }
    if (closed) {
      end();
      throw new IllegalStateException("this translation was closed");
    }
  }

  private void end() {
    if (guard.concurrent()) {
      lock.unlock();
    }
  }

  /** For assertions: a machine of one thread needs no lock. */
  private boolean locked() {
    return !guard.concurrent() || lock.isHeldByCurrentThread();
  }

  /** Makes what was written true for everybody, and gives unlinked tables back. */
  private void settle() {
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

  private TranslationUser[] tellUsers(long first, long last) {
    // Between writing the entries and looking who walks: see addUser.
    VarHandle.fullFence();
    TranslationUser[] all = users;
    for (TranslationUser user : all) {
      user.forget(first, last);
    }
    VarHandle.fullFence();
    return all;
  }

  private void requireTranslatable(long first, long last) {
    boolean low = last <= format.lowLastPage();
    boolean high = format.highFirstPage() >= 0 && first >= format.highFirstPage();
    if (first < firstPage || last > lastPage || first > last || !(low || high)) {
      throw new IllegalArgumentException(
          "pages 0x"
              + Long.toHexString(first)
              + " to 0x"
              + Long.toHexString(last)
              + " can't be translated here");
    }
  }

  // Any range has at most two translatable parts: one in the low half, one in the high half. A part
  // is empty when its end lies before its start.

  private long lowStart(long first) {
    return Math.max(first, firstPage);
  }

  private long lowEnd(long last) {
    return Math.min(Math.min(last, lastPage), format.lowLastPage());
  }

  private long highStart(long first) {
    long high = format.highFirstPage();
    return high < 0 ? Long.MAX_VALUE : Math.max(lowStart(first), high);
  }

  private long highEnd(long last) {
    return Math.min(last, lastPage);
  }

  private void visitLeaves(long first, long last, TableTree.LeafAction action) {
    assert locked();
    if (lowStart(first) <= lowEnd(last)) {
      tree.forEachLeaf(lowStart(first), lowEnd(last), action);
    }
    if (highStart(first) <= highEnd(last)) {
      tree.forEachLeaf(highStart(first), highEnd(last), action);
    }
  }

  // ---- Translation

  @Override
  public boolean reach(long page) {
    return prepare(page, 1);
  }

  @Override
  public void unreach(long page) {
    unprepare(page, 1);
  }

  @Override
  public boolean prepare(long first, long pages) {
    long last = first + pages - 1;
    requireTranslatable(first, last);
    begin();
    try {
      if (!memory.acquire(tree.buildNeeds(first, last))) {
        return false;
      }
      tree.build(first, last);
      return true;
    } finally {
      end();
    }
  }

  @Override
  public void unprepare(long first, long pages) {
    long last = first + pages - 1;
    requireTranslatable(first, last);
    begin();
    try {
      tree.unkeep(first, last);
      settle();
    } finally {
      end();
    }
  }

  @Override
  public void install(long page, long pfn, int permissions, CachePolicy cache) {
    requireTranslatable(page, page);
    requireExpressible(permissions);
    begin();
    try {
      tree.install(page, pfn, permissions, cache);
      settle();
    } finally {
      end();
    }
  }

  private void requireExpressible(int permissions) {
    if (!format.expressible(permissions)) {
      throw new IllegalArgumentException(
          format.name() + " has no entry for the permissions " + Permissions.text(permissions));
    }
  }

  @Override
  public boolean installRun(long first, long pfn, long pages, int permissions, CachePolicy cache) {
    long last = first + pages - 1;
    requireTranslatable(first, last);
    requireExpressible(permissions);
    begin();
    try {
      if (!memory.acquire(tree.installRunNeeds(first, last, pfn))) {
        return false;
      }
      tree.installRun(first, last, pfn, permissions, cache);
      return true;
    } finally {
      end();
    }
  }

  @Override
  public boolean cut(long first, long last) {
    begin();
    try {
      return cutPart(lowStart(first), lowEnd(last)) && cutPart(highStart(first), highEnd(last));
    } finally {
      end();
    }
  }

  private boolean cutPart(long first, long last) {
    assert locked();
    if (first > last) {
      return true;
    }
    if (!memory.acquire(tree.cutNeeds(first, last))) {
      return false;
    }
    tree.cut(first, last);
    return true;
  }

  @Override
  public void remove(long first, long last) {
    begin();
    try {
      if (lowStart(first) <= lowEnd(last)) {
        tree.remove(lowStart(first), lowEnd(last));
      }
      if (highStart(first) <= highEnd(last)) {
        tree.remove(highStart(first), highEnd(last));
      }
      settle();
    } finally {
      end();
    }
  }

  @Override
  public void restrict(long first, long last, int permissions) {
    begin();
    try {
      if (lowStart(first) <= lowEnd(last)) {
        tree.restrict(lowStart(first), lowEnd(last), permissions);
      }
      if (highStart(first) <= highEnd(last)) {
        tree.restrict(highStart(first), highEnd(last), permissions);
      }
      settle();
    } finally {
      end();
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
  public long entry(long page) {
    if (!translatable(page)) {
      return TranslationEntry.ABSENT;
    }
    while (true) {
      long before = unlinkings;
      long entry = closed ? TranslationEntry.ABSENT : reader.entry(page);
      VarHandle.loadLoadFence();
      if (unlinkings == before) {
        return entry;
      }
    }
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
    try {
      visitLeaves(
          first,
          last,
          (table, level, index, bits, at, end) -> {
            if ((bits & format.dirtyBit()) != 0) {
              joiner.add(at, end - at + 1);
              // A larger leaf that lies partly outside stays dirty: nothing is lost.
              if (clear && end - at == (1L << tree.log2Pages(level)) - 1) {
                tree.clean(table, index, at, end);
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
      visitLeaves(
          first,
          last,
          (table, level, index, bits, at, end) -> {
            long mask = (1L << tree.log2Pages(level)) - 1;
            visitor.visit(at & ~mask, mask + 1, reader.entry(at & ~mask));
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
      List<WalkStep> steps = closed ? List.of() : reader.steps(page);
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
    return reader.walkFor(page, permission, found);
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
