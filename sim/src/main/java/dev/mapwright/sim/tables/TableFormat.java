package dev.mapwright.sim.tables;

import dev.mapwright.core.CachePolicy;

/**
 * The vocabulary of page-table formats: what an implementation needs to know to store and to walk
 * entries, with no assumption about any one architecture.
 *
 * <p>A translation is a tree of tables. A table is one frame of entries of 8 bytes; its
 * <em>level</em> is 1 when its entries translate single pages, and grows towards the root. An entry
 * is absent, leads to a table of the next lower level, or is a leaf. Bits are given as they are in
 * memory, read as a little-endian word. In every format an entry whose low 12 bits are zero is
 * absent, and 0 is what absent entries are written as.
 */
public interface TableFormat {
  /** A name for reports, for example {@code x86-64, 4 levels}. */
  String name();

  /** How many levels; the root's level. */
  int levels();

  /** log2 of the number of entries of a table of a level. */
  int indexBits(int level);

  /** Whether a leaf may stand in a table of a level. */
  boolean leafAllowed(int level);

  /** The last page that can be translated from page 0 on without a gap. */
  long lowLastPage();

  /** The first page of the range that can be translated up to the highest page; -1 for none. */
  long highFirstPage();

  /** Whether a page can be translated. */
  default boolean translatable(long page) {
    long high = highFirstPage();
    return page >= 0
        && (page <= lowLastPage() || high >= 0 && page >= high)
        && page <= dev.mapwright.core.Pages.LAST_PAGE;
  }

  /** Whether a set of permissions can be written into a leaf. */
  boolean expressible(int permissions);

  /** The smallest expressible set that contains a set of permissions; nothing for nothing. */
  int effective(int permissions);

  /** An entry that leads to a table and restricts nothing. */
  long table(long pfn);

  /** A leaf, with accessed and dirty bits clear. */
  long leaf(int level, long pfn, int permissions, CachePolicy cache);

  /** Whether an entry is present. */
  boolean present(long bits);

  /** Whether a present entry of a level is a leaf. */
  boolean isLeaf(int level, long bits);

  /** Whether a present entry of a level has bits set that the format reserves there. */
  boolean reservedSet(int level, long bits);

  /** The frame of a table or the first frame of a leaf. */
  long pfn(int level, long bits);

  /** What a present entry allows; along a walk the sets are intersected. */
  int permissions(long bits);

  /** The cache policy of a leaf. */
  CachePolicy cache(int level, long bits);

  /** A leaf with other permissions and everything else unchanged. */
  long withPermissions(long bits, int permissions);

  /** The leaf of a part of a larger leaf: the same but for its frame and what the level changes. */
  long splitLeaf(int level, long bits, int part);

  /** The bit that a walk sets in each present entry it uses; 0 when the format has none. */
  long accessedBit();

  /** The bit that a store sets in the leaf; 0 when the format has none. */
  long dirtyBit();
}
