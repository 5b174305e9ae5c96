package dev.mapwright.sim.format;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Permissions;

/**
 * First-stage tables of an IOMMU: the entries of {@link X86Format}, as a device's requests read
 * them. Implements Intel Virtualization Technology for Directed I/O (VT-d), Architecture
 * Specification, chapter "DMA Remapping", section "First-Stage Translation", and chapter
 * "Translation Structure Formats", section "First-Stage Paging Entries".
 *
 * <p>What is otherwise than on a CPU:
 *
 * <ul>
 *   <li>Requests have the privilege of a user. An entry without U/S, at any level, allows nothing.
 *   <li>There are no protection keys, and no fetches that NX could forbid (their bits are ignored):
 *       what is present can be read, and what can be read can be fetched.
 *   <li>Bits of the frame above the host's address width are reserved.
 *   <li>A walk sets the accessed and dirty flags whatever the context says.
 * </ul>
 */
public final class VtdFirstStage implements TableFormat {
  private static final long WRITABLE = 1 << 1;
  private static final long USER = 1 << 2;
  private static final long FRAME = 0x000F_FFFF_FFFF_F000L;

  private final X86Format entries;
  private final long reserved;

  /**
   * Makes the format of a depth.
   *
   * @param levels 4 (48-bit addresses) or 5 (57)
   * @param hostBits how many bits a physical address has, 32 to 52; those of the frame above are
   *     reserved
   * @throws IllegalArgumentException for any other number
   */
  public VtdFirstStage(int levels, int hostBits) {
    entries = new X86Format(levels);
    if (hostBits < 32 || hostBits > VtdSecondStage.MOST_HOST_BITS) {
      throw new IllegalArgumentException("a host's addresses have 32 to 52 bits, not " + hostBits);
    }
    reserved = FRAME & -1L << hostBits;
  }

  @Override
  public String name() {
    return "VT-d first stage, " + levels() + " levels";
  }

  @Override
  public int levels() {
    return entries.levels();
  }

  @Override
  public int indexBits(int level) {
    return entries.indexBits(level);
  }

  @Override
  public boolean leafAllowed(int level) {
    return entries.leafAllowed(level);
  }

  @Override
  public long lowLastPage() {
    return entries.lowLastPage();
  }

  @Override
  public long highFirstPage() {
    return entries.highFirstPage();
  }

  @Override
  public int effective(int permissions) {
    return permissions == Permissions.NONE
        ? Permissions.NONE
        : permissions | Permissions.READ_EXECUTE;
  }

  @Override
  public long table(int level, long pfn) {
    return entries.table(level, pfn);
  }

  @Override
  public long leaf(int level, long pfn, int permissions, CachePolicy cache) {
    return entries.leaf(level, pfn, permissions, cache);
  }

  @Override
  public boolean present(int level, long bits) {
    return entries.present(level, bits);
  }

  @Override
  public boolean isLeaf(int level, long bits) {
    return entries.isLeaf(level, bits);
  }

  @Override
  public boolean reservedSet(int level, long bits) {
    return (bits & reserved) != 0 || entries.reservedSet(level, bits);
  }

  @Override
  public long pfn(int level, long bits) {
    return entries.pfn(level, bits);
  }

  @Override
  public int permissions(int level, long bits) {
    if ((bits & USER) == 0) {
      return Permissions.NONE;
    }
    return (bits & WRITABLE) != 0 ? Permissions.ALL : Permissions.READ_EXECUTE;
  }

  @Override
  public CachePolicy cache(int level, long bits) {
    return entries.cache(level, bits);
  }

  @Override
  public long withPermissions(int level, long bits, int permissions) {
    return entries.withPermissions(level, bits, permissions);
  }

  @Override
  public long splitLeaf(int level, long bits, int part) {
    return entries.splitLeaf(level, bits, part);
  }

  @Override
  public long withAccessed(int level, long bits) {
    return entries.withAccessed(level, bits);
  }

  @Override
  public boolean maybeAccessed(int level, long bits) {
    return entries.maybeAccessed(level, bits);
  }

  @Override
  public long withDirty(int level, long bits) {
    return entries.withDirty(level, bits);
  }

  @Override
  public boolean dirty(int level, long bits) {
    return entries.dirty(level, bits);
  }

  @Override
  public long clean(int level, long bits) {
    return entries.clean(level, bits);
  }

  @Override
  public long bare(long bits, int asked) {
    return entries.bare(bits, asked);
  }

  @Override
  public boolean isBare(long bits) {
    return entries.isBare(bits);
  }

  @Override
  public int asked(long bits) {
    return entries.asked(bits);
  }

  @Override
  public long withdrawn(long bits) {
    return entries.withdrawn(bits);
  }

  @Override
  public long reinstated(long bits) {
    return withPermissions(1, entries.reinstated(bits), effective(asked(bits)));
  }
}
