package dev.mapwright.sim.iommu;

import dev.mapwright.core.Pages;

/**
 * The root table: an entry of two words for each bus. Intel Virtualization Technology for Directed
 * I/O, Architecture Specification, chapter "Translation Structure Formats", sections "Root Entry"
 * and "Scalable-Mode Root Entry", and section "Root Table Address Register".
 *
 * <pre>
 * legacy    word 0: 63..12 context table | 11..1 reserved | 0 present     word 1: reserved
 * scalable  word 0: likewise, for devices 0 to 15;        word 1: likewise, for devices 16 to 31
 * register  63..12 root table | 11..10 mode: 0 legacy, 1 scalable, 2 reserved, 3 all is refused
 * </pre>
 */
final class RootEntry {
  static final int BYTES = 16;

  static final long LEGACY = 0;
  static final long SCALABLE = 1 << 10;
  static final long ABORT = 3 << 10;
  private static final long MODE = 3 << 10;

  private static final long PRESENT = 1;
  private static final long RESERVED = 0xFFE;

  private RootEntry() {}

  static long mode(long register) {
    return register & MODE;
  }

  /** Where the word of the root table is that leads to a requester's context entry. */
  static long at(long register, int requester) {
    long entry = (register & -Pages.BYTES) + (long) BYTES * (requester >>> 8);
    return entry + (mode(register) == SCALABLE ? requester >>> 7 & 1 : 0) * 8L;
  }

  static boolean present(long word) {
    return (word & PRESENT) != 0;
  }

  static boolean reservedSet(long word, long beyondHost) {
    return (word & (RESERVED | beyondHost)) != 0;
  }

  static long tablePfn(long word) {
    return word >>> Pages.SHIFT;
  }

  static long of(long tablePfn) {
    return tablePfn << Pages.SHIFT | PRESENT;
  }
}
