package dev.mapwright.sim.iommu;

import dev.mapwright.core.Pages;

/**
 * An entry of scalable mode's context tables, four words for each of 128 functions: the directory
 * of a requester's PASIDs. Intel Virtualization Technology for Directed I/O, Architecture
 * Specification, chapter "Translation Structure Formats", section "Scalable-Mode Context-Entry".
 *
 * <pre>
 * word 0: 63..12 directory | 11..9 its size | 8..5 reserved | 4 PRE | 3 PASIDs on | 2 device TLB
 *         | 1 no faults | 0 present
 * word 1: 63..21 reserved | 20 RID_PRIV | 19..0 PASID of requests without one (RID_PASID)
 * words 2 and 3: reserved
 * </pre>
 *
 * <p>A size of n stands for 2^(n + 7) entries. There are no page requests and no device TLBs here,
 * so PRE and the device TLB's bit are reserved.
 */
final class ScalableContextEntry {
  static final int BYTES = 32;
  static final int WORDS = 4;

  private static final long PRESENT = 1;
  private static final long NO_FAULTS = 1 << 1;
  private static final long PASIDS = 1 << 3;
  private static final long RESERVED_0 = 0x1F4;
  private static final long RESERVED_1 = -1L << 21;

  private ScalableContextEntry() {}

  static long at(long tablePfn, int requester) {
    return (tablePfn << Pages.SHIFT) + (long) BYTES * (requester & 0x7F);
  }

  static boolean present(long word0) {
    return (word0 & PRESENT) != 0;
  }

  static boolean quiet(long word0) {
    return (word0 & NO_FAULTS) != 0;
  }

  static boolean reservedSet(long word0, long word1, long others, long beyondHost) {
    return (word0 & (RESERVED_0 | beyondHost)) != 0 || (word1 & RESERVED_1) != 0 || others != 0;
  }

  static boolean pasidsOn(long word0) {
    return (word0 & PASIDS) != 0;
  }

  static long directoryPfn(long word0) {
    return word0 >>> Pages.SHIFT;
  }

  /** log2 of the entries of the directory. */
  static int log2Directory(long word0) {
    return (int) (word0 >>> 9 & 7) + 7;
  }

  static int ridPasid(long word1) {
    return (int) word1 & 0xF_FFFF;
  }

  static long word0(long directoryPfn, int log2Directory) {
    return directoryPfn << Pages.SHIFT | (long) (log2Directory - 7) << 9 | PASIDS | PRESENT;
  }
}
