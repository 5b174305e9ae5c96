package dev.mapwright.sim.memory;

import dev.mapwright.core.machine.DeviceHandler;

/**
 * The registers of a device in the physical map.
 *
 * @param name its name
 * @param firstPfn its first page
 * @param pages how many pages
 * @param handler who answers accesses
 */
public record DeviceRange(String name, long firstPfn, long pages, DeviceHandler handler)
    implements PhysicalRange {
  /** One above the largest pfn that any format can hold. */
  public static final long PFN_LIMIT = 1L << 40;

  public DeviceRange {
    if (firstPfn < 0 || pages < 1 || firstPfn >= PFN_LIMIT || pages > PFN_LIMIT - firstPfn) {
      throw new IllegalArgumentException(
          "device "
              + name
              + " of "
              + pages
              + " pages at pfn 0x"
              + Long.toHexString(firstPfn)
              + ": it has to lie below pfn 2^40");
    }
  }

  /** The last page, inclusive. */
  public long lastPfn() {
    return firstPfn + pages - 1;
  }
}
