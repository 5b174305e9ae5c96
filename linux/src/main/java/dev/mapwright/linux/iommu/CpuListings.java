package dev.mapwright.linux.iommu;

import dev.mapwright.core.Pages;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Prints what a CPU's tables hold as QEMU's monitor does, line by line: {@code info tlb}, a line a
 * leaf with its address, its frame's and its bits; and {@code info mem}, a line for each range with
 * the same permissions. The permissions of a range are those that every level allows, and a leaf's
 * bits are its own.
 */
final class CpuListings implements TableMemory.CpuVisitor {
  private static final String HEX = "0123456789abcdef";

  /** Letters and bits of a leaf in the order of {@code info tlb}. */
  private static final String LETTERS = "XGPDACTUW";

  private static final int[] BITS = {63, 8, 7, 6, 5, 4, 3, 2, 1};
  private static final long USER = 1 << 2;
  private static final long WRITE = 1 << 1;

  private final @Nullable Listing entries;
  private final @Nullable Listing ranges;

  /** The range that was begun: from a page on to before another; empty at first. */
  private long rangeStart;

  private long rangeEnd;
  private long rangePermissions;

  /** How many entries can't be followed. */
  long broken;

  CpuListings(@Nullable Listing entries, @Nullable Listing ranges) {
    this.entries = entries;
    this.ranges = ranges;
  }

  @Override
  public void leaf(long firstPage, long pages, long pfn, long leaf, long all) throws IOException {
    if (pfn < 0) {
      broken++;
      return;
    }
    if (entries != null) {
      entries.take(Pages.address(firstPage), entry(Pages.address(firstPage), pfn, leaf));
    }
    long permissions = all & (USER | WRITE);
    if (rangeStart != rangeEnd && (firstPage != rangeEnd || permissions != rangePermissions)) {
      endRange();
    }
    if (rangeStart == rangeEnd) {
      rangeStart = firstPage;
    }
    rangeEnd = firstPage + pages;
    rangePermissions = permissions;
  }

  /** Ends both listings. */
  void end() throws IOException {
    if (rangeStart != rangeEnd) {
      endRange();
    }
    if (entries != null) {
      entries.end();
    }
    if (ranges != null) {
      ranges.end();
    }
  }

  private static String entry(long address, long pfn, long leaf) {
    StringBuilder text = new StringBuilder(44);
    hex(text, address).append(": ");
    hex(text, Pages.address(pfn)).append(' ');
    for (int i = 0; i < BITS.length; i++) {
      text.append((leaf >>> BITS[i] & 1) != 0 ? LETTERS.charAt(i) : '-');
    }
    return text.toString();
  }

  private void endRange() throws IOException {
    long start = Pages.address(rangeStart);
    if (ranges != null) {
      StringBuilder text = new StringBuilder(56);
      hex(text, start).append('-');
      hex(text, Pages.address(rangeEnd)).append(' ');
      hex(text, Pages.address(rangeEnd - rangeStart)).append(' ');
      text.append((rangePermissions & USER) != 0 ? 'u' : '-').append('r');
      text.append((rangePermissions & WRITE) != 0 ? 'w' : '-');
      ranges.take(start, text.toString());
    }
    rangeStart = 0;
    rangeEnd = 0;
  }

  private static StringBuilder hex(StringBuilder into, long value) {
    for (int shift = 60; shift >= 0; shift -= 4) {
      into.append(HEX.charAt((int) (value >>> shift) & 0xF));
    }
    return into;
  }
}
