package dev.mapwright.sim.format;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;

/**
 * Second-stage tables of an IOMMU. Implements Intel Virtualization Technology for Directed I/O
 * (VT-d), Architecture Specification, chapter "DMA Remapping", section "Second-Stage Translation",
 * and chapter "Translation Structure Formats", section "Second-Stage Paging Entries".
 *
 * <pre>
 *  63 ignored | 62 TM | 61..58 ignored | 57..56 cache | 55..53 asked | 52 bare | 51..12 frame
 *             | 11 SNP | 10 ignored | 9 D | 8 A | 7 PS | 6 IPAT | 5..3 EMT | 2 ignored | 1 W | 0 R
 * </pre>
 *
 * <p>There is no present bit: an entry is present when it allows reading or writing. So writing
 * without reading has an entry of its own, and what allows nothing is withdrawn. Devices fetch no
 * instructions, and hardware does not tell a fetch from a read: what may be read may be fetched.
 *
 * <p><b>Accessed and dirty flags</b> (bits 8 and 9) are written by hardware only where the context
 * switches them on (SSADE, in scalable mode). With them off the bits are ignored: every entry
 * counts as used, and none as written.
 *
 * <p><b>Reserved</b> in present entries: TM (no device TLBs here), bits of the frame above the
 * host's address width, bit 11 of entries that lead to tables, PS in tables of level 4 and above,
 * and in large leaves the bits of the frame below their size. SNP, which forces snooping, changes
 * nothing here, where all DMA is coherent; EMT and IPAT count in nested translation only.
 *
 * <p>Bits 52 to 57 are among those that hardware ignores, and are software's here; of an entry that
 * is not present it ignores all.
 */
public final class VtdSecondStage implements TableFormat {
  /** The address width of a host with no limit of its own. */
  public static final int MOST_HOST_BITS = 52;

  /** The highest level in whose tables any IOMMU knows leaves: those of 1 GiB. */
  public static final int HIGHEST_LEAF = 3;

  private static final long READ = 1;
  private static final long WRITE = 1 << 1;
  private static final long PAGE_SIZE = 1 << 7;
  private static final long ACCESSED = 1 << 8;
  private static final long DIRTY = 1 << 9;
  private static final long SNOOP = 1 << 11;
  private static final long BARE = 1L << 52;
  private static final int ASKED_SHIFT = 53;
  private static final long ASKED = 7L << ASKED_SHIFT;
  private static final int CACHE_SHIFT = 56;
  private static final long TRANSIENT = 1L << 62;
  private static final long FRAME = 0x000F_FFFF_FFFF_F000L;
  private static final int LEVEL_2M = 2;
  private static final int LEVEL_1G = HIGHEST_LEAF;

  private final int levels;

  /** The highest level in whose tables leaves may stand. */
  private final int highestLeaf;

  /** What a walk and a store set; 0 where hardware marks nothing. */
  private final long accessed;

  private final long dirty;

  /** The bits that are reserved in every present entry. */
  private final long reserved;

  /**
   * Makes the format of a depth.
   *
   * @param levels 3 (39-bit addresses), 4 (48) or 5 (57)
   * @param accessedAndDirty whether hardware marks what it uses
   * @param hostBits how many bits a physical address has, 32 to {@link #MOST_HOST_BITS}; those of
   *     the frame above are reserved
   * @throws IllegalArgumentException for any other number
   */
  public VtdSecondStage(int levels, boolean accessedAndDirty, int hostBits) {
    this(levels, accessedAndDirty, hostBits, LEVEL_1G);
  }

  /**
   * Makes the format of a depth, of an IOMMU that may know no large leaves (Capability Register,
   * field SLLPS: the size in an entry that it does not know is reserved).
   *
   * @param levels 3 (39-bit addresses), 4 (48) or 5 (57)
   * @param accessedAndDirty whether hardware marks what it uses
   * @param hostBits how many bits a physical address has, 32 to {@link #MOST_HOST_BITS}
   * @param highestLeaf the highest level in whose tables leaves may stand: 1 (4 KiB only), 2 (2
   *     MiB) or 3 (1 GiB)
   * @throws IllegalArgumentException for any other number
   */
  public VtdSecondStage(int levels, boolean accessedAndDirty, int hostBits, int highestLeaf) {
    if (highestLeaf < 1 || highestLeaf > LEVEL_1G) {
      throw new IllegalArgumentException("leaves stand in levels 1 to 3, not " + highestLeaf);
    }
    if (levels < 3 || levels > 5) {
      throw new IllegalArgumentException(
          "second-stage tables have 3, 4 or 5 levels, not " + levels);
    }
    if (hostBits < 32 || hostBits > MOST_HOST_BITS) {
      throw new IllegalArgumentException(
          "a host's addresses have 32 to " + MOST_HOST_BITS + " bits, not " + hostBits);
    }
    this.levels = levels;
    this.highestLeaf = highestLeaf;
    accessed = accessedAndDirty ? ACCESSED : 0;
    dirty = accessedAndDirty ? DIRTY : 0;
    reserved = TRANSIENT | FRAME & -1L << hostBits;
  }

