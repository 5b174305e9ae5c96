package dev.mapwright.sim.tables;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;

/**
 * A format that nobody built: small tables of unequal sizes, leaves at every level, write-only and
 * execute-only entries, no upper half, a dirty bit but no accessed bit. What holds for it holds
 * because of the vocabulary, not because of x86.
 */
final class TinyFormat implements TableFormat {
  private static final int[] BITS = {0, 3, 1, 2};
  private static final long LEAF = 1 << 3;
  private static final long RESERVED = 1L << 62;
  private static final long DIRTY = 1L << 61;

  @Override
  public String name() {
    return "tiny";
  }

  @Override
  public int levels() {
    return 3;
  }

  @Override
  public int indexBits(int level) {
    return BITS[level];
  }

  @Override
  public boolean leafAllowed(int level) {
    return true;
  }

  @Override
  public long lowLastPage() {
    return 63;
  }

  @Override
  public long highFirstPage() {
    return -1;
  }

  @Override
  public boolean expressible(int permissions) {
    return permissions != 0;
  }

  @Override
  public int effective(int permissions) {
    return permissions;
  }

  @Override
  public long table(long pfn) {
    return pfn << Pages.SHIFT | Permissions.ALL;
  }

  @Override
  public long leaf(int level, long pfn, int permissions, CachePolicy cache) {
    return pfn << Pages.SHIFT | permissions | LEAF | (long) cache.ordinal() << 4;
  }

  @Override
  public boolean present(long bits) {
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
    return (bits & ~DIRTY) >>> Pages.SHIFT;
  }

  @Override
  public int permissions(long bits) {
    return (int) bits & Permissions.ALL;
  }

  @Override
  public CachePolicy cache(int level, long bits) {
    return CachePolicy.of((int) (bits >>> 4) & 3);
  }

  @Override
  public long withPermissions(long bits, int permissions) {
    return bits & ~(long) Permissions.ALL | permissions;
  }

  @Override
  public long splitLeaf(int level, long bits, int part) {
    int log2 = 0;
    for (int below = level - 2; below >= 1; below--) {
      log2 += BITS[below];
    }
    return bits + ((long) part << Pages.SHIFT + log2);
  }

  @Override
  public long accessedBit() {
    return 0;
  }

  @Override
  public long dirtyBit() {
    return DIRTY;
  }
}
