package dev.mapwright.sim.format;

import dev.mapwright.core.CachePolicy;
import dev.mapwright.core.Pages;
import dev.mapwright.core.Permissions;

/**
 * x86-64 page tables. Implements Intel 64 and IA-32 Architectures Software Developer's Manual,
 * volume 3A, chapter "Paging", section "4-Level Paging and 5-Level Paging" (tables "Format of a
 * Page-Table Entry that Maps a 4-KByte Page" and its siblings up to the PML5 entry), sections
 * "Accessed and Dirty Flags", "Protection Keys" and "Paging and Memory Typing"; and chapter "Memory
 * Cache Control", section "Page Attribute Table (PAT)".
 *
 * <pre>
 *  63 NX | 62..59 key | 58..56 ignored | 55..53 asked | 52 bare | 51..12 frame
 *        | 11..9 ignored | 8 G | 7 PS or PAT | 6 D | 5 A | 4 PCD | 3 PWT | 2 U | 1 W | 0 P
 * </pre>
 *
 * <p>Physical addresses have 52 bits, so no bit of the frame is reserved; NX is enabled. Every
 * entry is written as a user entry: the CPUs know no rings. Bits 52 to 55 are among those that the
 * hardware ignores, and are software's here; of an entry that is not present it ignores all.
 *
 * <p><b>Protection keys</b> (CR4.PKE) are enabled, and PKRU is fixed: key 15 forbids loads and
 * stores (its AD and WD are set), the others forbid nothing. Keys do not concern fetches; so a leaf
 * with key 15 that may be executed is one that can be executed and not read. Leaves of all sizes
 * have a key; in entries that lead to tables the bits are ignored. Writing can't be allowed without
 * reading: such a set has no leaf of its own.
 *
 * <p>The cache policy is an index into the machine's PAT, made of the bits PAT (bit 7 in a leaf of
 * 4 KiB, bit 12 in a larger one), PCD and PWT. The simulated PAT holds 0 WB, 1 WT, 2 UC-, 3 UC, 4
 * WC, 5 WT, 6 UC-, 7 UC; of these 0, 3, 2 and 4 are written for cached, uncached, uncached device
 * and write-combining memory. WT, which the engine has no word for, reads as cached.
 */
public final class X86Format implements TableFormat {
  private static final long PRESENT = 1;
  private static final long WRITABLE = 1 << 1;
  private static final long USER = 1 << 2;
  private static final long PWT = 1 << 3;
  private static final long PCD = 1 << 4;
  private static final long ACCESSED = 1 << 5;
  private static final long DIRTY = 1 << 6;
  private static final long PAGE_SIZE = 1 << 7;
  private static final long PAT_4K = 1 << 7;
  private static final long PAT_LARGE = 1 << 12;
  private static final long BARE = 1L << 52;
  private static final int ASKED_SHIFT = 53;
  private static final long ASKED = 7L << ASKED_SHIFT;

  /** The key whose rights PKRU takes away, in the place of a key. */
  private static final long EXECUTE_ONLY = 15L << 59;

  private static final long NO_EXECUTE = 1L << 63;
  private static final long FRAME = 0x000F_FFFF_FFFF_F000L;
  private static final int LEVEL_2M = 2;
  private static final int LEVEL_1G = 3;

  /** By the index PAT, PCD, PWT. */
  private static final CachePolicy[] PAT = {
    CachePolicy.CACHED,
    CachePolicy.CACHED,
    CachePolicy.UNCACHED_DEVICE,
    CachePolicy.UNCACHED,
    CachePolicy.WRITE_COMBINING,
    CachePolicy.CACHED,
    CachePolicy.UNCACHED_DEVICE,
    CachePolicy.UNCACHED
  };

  private final int levels;
  private final long lowLastPage;

  /**
   * Makes the format of a depth.
   *
   * @param levels 4 (48-bit addresses) or 5 (57-bit addresses)
   * @throws IllegalArgumentException for any other number
   */
  public X86Format(int levels) {
    if (levels != 4 && levels != 5) {
      throw new IllegalArgumentException("x86-64 has 4 or 5 levels of page tables, not " + levels);
    }
    this.levels = levels;
    lowLastPage = (1L << (levels * 9 - 1)) - 1;
  }