  @Override
  public String name() {
    return "VT-d second stage, " + levels + " levels";
  }

  @Override
  public int levels() {
    return levels;
  }

  @Override
  public int indexBits(int level) {
    return 9;
  }

  @Override
  public boolean leafAllowed(int level) {
    return level <= highestLeaf;
  }

  @Override
  public long lowLastPage() {
    return (1L << 9 * levels) - 1;
  }

  @Override
  public long highFirstPage() {
    return -1;
  }

  @Override
  public int effective(int permissions) {
    int reading = Permissions.READ | Permissions.EXECUTE;
    return (permissions & reading) != 0 ? permissions | reading : permissions;
  }

  @Override
  public long table(int level, long pfn) {
    return pfn << Pages.SHIFT | WRITE | READ;
  }

  @Override
  public long leaf(int level, long pfn, int permissions, CachePolicy cache) {
    long kind = level == 1 ? 0 : PAGE_SIZE;
    return withPermissions(
        level, pfn << Pages.SHIFT | kind | (long) cache.ordinal() << CACHE_SHIFT, permissions);
  }

  @Override
  public boolean present(int level, long bits) {
    return (bits & (READ | WRITE)) != 0;
  }

  @Override
  public boolean isLeaf(int level, long bits) {
    return level == 1 || (bits & PAGE_SIZE) != 0;
  }

  @Override
  public boolean reservedSet(int level, long bits) {
    if ((bits & reserved) != 0) {
      return true;
    }
    if (level == 1) {
      return false;
    }
    if ((bits & PAGE_SIZE) == 0) {
      return (bits & SNOOP) != 0;
    }
    if (level > highestLeaf) {
      return true;
    }
    return switch (level) {
      case LEVEL_2M -> (bits & 0x001F_F000L) != 0;
      case LEVEL_1G -> (bits & 0x3FFF_F000L) != 0;
      default -> true;
    };
  }

  @Override
  public long pfn(int level, long bits) {
    return (bits & FRAME) >>> Pages.SHIFT;
  }

  @Override
  public int permissions(int level, long bits) {
    return ((bits & READ) != 0 ? Permissions.READ_EXECUTE : 0)
        | ((bits & WRITE) != 0 ? Permissions.WRITE : 0);
  }

  @Override
  public CachePolicy cache(int level, long bits) {
    return CachePolicy.of((int) (bits >>> CACHE_SHIFT) & 3);
  }

  @Override
  public long withPermissions(int level, long bits, int permissions) {
    return bits & ~(READ | WRITE)
        | ((permissions & Permissions.READ) != 0 ? READ : 0)
        | ((permissions & Permissions.WRITE) != 0 ? WRITE : 0);
  }

  @Override
  public long splitLeaf(int level, long bits, int part) {
    long kept = level > LEVEL_2M ? bits : bits & ~PAGE_SIZE;
    return kept + ((long) part << Pages.SHIFT + 9 * (level - 2));
  }

  @Override
  public long withAccessed(int level, long bits) {
    return bits | accessed;
  }

  @Override
  public boolean maybeAccessed(int level, long bits) {
    return accessed == 0 || (bits & ACCESSED) != 0;
  }

  @Override
  public long withDirty(int level, long bits) {
    return bits | dirty;
  }

  @Override
  public boolean dirty(int level, long bits) {
    return (bits & dirty) != 0;
  }

  @Override
  public long clean(int level, long bits) {
    return bits & ~dirty;
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
    return bits & ~(READ | WRITE);
  }

  @Override
  public long reinstated(long bits) {
    return withPermissions(1, bits, effective(asked(bits)));
  }
}
