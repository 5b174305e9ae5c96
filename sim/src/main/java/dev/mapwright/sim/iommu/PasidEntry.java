package dev.mapwright.sim.iommu;

import dev.mapwright.core.Pages;

/**
 * What leads from a PASID to its tables: an entry of the directory, of one word, which leads to a
 * table for 64 PASIDs; and an entry of that, of eight words. Intel Virtualization Technology for
 * Directed I/O, Architecture Specification, chapter "Translation Structure Formats", sections
 * "Scalable-Mode PASID Directory Entry" and "Scalable-Mode PASID Table Entry".
 *
 * <pre>
 * directory: 63..12 PASID table | 11..2 reserved | 1 no faults | 0 present
 * word 0: 63..12 root of the second stage | 11..10 reserved | 9 SSADE | 8..6 kind | 5 ignored
 *         | 4..2 width | 1 no faults | 0 present
 * word 1: 63..23 of memory types and snooping, ignored | 22..16 reserved | 15..0 domain
 * word 2: 63..12 root of the first stage | 11..8 reserved | 7..4 ignored | 3..2 depth | 1..0 ignored
 * word 3: ignored                                          words 4 to 7: reserved
 * </pre>
 *
 * <p>Kinds (PGTT): 1 first stage, 2 second stage, 3 nested (not here), 4 pass-through. A width of n
 * stands for n + 2 levels, a depth of n (FSPM) for n + 4. SSADE switches the second stage's
 * accessed and dirty flags on.
 */
final class PasidEntry {
  static final int BYTES = 64;
  static final int WORDS = 8;

  /** log2 of the PASIDs of a table. */
  static final int LOG2_TABLE = 6;

  static final int FIRST_STAGE = 1;
  static final int SECOND_STAGE = 2;
  static final int PASS_THROUGH = 4;

  private static final long PRESENT = 1;
  private static final long NO_FAULTS = 1 << 1;
  private static final long MARKING = 1 << 9;
  private static final long DIRECTORY_RESERVED = 0xFFC;
  private static final long RESERVED_0 = 0xC00;
  private static final long RESERVED_1 = 0x7F_0000;
  private static final long RESERVED_2 = 0xF00;

  private PasidEntry() {}

  // ---- of the directory

  static long directoryAt(long directoryPfn, int pasid) {
    return (directoryPfn << Pages.SHIFT) + 8L * (pasid >>> LOG2_TABLE);
  }

  static boolean directoryReservedSet(long word, long beyondHost) {
    return (word & (DIRECTORY_RESERVED | beyondHost)) != 0;
  }

  static long tablePfn(long directoryWord) {
    return directoryWord >>> Pages.SHIFT;
  }

  static long directoryWord(long tablePfn) {
    return tablePfn << Pages.SHIFT | PRESENT;
  }

  // ---- of both

  static boolean present(long word0) {
    return (word0 & PRESENT) != 0;
  }

  static boolean quiet(long word0) {
    return (word0 & NO_FAULTS) != 0;
  }

  // ---- of the table

  static long at(long tablePfn, int pasid) {
    return (tablePfn << Pages.SHIFT) + (long) BYTES * (pasid & (1 << LOG2_TABLE) - 1);
  }

  static boolean reservedSet(long word0, long word1, long word2, long others, long beyondHost) {
    return (word0 & (RESERVED_0 | beyondHost)) != 0
        || (word1 & RESERVED_1) != 0
        || (word2 & (RESERVED_2 | beyondHost)) != 0
        || others != 0;
  }

  static int kind(long word0) {
    return (int) (word0 >>> 6) & 7;
  }

  static boolean marking(long word0) {
    return (word0 & MARKING) != 0;
  }

  static int secondLevels(long word0) {
    return (int) (word0 >>> 2 & 7) + 2;
  }

  static long secondRootPfn(long word0) {
    return word0 >>> Pages.SHIFT;
  }

  static int firstLevels(long word2) {
    return (int) (word2 >>> 2 & 3) + 4;
  }

  static long firstRootPfn(long word2) {
    return word2 >>> Pages.SHIFT;
  }

  static int domain(long word1) {
    return (int) word1 & 0xFFFF;
  }

  static long secondStage(long rootPfn, int levels, boolean marking) {
    return rootPfn << Pages.SHIFT
        | (marking ? MARKING : 0)
        | (long) SECOND_STAGE << 6
        | (long) (levels - 2) << 2
        | PRESENT;
  }

  static long passThrough(int levels) {
    return (long) PASS_THROUGH << 6 | (long) (levels - 2) << 2 | PRESENT;
  }

  static long firstStage() {
    return (long) FIRST_STAGE << 6 | PRESENT;
  }

  static long firstStageWord2(long rootPfn, int levels) {
    return rootPfn << Pages.SHIFT | (long) (levels - 4) << 2;
  }
}
