package dev.mapwright.sim.tables;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;
import dev.mapwright.core.machine.AccessHook;
import dev.mapwright.core.machine.BareEntries;
import dev.mapwright.core.machine.Hook;
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
 * A translation as page tables in simulated memory: what may be done with it.
 *
 * <p>Each operation that changes tables turns its pages into keys ({@link TableShape}), cut to what
 * is translated here, begins, has {@link TableTree} do it, settles and ends; what that means, and
 * who may look meanwhile, is {@link TableChanges}'.
 *
 * <p>Looking at single pages ({@link #entry}, {@link #entries}, {@link #walk}) locks nothing; it is
 * done once more when tables were given back meanwhile. The hardware's walk ({@link #walkFor}) is
 * waited for instead.
 */
public final class PageTables extends TableChanges {
  private final TableFormat format;
  private final TableWalker walker;
  private final BareEntries bareEntries;
  private final TableHooks hooks;
  private final long firstPage;
  private final long lastPage;

  private PageTables(
      ThreadGuard guard,
      TableWords words,
      FrameTable frames,
      UpperTables upper,
      long firstPage,
      long lastPage) {
    super(guard, words, frames, upper);
    format = shape.format;
    walker = new TableWalker(shape, words);
    bareEntries = new TreeEntries(this);
    hooks = new TableHooks(this);
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
    UpperTables upper = new UpperTables(shape, memory.take(shape.levels), guard.concurrent());
    TableWords words = new TableWords(ram, guard.concurrent());
    return new PageTables(guard, words, frames, upper, firstPage, lastPage);
  }

  /** The format of the tables. */
  public TableFormat format() {
    return format;
  }

  /** The frame of the root table. */
  public long rootPfn() {
    return upper.root;
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
      long before = unlinkings();
      long entry = closed() ? TranslationEntry.ABSENT : walker.entry(upper.root, page);
      VarHandle.loadLoadFence();
      if (unlinkings() == before) {
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
      long before = unlinkings();
      int count = closed() ? 0 : walker.entries(upper.root, page, into, from, most);
      VarHandle.loadLoadFence();
      if (count == 0) {
        break;
      }
      if (unlinkings() == before) {
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
      long before = unlinkings();
      List<WalkStep> steps = closed() ? List.of() : walker.steps(upper.root, page);
      VarHandle.loadLoadFence();
      if (unlinkings() == before) {
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
    enter(user, page);
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

  /** The walker of these tables. */
  TableWalker walker() {
    return walker;
  }

  // ---- hooks

  /** The hooks that are set now; see {@link TableHooks} for when a CPU asks. */
  public HookSet hooks() {
    return hooks.now();
  }

  @Override
  public Hook hook(long firstAddress, long lastAddress, Set<Access> kinds, AccessHook told) {
    guard.check();
    Hook hook = hooks.set(firstAddress, lastAddress, kinds, told);
    invalidateTranslatable(Pages.of(firstAddress), Pages.of(lastAddress));
    return hook;
  }

  /** The same as {@link #invalidate} for any pages, of which some may be translatable. */
  private void invalidateTranslatable(long first, long last) {
    long from = firstKey(first);
    long to = lastKey(last);
    if (from <= to) {
      invalidate(first, last, from, to);
    }
  }
}
