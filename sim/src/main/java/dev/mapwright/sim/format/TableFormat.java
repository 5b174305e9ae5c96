package dev.mapwright.sim.format;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;

/**
 * The vocabulary of page-table formats: what an implementation needs to know to store and to walk
 * entries, with no assumption about any one architecture. A machine is given its format by {@link
 * dev.mapwright.sim.MachineBuilder#format}; {@link X86Format} is the one that is used otherwise.
 *
 * <p><b>Tables.</b> A translation is a tree of at least two levels. A table is one frame of entries
 * of 8 bytes; its <em>level</em> is 1 when its entries translate single pages, and grows towards
 * the root. Bits are given as they are in memory, read as a little-endian word. What an entry means
 * may depend on the level of the table that it stands in and on its kind; so both are told.
 *
 * <p><b>Kinds of entries.</b> The hardware knows three: not present, an entry that leads to a table
 * of the next lower level, and a leaf. Software knows two more, both of single pages:
 *
 * <ul>
 *   <li>A <em>bare</em> leaf shows a frame that belongs to somebody else. It is the only place
 *       where that is written down, so it has to hold, besides what the hardware reads, a mark that
 *       it is bare and the permissions that were asked for, in bits that the hardware ignores.
 *   <li>A bare leaf that is <em>withdrawn</em> is not present for the hardware, and still holds
 *       everything that it held.
 * </ul>
 *
 * <p>0 is absent in every format, and absent entries are written as 0.
 *
 * <p><b>What the hardware writes.</b> A walk may mark the entries that it uses as accessed, and a
 * store the leaf as dirty. In some formats a mark is a bit that is set, in others one that is
 * cleared, and not every kind of entry can be marked; so formats tell how an entry is marked, and
 * how one reads that it is. Whoever changes an entry does it by compare-and-swap.
 *
 * <p>Implementations are immutable and may be used by any thread. They are called on the path of
 * every walk and don't allocate.
 */
public interface TableFormat {
  /** {@return a name for reports, for example {@code x86-64, 4 levels}} */
  String name();

  /** {@return how many levels, at least 2; the root's level} */
  int levels();

  /**
   * {@return log2 of the number of entries of a table, at most 9}
   *
   * @param level the table's level
   */
  int indexBits(int level);

  /**
   * {@return whether a leaf may stand in a table of a level; true for level 1}
   *
   * @param level the table's level
   */
  boolean leafAllowed(int level);

  /** {@return the last page that can be translated from page 0 on without a gap} */
  long lowLastPage();

  /**
   * {@return the first page of the range that can be translated up to the highest page; -1 for
   * none} With one, the tree's entries behind those of the low range are this range's.
   */
  long highFirstPage();

  /**
   * {@return whether a page can be translated}
   *
   * @param page any page
   */
  default boolean translatable(long page) {
    long high = highFirstPage();
    return page >= 0
        && (page <= lowLastPage() || high >= 0 && page >= high)
        && page <= Pages.LAST_PAGE;
  }

  /**
   * {@return the smallest set of permissions that a leaf can express and that contains a set;
   * nothing for nothing}
   *
   * @param permissions any set, see {@link Permissions}
   */
  int effective(int permissions);

  /**
   * {@return an entry that leads to a table, restricts nothing, and is marked by nobody}
   *
   * @param level the level of the table that the entry stands in, at least 2
   * @param pfn the frame of the table of the next lower level
   */
  long table(int level, long pfn);

  /**
   * {@return a leaf that is not bare and is marked by nobody}
   *
   * @param level the level of the table that it stands in
   * @param pfn the frame of its first page
   * @param permissions what it allows: not nothing, and the same as its {@link #effective}
   * @param cache how its pages are accessed
   */
  long leaf(int level, long pfn, int permissions, CachePolicy cache);

  /**
   * {@return whether an entry is present for the hardware}
   *
   * @param level the level of the table that it stands in
   * @param bits the entry
   */
  boolean present(int level, long bits);

