package dev.mapwright.sim.format;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;

/**
 * A format that nobody built: tables as small and as unequal as one likes, leaves at every level,
 * write-only and execute-only entries, no upper half, a mark for written and none for accessed. It
 * is for tests: what holds on a machine with these tables holds because of the vocabulary, and not
 * because of some architecture. It is also the shortest example of a format.
 *
 * <pre>
 *  62 reserved | 61 written | 60..12 frame | 9..7 asked | 6 bare | 5..4 cache | 3 leaf | 2..0 permissions
 * </pre>
 *
 * <p>An entry is present when it has a permission; one that leads to a table has all.
 */
public final class TinyFormat implements TableFormat {
  private static final long LEAF = 1 << 3;
  private static final int CACHE_SHIFT = 4;
  private static final long BARE = 1 << 6;
  private static final int ASKED_SHIFT = 7;
  private static final long ASKED = 7L << ASKED_SHIFT;
  private static final long WRITTEN = 1L << 61;
  private static final long RESERVED = 1L << 62;

  /** By level, from 1 on: log2 of the entries of a table, and of the pages of an entry. */
  private final int[] indexBits;

  private final int[] log2Pages;

  /**
   * Makes a format.
   *
   * @param log2Entries for each level, from the lowest on: log2 of the entries of a table, at most
   *     9; at least two levels
   */
  public TinyFormat(int... log2Entries) {
    indexBits = new int[log2Entries.length + 1];
    log2Pages = new int[log2Entries.length + 2];
    for (int level = 1; level <= log2Entries.length; level++) {
      indexBits[level] = log2Entries[level - 1];
      log2Pages[level + 1] = log2Pages[level] + indexBits[level];
    }
  }

  @Override
  public String name() {
    return "tiny, " + levels() + " levels";
  }

  @Override
  public int levels() {
    return indexBits.length - 1;
  }

  @Override
  public int indexBits(int level) {
    return indexBits[level];
  }

  @Override
  public boolean leafAllowed(int level) {
    return true;
  }

  @Override
  public long lowLastPage() {
    return (1L << log2Pages[levels() + 1]) - 1;
  }

  @Override
  public long highFirstPage() {
    return -1;
  }

  @Override
  public int effective(int permissions) {
    return permissions;
  }

  @Override
  public long table(int level, long pfn) {
    return pfn << Pages.SHIFT | Permissions.ALL;
  }

  @Override
  public long leaf(int level, long pfn, int permissions, CachePolicy cache) {
    return pfn << Pages.SHIFT | permissions | LEAF | (long) cache.ordinal() << CACHE_SHIFT;
  }

  @Override
  public boolean present(int level, long bits) {
    return (bits & Permissions.ALL) != 0;
  }

  @Override
  public boolean isLeaf(int level, long bits) {
    return (bits & LEAF) != 0;
  }

  @Override
  public boolean reservedSet(int level, long bits) {
    return (bits & RESERVED) != 0;
  }

  @Override
  public long pfn(int level, long bits) {
    return (bits & ~(WRITTEN | RESERVED)) >>> Pages.SHIFT;
  }

  @Override
  public int permissions(int level, long bits) {
    return (int) bits & Permissions.ALL;
  }

  @Override
  public CachePolicy cache(int level, long bits) {
    return CachePolicy.of((int) (bits >>> CACHE_SHIFT) & 3);
  }

  @Override
  public long withPermissions(int level, long bits, int permissions) {
    return bits & ~(long) Permissions.ALL | permissions;
  }

  @Override
  public long splitLeaf(int level, long bits, int part) {
    return bits + ((long) part << Pages.SHIFT + log2Pages[level - 1]);
  }

  @Override
  public long withAccessed(int level, long bits) {
    return bits;
  }

  @Override
  public boolean maybeAccessed(int level, long bits) {
    return true;
  }

  @Override
  public long withDirty(int level, long bits) {
    return bits | WRITTEN;
  }

  @Override
  public boolean dirty(int level, long bits) {
    return (bits & WRITTEN) != 0;
  }

  @Override
  public long clean(int level, long bits) {
    return bits & ~WRITTEN;
  }

  @Override
  public long bare(long bits, int asked) {
    return bits & ~ASKED | BARE | (long) asked << ASKED_SHIFT;
  }

  @Override
  public boolean isBare(long bits) {
    return (bits & BARE) != 0;
  }

  @Override
  public int asked(long bits) {
    return (int) (bits >>> ASKED_SHIFT) & Permissions.ALL;
  }

  @Override
  public long withdrawn(long bits) {
    return bits & ~(long) Permissions.ALL;
  }

  @Override
  public long reinstated(long bits) {
    return withPermissions(1, bits, asked(bits));
  }
}