  @Override
  public String name() {
    return "x86-64, " + levels + " levels";
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
    return level <= LEVEL_1G;
  }

  @Override
  public long lowLastPage() {
    return lowLastPage;
  }

  @Override
  public long highFirstPage() {
    return Pages.LAST_PAGE - lowLastPage;
  }

  @Override
  public int effective(int permissions) {
    return (permissions & Permissions.WRITE) != 0 ? permissions | Permissions.READ : permissions;
  }

  @Override
  public long table(int level, long pfn) {
    return pfn << Pages.SHIFT | PRESENT | WRITABLE | USER;
  }

  @Override
  public long leaf(int level, long pfn, int permissions, CachePolicy cache) {
    long pat = level == 1 ? PAT_4K : PAT_LARGE;
    long type =
        switch (cache) {
          case CACHED -> 0;
          case UNCACHED -> PCD | PWT;
          case UNCACHED_DEVICE -> PCD;
          case WRITE_COMBINING -> pat;
        };
    return withPermissions(
        level,
        pfn << Pages.SHIFT | PRESENT | USER | type | (level == 1 ? 0 : PAGE_SIZE),
        permissions);
  }

  @Override
  public boolean present(int level, long bits) {
    return (bits & PRESENT) != 0;
  }

  @Override
  public boolean isLeaf(int level, long bits) {
    return level == 1 || (bits & PAGE_SIZE) != 0;
  }

  @Override
  public boolean reservedSet(int level, long bits) {
    if (level == 1 || (bits & PAGE_SIZE) == 0) {
      return false;
    }
    return switch (level) {
      case LEVEL_2M -> (bits & 0x001F_E000L) != 0;
      case LEVEL_1G -> (bits & 0x3FFF_E000L) != 0;
      default -> true;
    };
  }

  @Override
  public long pfn(int level, long bits) {
    long frame = bits & FRAME;
    if (level > 1 && (bits & PAGE_SIZE) != 0) {
      frame &= ~PAT_LARGE;
    }
    return frame >>> Pages.SHIFT;
  }

  @Override
  public int permissions(int level, long bits) {
    int execute = bits < 0 ? 0 : Permissions.EXECUTE;
    if ((bits & EXECUTE_ONLY) == EXECUTE_ONLY && isLeaf(level, bits)) {
      return execute;
    }
    return Permissions.READ | ((bits & WRITABLE) != 0 ? Permissions.WRITE : 0) | execute;
  }

  @Override
  public CachePolicy cache(int level, long bits) {
    boolean pat = (bits & (level == 1 ? PAT_4K : PAT_LARGE)) != 0;
    return PAT[(pat ? 4 : 0) + ((bits & PCD) != 0 ? 2 : 0) + ((bits & PWT) != 0 ? 1 : 0)];
  }

  @Override
  public long withPermissions(int level, long bits, int permissions) {
    return bits & ~(WRITABLE | NO_EXECUTE | EXECUTE_ONLY)
        | ((permissions & Permissions.WRITE) != 0 ? WRITABLE : 0)
        | ((permissions & Permissions.EXECUTE) != 0 ? 0 : NO_EXECUTE)
        | ((permissions & Permissions.READ) != 0 ? 0 : EXECUTE_ONLY);
  }

  @Override
  public long splitLeaf(int level, long bits, int part) {
    if (level > LEVEL_2M) {
      return bits + ((long) part << Pages.SHIFT + 9 * (level - 2));
    }
    long small = bits & ~(PAGE_SIZE | PAT_LARGE);
    return (small | ((bits & PAT_LARGE) != 0 ? PAT_4K : 0)) + ((long) part << Pages.SHIFT);
  }

  @Override
  public long withAccessed(int level, long bits) {
    return bits | ACCESSED;
  }

  @Override
  public boolean maybeAccessed(int level, long bits) {
    return (bits & ACCESSED) != 0;
  }

  @Override
  public long withDirty(int level, long bits) {
    return bits | DIRTY;
  }

  @Override
  public boolean dirty(int level, long bits) {
    return (bits & DIRTY) != 0;
  }

  @Override
  public long clean(int level, long bits) {
    return bits & ~DIRTY;
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
    return bits & ~PRESENT;
  }

  @Override
  public long reinstated(long bits) {
    return withPermissions(1, bits | PRESENT, effective(asked(bits)));
  }
}
