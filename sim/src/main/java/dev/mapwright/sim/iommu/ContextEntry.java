package dev.mapwright.sim.iommu;

import dev.mapwright.core.Pages;

/**
 * An entry of legacy mode's context table, two words for each of a bus's 256 functions: the tables
 * of a requester. Intel Virtualization Technology for Directed I/O, Architecture Specification,
 * chapter "Translation Structure Formats", section "Context Entry".
 *
 * <pre>
 * word 0: 63..12 root of the second stage | 11..4 reserved | 3..2 kind | 1 no faults | 0 present
 * word 1: 63..24 reserved | 23..8 domain | 7 reserved | 6..3 ignored | 2..0 width
 * </pre>
 *
 * <p>Kinds: 0 second stage, 1 likewise with a device TLB (there are none here, so it is invalid), 2
 * pass-through, 3 reserved. A width of n stands for n + 2 levels.
 */
final class ContextEntry {
  static final int BYTES = 16;
  static final int SECOND_STAGE = 0;
  static final int PASS_THROUGH = 2;

  private static final long PRESENT = 1;
  private static final long NO_FAULTS = 1 << 1;
  private static final long RESERVED_0 = 0xFF0;
  private static final long RESERVED_1 = 0xFFFF_FFFF_FF00_0080L;

  private ContextEntry() {}

  static long at(long tablePfn, int requester) {
    return (tablePfn << Pages.SHIFT) + (long) BYTES * (requester & 0xFF);
  }

  static boolean present(long word0) {
    return (word0 & PRESENT) != 0;
  }

  static boolean quiet(long word0) {
    return (word0 & NO_FAULTS) != 0;
  }

  static boolean reservedSet(long word0, long word1, long beyondHost) {
    return (word0 & (RESERVED_0 | beyondHost)) != 0 || (word1 & RESERVED_1) != 0;
  }

  static int kind(long word0) {
    return (int) (word0 >>> 2) & 3;
  }

  static long rootPfn(long word0) {
    return word0 >>> Pages.SHIFT;
  }

  static int levels(long word1) {
    return (int) (word1 & 7) + 2;
  }

  static int domain(long word1) {
    return (int) (word1 >>> 8) & 0xFFFF;
  }

  static long word0(int kind, long rootPfn) {
    return rootPfn << Pages.SHIFT | (long) kind << 2 | PRESENT;
  }

  static long word1(int domain, int levels) {
    return (long) domain << 8 | levels - 2;
  }
}
