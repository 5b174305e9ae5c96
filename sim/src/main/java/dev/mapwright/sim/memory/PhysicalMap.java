package dev.mapwright.sim.memory;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where RAM lies among the physical addresses. Elsewhere are devices ({@link DeviceMap}), or
 * nothing (a hole): a load from there reads all ones and a store is dropped, as on a bus where
 * nobody answers. Immutable.
 */
public final class PhysicalMap {
  private final RamRange[] ram;

  /** The largest range of RAM, where most frames are. */
  private final RamRange largest;

  private final int nodes;

  /** Takes ranges in any order; adjacent ones of the same node become one. */
  public PhysicalMap(List<RamRange> ranges) {
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("a machine needs at least one range of RAM");
    }
    List<RamRange> sorted = new ArrayList<>(ranges);
    sorted.sort(new PhysicalRange.ByPlace());
    List<RamRange> merged = new ArrayList<>();
    for (RamRange range : sorted) {
      RamRange before = merged.isEmpty() ? null : merged.getLast();
      if (before != null && range.firstPfn() <= before.lastPfn()) {
        throw new IllegalArgumentException(
            "two ranges of RAM share pfn 0x" + Long.toHexString(range.firstPfn()));
      }
      if (before != null
          && before.node() == range.node()
          && before.lastPfn() + 1 == range.firstPfn()) {
        merged.removeLast();
        merged.add(new RamRange(before.firstPfn(), before.pages() + range.pages(), before.node()));
      } else {
        merged.add(range);
      }
    }
    ram = merged.toArray(new RamRange[0]);
    RamRange most = ram[0];
    int highestNode = 0;
    for (RamRange range : ram) {
      most = range.pages() > most.pages() ? range : most;
      highestNode = Math.max(highestNode, range.node());
    }
    largest = most;
    nodes = highestNode + 1;
  }

  /** The ranges of RAM in ascending order; callers do not write to the array. */
  RamRange[] ramRanges() {
    return ram;
  }

  /** One above the highest number of a node. */
  int nodes() {
    return nodes;
  }

  /** The range of RAM where most frames are. */
  RamRange largest() {
    return largest;
  }

  /** One above the highest frame of RAM. */
  public long ramEndPfn() {
    return ram[ram.length - 1].lastPfn() + 1;
  }

  /** The range of RAM that holds a frame; null when it is not RAM. */
  public @Nullable RamRange ramAt(long pfn) {
    if (contains(largest, pfn)) {
      return largest;
    }
    for (RamRange range : ram) {
      if (contains(range, pfn)) {
        return range;
      }
    }
    return null;
  }

  /** Whether a frame is RAM. */
  public boolean isRam(long pfn) {
    return ramAt(pfn) != null;
  }

  /** How many pages below one are no RAM: what their numbers are when RAM is left out. */
  long outsideBelow(long pfn) {
    long outside = pfn;
    for (RamRange range : ram) {
      outside -= Math.clamp(pfn - range.firstPfn(), 0, range.pages());
    }
    return outside;
  }

  /** The page outside RAM that has so many others below it. */
  long outsidePage(long below) {
    long pfn = below;
    for (RamRange range : ram) {
      pfn += range.firstPfn() <= pfn ? range.pages() : 0;
    }
    return pfn;
  }

  /** One comparison: what is below the first is above everything, taken as an unsigned number. */
  private static boolean contains(RamRange range, long pfn) {
    return Long.compareUnsigned(pfn - range.firstPfn(), range.pages()) < 0;
  }

  /**
   * How many pages from one on are no RAM: 0 for RAM, otherwise up to the next range of RAM, or all
   * there are when none follows.
   */
  long pagesToRam(long pfn) {
    for (RamRange range : ram) {
      if (pfn <= range.lastPfn()) {
        long away = range.firstPfn() - pfn;
        // Of a number far below zero the distance has no word.
        return pfn >= range.firstPfn() ? 0 : away > 0 ? away : Long.MAX_VALUE;
      }
    }
    return Math.max(1, Long.MAX_VALUE - pfn);
  }

  /** Which of 64 adjacent frames are RAM, the first in bit 0; {@code firstPfn} is aligned. */
  long ramMask(long firstPfn) {
    long mask = 0;
    for (RamRange range : ram) {
      long low = Math.max(firstPfn, range.firstPfn());
      long high = Math.min(firstPfn + 63, range.lastPfn());
      if (low <= high) {
        mask |= (-1L >>> (63 - (high - low))) << (low - firstPfn);
      }
    }
    return mask;
  }
}
