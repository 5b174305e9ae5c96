package dev.mapwright.sim.format;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;

/**
 * A format in which everything is otherwise than in the two others, after AArch64 (Arm Architecture
 * Reference Manual, "VMSAv8-64 translation table format descriptors") with tables small enough for
 * a model: 4, 8 and 8 entries, half of the pages low and half of them high.
 *
 * <pre>
 * page, block  59..57 asked | 56 bare | 55 written before | 54 UXN of a page | 53 UXN of a block
 *              | 52 DBM | 51..12 frame | 10 AF | 7 AP[2] | 6 AP[1] | 3..2 cache | 1 page | 0 valid
 * table        62 no write below | 61 no load or store below | 60 no fetch below
 *              | 51..12 frame | 1 table | 0 valid
 * </pre>
 *
 * <ul>
 *   <li>Permissions depend on the kind of an entry (those that lead to tables take away for all
 *       that is below) and on its level (the bit against fetches).
 *   <li>A store <em>clears</em> a bit: a leaf with DBM may be written, and is clean while AP[2] is
 *       set. One that was written and may not be any more says so in a bit of software.
 *   <li>Only leaves are marked as accessed.
 *   <li>Bit 1 means the opposite in leaves of the two levels that may have them; bit 63 is reserved
 *       everywhere, and so is a leaf in the root, or a page without bit 1.
 * </ul>
 */
public final class ContraryFormat implements TableFormat {
  private static final long VALID = 1;
  private static final long TABLE_OR_PAGE = 1 << 1;
  private static final int CACHE_SHIFT = 2;
  private static final long ANY_ACCESS = 1 << 6;
  private static final long READ_ONLY = 1 << 7;
  private static final long ACCESSED = 1 << 10;
  private static final long MAY_WRITE = 1L << 52;
  private static final long BLOCK_NO_FETCH = 1L << 53;
  private static final long PAGE_NO_FETCH = 1L << 54;
  private static final long WRITTEN_BEFORE = 1L << 55;
  private static final long BARE = 1L << 56;
  private static final int ASKED_SHIFT = 57;
  private static final long ASKED = 7L << ASKED_SHIFT;

  /** In entries that lead to tables: fetches below are forbidden. */
  public static final long NO_FETCH_BELOW = 1L << 60;

  /** In entries that lead to tables: loads and stores below are forbidden. */
  public static final long NO_ACCESS_BELOW = 1L << 61;

  /** In entries that lead to tables: stores below are forbidden. */
  public static final long NO_WRITE_BELOW = 1L << 62;

  /** Reserved in all entries. */
  public static final long RESERVED = 1L << 63;

  private static final long FRAME = 0x000F_FFFF_FFFF_F000L;
  private static final int PAGE_INDEX_BITS = 2;
  private static final int OTHER_INDEX_BITS = 3;
  private static final long HALF = 1 << PAGE_INDEX_BITS + 2 * OTHER_INDEX_BITS - 1;

  /** Makes the format. */
  public ContraryFormat() {}

  @Override
  public String name() {
    return "contrary, 3 levels";
  }

  @Override
  public int levels() {
    return 3;
  }

  @Override
  public int indexBits(int level) {
    return level == 1 ? PAGE_INDEX_BITS : OTHER_INDEX_BITS;
  }

  @Override
  public boolean leafAllowed(int level) {
    return level <= 2;
  }

  @Override
  public long lowLastPage() {
    return HALF - 1;
  }

  @Override
  public long highFirstPage() {
    return Pages.LAST_PAGE - (HALF - 1);
  }

  @Override
  public int effective(int permissions) {
    return (permissions & Permissions.WRITE) != 0 ? permissions | Permissions.READ : permissions;
  }

  @Override
  public long table(int level, long pfn) {
    return pfn << Pages.SHIFT | TABLE_OR_PAGE | VALID;
  }