  /**
   * {@return whether a present entry is a leaf}
   *
   * @param level the level of the table that it stands in
   * @param bits the entry
   */
  boolean isLeaf(int level, long bits);

  /**
   * {@return whether a present entry has bits set that the format reserves there}
   *
   * @param level the level of the table that it stands in
   * @param bits the entry
   */
  boolean reservedSet(int level, long bits);

  /**
   * {@return the frame of a table, or the first frame of a leaf, present or withdrawn}
   *
   * @param level the level of the table that it stands in
   * @param bits the entry
   */
  long pfn(int level, long bits);

  /**
   * {@return what a present entry allows; along a walk the sets are intersected}
   *
   * @param level the level of the table that it stands in
   * @param bits the entry
   */
  int permissions(int level, long bits);

  /**
   * {@return the cache policy of a leaf, present or withdrawn}
   *
   * @param level the level of the table that it stands in
   * @param bits the leaf
   */
  CachePolicy cache(int level, long bits);

  /**
   * {@return a present leaf with other permissions and everything else unchanged}
   *
   * @param level the level of the table that it stands in
   * @param bits the leaf
   * @param permissions as for {@link #leaf}
   */
  long withPermissions(int level, long bits, int permissions);

  /**
   * {@return the leaf of a part of a larger leaf: the same but for its frame and what the level
   * changes}
   *
   * @param level the level of the table that the larger leaf stands in, at least 2
   * @param bits the larger leaf
   * @param part which part, from 0 on
   */
  long splitLeaf(int level, long bits, int part);

  // ---- what the hardware writes

  /**
   * {@return what a walk that uses a present entry makes of it; the entry itself when it is marked
   * already, or can't be}
   *
   * @param level the level of the table that it stands in
   * @param bits the entry
   */
  long withAccessed(int level, long bits);

  /**
   * {@return whether a walk may have used a present entry, so that it may be in a TLB: true where
   * walks can't mark it}
   *
   * @param level the level of the table that it stands in
   * @param bits the entry
   */
  boolean maybeAccessed(int level, long bits);

  /**
   * {@return what a store makes of a leaf; the leaf itself when it is dirty already, or can't be}
   * Of a leaf that does not allow writing, which gets the mark of an earlier store, it is what is
   * dirty and does not allow writing.
   *
   * @param level the level of the table that it stands in
   * @param bits a leaf
   */
  long withDirty(int level, long bits);

  /**
   * {@return whether a leaf, present or withdrawn, is marked as written}
   *
   * @param level the level of the table that it stands in
   * @param bits the leaf
   */
  boolean dirty(int level, long bits);

  /**
   * {@return the leaf without the mark of a store}
   *
   * @param level the level of the table that it stands in
   * @param bits a leaf, present or withdrawn
   */
  long clean(int level, long bits);

  // ---- what only software reads; all of it about leaves of single pages

  /**
   * {@return a leaf marked as bare, with the permissions that were asked for}
   *
   * @param bits a present leaf of level 1, bare or not
   * @param asked any set
   */
  long bare(long bits, int asked);

  /**
   * {@return whether an entry of level 1 that software wrote, present or not, is a bare leaf}
   *
   * @param bits the entry
   */
  boolean isBare(long bits);

  /**
   * {@return the permissions that were asked for a bare leaf}
   *
   * @param bits a bare leaf, present or withdrawn
   */
  int asked(long bits);

  /**
   * {@return a bare leaf that is not present for the hardware and otherwise says the same}
   *
   * @param bits a bare leaf, present or withdrawn
   */
  long withdrawn(long bits);

  /**
   * {@return a bare leaf that is present and allows the {@link #effective} of what was asked for,
   * which is not nothing}
   *
   * @param bits a bare leaf, present or withdrawn
   */
  long reinstated(long bits);
}
