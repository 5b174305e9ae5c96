package dev.mapwright.core.machine;

import dev.mapwright.core.Access;
import dev.mapwright.core.CachePolicy;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tables of one address space, as the hardware would walk them.
 *
 * <p>The engine decides what is mapped; a translation only stores it. Entries are made when a page
 * is first used, and {@link #remove} may be asked for ranges that hold none.
 *
 * <p><b>What is acquired when.</b> Installing an entry needs tables. {@link #reach} acquires them
 * for one page and keeps them until {@link #install} or {@link #unreach}, between which installing
 * can't fail; {@link #prepare} acquires them for a range and keeps them until {@link #unprepare}.
 * Removing and restricting can't fail: a large leaf at an edge of the range is split, or goes whole
 * where no frame is left for that. Tables that hold no entry and are kept by nobody are freed.
 *
 * <p><b>Two kinds of entries.</b> Those that {@link #install} writes are a cache of what mappings
 * say; they may be removed at any time and are found again. <em>Bare</em> entries ({@link
 * BareEntries}) are of single pages, show frames that belong to somebody else, and are the only
 * place where that is written down. What removes or restricts entries of the first kind passes them
 * by; what looks at entries sees both.
 *
 * <p><b>When a change has happened.</b> When {@link #remove} or {@link #restrict} returns, no CPU
 * completes an access through what was removed: every CPU that may have cached it has forgotten it
 * and has ended the accesses that used it. A CPU that waits in a call of the engine, or whose
 * thread is the caller itself, is not waited for; it forgets before its next access.
 *
 * <p>Thread-safe. Each call happens as if at one moment, and calls on ranges that share a lowest
 * table one after the other; others may be carried out at once. Walks by CPUs take no lock.
 */
public interface Translation {
  /** The answer of {@link #reach} when a frame was missing; no packed entry is negative. */
  long NO_TABLES = -1;

  /**
   * {@return the first page of the range that entries can be made in, as far as the format goes}
   */
  long firstPage();

  /** {@return the last page of that range, inclusive} */
  long lastPage();

  /**
   * Acquires the tables for a leaf of one page and keeps them, also when they get empty. A larger
   * leaf over the page is split; what is translated stays the same. Each one is ended, by {@link
   * #install} or by {@link #unreach}.
   *
   * @param page a page that the format can translate
   * @return the packed {@link TranslationEntry} of the page as it is now; {@link
   *     TranslationEntry#ABSENT} when there is none, so that no CPU can be using one any more.
   *     {@link #NO_TABLES} when a frame was missing; nothing is kept then
   */
  long reach(long page);

  /**
   * Ends one {@link #reach} without an entry.
   *
   * @param page the same page
   */
  void unreach(long page);

  /**
   * Acquires the tables for leaves of one page over a whole range and keeps them. They are neither
   * freed nor folded into larger leaves until {@link #unprepare}. A range whose tables can't be had
   * is refused before work starts.
   *
   * @param firstPage first page
   * @param pages how many, at least 1
   * @return false when frames were missing; nothing is kept then
   */
  boolean prepare(long firstPage, long pages);

  /**
   * Ends one {@link #prepare}.
   *
   * @param firstPage the same first page
   * @param pages the same count
   */
  void unprepare(long firstPage, long pages);

  /**
   * How many tables a range takes below the root, if none of them is there yet: those that {@link
   * #prepare} acquires at most.
   *
   * @param firstPage first page of a range that {@linkplain #translatable(long, long) can be
   *     translated}
   * @param pages how many, at least 1
   * @return how many frames that is
   */
  long tablesFor(long firstPage, long pages);

  /**
   * {@return log2 of how many pages share a lowest table: pages whose numbers differ in no higher
   * bit than that}
   */
  int lowestTableLog2Pages();

  /**
   * The entries of a range that is prepared. They are written and removed without the lock of this
   * translation and without coming down from its root.
   *
   * @param firstPage first page of the range, as given to {@link #prepare}
   * @param pages how many
   * @return the entries, to be used until {@link #unprepare}, before which they are cleared; null
   *     when there is no heap for it
   */
  @Nullable BareEntries preparedEntries(long firstPage, long pages);

  /**
   * {@return the bare entries of all pages whose tables are there, the same instance each time} The
   * tables are there between {@link #prepare} and {@link #unprepare}, and as long as they hold
   * entries. Not for entries of {@link #preparedEntries}.
   */
  BareEntries bareEntries();

  /**
   * Makes whoever may remember entries of a range forget them: the second half of what {@link
   * BareEntries#withdrawQuietly} has begun. When this returns, no access gets through entries that
   * were withdrawn before.
   *
   * @param firstPage first page of the range
   * @param lastPage last page, inclusive
   */
  void forget(long firstPage, long lastPage);

  /**
   * {@return log2 of how many pages a leaf has that stands in a table of a level; 0 where the
   * hardware allows none, and above the root}
   *
   * @param level the table's level, 2 or more
   */
  int largeLeafLog2Pages(int level);

  /**
   * Writes the entry of one page, and ends its {@link #reach}. An entry that is there is replaced;
   * if it allowed more, or led elsewhere, nobody gets through the old one any more when this
   * returns.
   *
   * @param page the page; it has no bare entry
   * @param pfn the frame, of RAM or of a device
   * @param permissions what is allowed, see {@link dev.mapwright.core.Permissions}; not nothing,
   *     and the same as its {@link #effective}
   * @param cache the cache policy
   */
  void install(long page, long pfn, int permissions, CachePolicy cache);

  /**
   * Writes entries for adjacent pages that show adjacent frames, with the largest leaves that fit,
   * acquiring the tables first. The range holds no entries before.
   *
   * @param firstPage the first page
   * @param pfn the first frame
   * @param pages how many, at least 1
   * @param permissions what is allowed
   * @param cache the cache policy
   * @return false when a frame was missing; nothing is installed then
   */
  boolean installRun(long firstPage, long pfn, long pages, int permissions, CachePolicy cache);

  /**
   * Splits the large leaves that lie across the edges of a range, so that removing or restricting
   * it meets no page outside. What is translated stays the same.
   *
   * @param firstPage first page of the range
   * @param lastPage last page, inclusive
   * @return false when a frame was missing; what is translated is the same then, too
   */
  boolean cut(long firstPage, long lastPage);

  /**
   * Removes all entries of a range but bare ones. A large leaf that lies across an edge is split;
   * where no frame is left for that, it goes whole, and the pages of both such leaves with it.
   *
   * @param firstPage first page of the range
   * @param lastPage last page, inclusive
   * @param written told of the pages whose entries were marked as written when they went, in
   *     ascending order; it must not call the translation. Null to tell nobody
   */
  void remove(long firstPage, long lastPage, @Nullable RunVisitor written);

  /**
   * Removes all entries of a range but bare ones, and tells nobody what was written.
   *
   * @param firstPage first page of the range
   * @param lastPage last page, inclusive
   */
  default void remove(long firstPage, long lastPage) {
    remove(firstPage, lastPage, null);
  }

  /**
   * Takes permissions away from all entries of a range but bare ones; it never adds any. A large
   * leaf that lies across an edge is split; where no frame is left for that, the entries of the
   * range are removed as by {@link #remove(long, long, RunVisitor)}. Entries that are left with
   * something keep the mark of a store.
   *
   * @param firstPage first page of the range
   * @param lastPage last page, inclusive
   * @param permissions what stays allowed at most; an entry left with nothing is removed
   * @param written told of the pages whose entries were removed and marked as written, as by {@link
   *     #remove(long, long, RunVisitor)}; null to tell nobody
   */
  void restrict(long firstPage, long lastPage, int permissions, @Nullable RunVisitor written);

  /**
   * Takes permissions away, and tells nobody what was written.
   *
   * @param firstPage first page of the range
   * @param lastPage last page, inclusive
   * @param permissions what stays allowed at most; an entry left with nothing is removed
   */
  default void restrict(long firstPage, long lastPage, int permissions) {
    restrict(firstPage, lastPage, permissions, null);
  }

  /**
   * The entry that translates a page, as {@link TranslationEntry} packs it. No side effects: no
   * accessed bit, no TLB. Takes no lock.
   *
   * @param page any page
   * @return the packed entry, present or (only a bare one) withdrawn; 0 for none
   */
  long entry(long page);

  /**
   * The entries of adjacent pages, each as {@link #entry} says it; the pages of one lowest table
   * cost one descent together.
   *
   * @param firstPage the first page, any
   * @param pages how many
   * @param into where they go, from index 0 on
   */
  default void entries(long firstPage, int pages, long[] into) {
    for (int i = 0; i < pages; i++) {
      into[i] = entry(firstPage + i);
    }
  }

  /**
   * What an entry allows that is to allow at least a set of permissions: the smallest set that the
   * format can express. Many formats have no writable or executable page that can't be read; there
   * a mapping that only allows writing also allows reading, as on the hardware.
   *
   * @param permissions any set
   * @return the set itself or a larger one; nothing for nothing
   */
  default int effective(int permissions) {
    return permissions;
  }

  /**
   * {@return whether the format can translate a page: false outside its (canonical) range}
   *
   * @param page any page
   */
  boolean translatable(long page);

  /**
   * {@return whether every page of a range can be translated here}
   *
   * @param firstPage first page
   * @param lastPage last page, inclusive
   */
  boolean translatable(long firstPage, long lastPage);

  /**
   * Visits the runs of pages whose entries have their dirty bit set.
   *
   * @param firstPage first page
   * @param lastPage last page, inclusive
   * @param clear whether to clear the bits; a store after the return then sets them again
   * @param visitor told of (first page, pages) in ascending order; it must not call the translation
   */
  void dirty(long firstPage, long lastPage, boolean clear, RunVisitor visitor);

  /** Told of runs of pages. */
  @FunctionalInterface
  interface RunVisitor {
    /**
     * One run.
     *
     * @param firstPage its first page
     * @param pages its length
     */
    void visit(long firstPage, long pages);
  }

  /**
   * Visits all entries, also bare ones that are withdrawn, in ascending order; for checks and
   * pictures.
   *
   * @param firstPage where to start
   * @param lastPage where to end, inclusive
   * @param visitor told of each leaf; it must not call the translation
   */
  void forEachLeaf(long firstPage, long lastPage, LeafVisitor visitor);

  /** Told of leaves. */
  @FunctionalInterface
  interface LeafVisitor {
    /**
     * One leaf.
     *
     * @param firstPage the first page it translates
     * @param pages how many pages, a power of two
     * @param entry the packed {@link TranslationEntry} of its first page
     */
    void visit(long firstPage, long pages, long entry);
  }

  /**
   * The walk for a page, level by level from the root, ending at the leaf or at the entry that is
   * not present. No side effects.
   *
   * @param page any page
   * @return the steps; empty when the format can't translate the page
   */
  List<WalkStep> walk(long page);

  /**
   * One step of a walk.
   *
   * @param level the table's level; 1 is the lowest
   * @param tableAddress the physical address of the table
   * @param index which entry
   * @param bits the entry as it is in memory
   * @param pages how many pages the entry covers
   * @param meaning what the entry says, in words
   */
  record WalkStep(int level, long tableAddress, int index, long bits, long pages, String meaning) {}

  /**
   * Sets a hook for accesses through this translation. When this returns, every CPU that may have
   * cached a page of the range has forgotten it and has ended the accesses that used it, as after
   * {@link #remove}: each access that begins later calls the hook.
   *
   * <p>What passes calls on to another translation passes this on, too.
   *
   * @param firstAddress the first byte
   * @param lastAddress the last byte, inclusive, unsigned and not below the first
   * @param kinds of which accesses it is told, at least one kind
   * @param hook who is told
   * @return what it is taken away by; null when this translation can't have hooks
   * @throws IllegalStateException when this translation was closed
   */
  default @Nullable Hook hook(
      long firstAddress, long lastAddress, Set<Access> kinds, AccessHook hook) {
    return null;
  }

  /** {@return how many frames the tables take, the root included} */
  long tables();

  /** Removes everything and frees all tables. CPUs attached to it are detached. */
  void close();
}