  @Override
  public long leaf(int level, long pfn, int permissions, CachePolicy cache) {
    long kind = level == 1 ? VALID | TABLE_OR_PAGE : VALID;
    return withPermissions(
        level, pfn << Pages.SHIFT | kind | (long) cache.ordinal() << CACHE_SHIFT, permissions);
  }

  @Override
  public boolean present(int level, long bits) {
    return (bits & VALID) != 0;
  }

  @Override
  public boolean isLeaf(int level, long bits) {
    return level == 1 || (bits & TABLE_OR_PAGE) == 0;
  }

  @Override
  public boolean reservedSet(int level, long bits) {
    boolean page = (bits & TABLE_OR_PAGE) != 0;
    return bits < 0 || level == 1 && !page || level == 3 && !page;
  }

  @Override
  public long pfn(int level, long bits) {
    return (bits & FRAME) >>> Pages.SHIFT;
  }

  private static long noFetch(int level) {
    return level == 1 ? PAGE_NO_FETCH : BLOCK_NO_FETCH;
  }

  @Override
  public int permissions(int level, long bits) {
    if (!isLeaf(level, bits)) {
      int taken = (bits & NO_FETCH_BELOW) != 0 ? Permissions.EXECUTE : 0;
      taken |= (bits & NO_WRITE_BELOW) != 0 ? Permissions.WRITE : 0;
      taken |= (bits & NO_ACCESS_BELOW) != 0 ? Permissions.READ_WRITE : 0;
      return Permissions.ALL & ~taken;
    }
    int fetch = (bits & noFetch(level)) != 0 ? 0 : Permissions.EXECUTE;
    if ((bits & ANY_ACCESS) == 0) {
      return fetch;
    }
    boolean write = (bits & MAY_WRITE) != 0 || (bits & READ_ONLY) == 0;
    return fetch | Permissions.READ | (write ? Permissions.WRITE : 0);
  }

  @Override
  public CachePolicy cache(int level, long bits) {
    return CachePolicy.of((int) (bits >>> CACHE_SHIFT) & 3);
  }

  @Override
  public long withPermissions(int level, long bits, int permissions) {
    boolean dirty = dirty(level, bits);
    long same =
        bits & ~(ANY_ACCESS | READ_ONLY | MAY_WRITE | WRITTEN_BEFORE | noFetch(level))
            | ((permissions & Permissions.EXECUTE) != 0 ? 0 : noFetch(level))
            | ((permissions & Permissions.READ) != 0 ? ANY_ACCESS : 0);
    return (permissions & Permissions.WRITE) != 0
        ? same | MAY_WRITE | (dirty ? 0 : READ_ONLY)
        : same | READ_ONLY | (dirty ? WRITTEN_BEFORE : 0);
  }

  @Override
  public long splitLeaf(int level, long bits, int part) {
    long page = bits & ~BLOCK_NO_FETCH | TABLE_OR_PAGE;
    return (page | ((bits & BLOCK_NO_FETCH) != 0 ? PAGE_NO_FETCH : 0))
        + ((long) part << Pages.SHIFT);
  }

  @Override
  public long withAccessed(int level, long bits) {
    return isLeaf(level, bits) ? bits | ACCESSED : bits;
  }

  @Override
  public boolean maybeAccessed(int level, long bits) {
    return !isLeaf(level, bits) || (bits & ACCESSED) != 0;
  }

  @Override
  public long withDirty(int level, long bits) {
    return (bits & MAY_WRITE) != 0 ? bits & ~READ_ONLY : bits | WRITTEN_BEFORE;
  }

  @Override
  public boolean dirty(int level, long bits) {
    boolean written = (bits & (MAY_WRITE | READ_ONLY)) == MAY_WRITE;
    return written || (bits & WRITTEN_BEFORE) != 0;
  }

  @Override
  public long clean(int level, long bits) {
    return bits & ~WRITTEN_BEFORE | READ_ONLY;
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
    return bits & ~VALID;
  }

  @Override
  public long reinstated(long bits) {
    return withPermissions(1, bits | VALID, effective(asked(bits)));
  }
}
