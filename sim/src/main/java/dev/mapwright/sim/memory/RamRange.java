package dev.mapwright.sim.memory;

/**
 * A range of RAM.
 *
 * @param firstPfn its first frame
 * @param pages how many frames
 * @param node the node that they belong to
 */
public record RamRange(long firstPfn, long pages, int node) implements PhysicalRange {
  /** One above the largest pfn that a frame of RAM can have. */
  public static final long PFN_LIMIT = 1L << 30;

  public RamRange {
    if (firstPfn < 0 || pages < 1 || firstPfn >= PFN_LIMIT || pages > PFN_LIMIT - firstPfn) {
      throw new IllegalArgumentException(
          "RAM of "
              + pages
              + " pages at pfn 0x"
              + Long.toHexString(firstPfn)
              + ": it has to lie below pfn 2^30");
    }
    if (node < 0) {
      throw new IllegalArgumentException("node " + node + " of RAM: it can't be negative");
    }
  }

  /** The last frame, inclusive. */
  public long lastPfn() {
    return firstPfn + pages - 1;
  }
}
