package dev.mapwright.sim.memory;

import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.Devices;
import java.util.List;

/**
 * The registers or the memory of a device in the physical map. Two are the same only if they are
 * the same object: a device that is plugged in again is another one.
 */
public final class DeviceRange implements PhysicalRange, Devices.Range {
  /** One above the largest pfn that any format can hold. */
  public static final long PFN_LIMIT = 1L << 40;

  private final String name;
  private final long firstPfn;
  private final long pages;
  private final boolean prefetchable;
  private final DeviceHandler handler;

  /** Written before the range is published, and never again. */
  private List<DeviceRange> ofDevice = List.of(this);

  /**
   * A range of a device that has no other.
   *
   * @param handler who answers accesses
   */
  public DeviceRange(
      String name, long firstPfn, long pages, boolean prefetchable, DeviceHandler handler) {
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
    this.name = name;
    this.firstPfn = firstPfn;
    this.pages = pages;
    this.prefetchable = prefetchable;
    this.handler = handler;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long firstPfn() {
    return firstPfn;
  }

  @Override
  public long pages() {
    return pages;
  }

  @Override
  public boolean prefetchable() {
    return prefetchable;
  }

  /** Makes some ranges, which nobody knows yet, those of one device. */
  public static List<DeviceRange> together(List<DeviceRange> ranges) {
    List<DeviceRange> all = List.copyOf(ranges);
    for (DeviceRange range : all) {
      range.ofDevice = all;
    }
    return all;
  }

  @Override
  public List<DeviceRange> ofDevice() {
    return ofDevice;
  }

  @Override
  public DeviceHandler handler() {
    return handler;
  }

  boolean meets(long first, long last) {
    return firstPfn <= last && first <= lastPfn();
  }

  @Override
  public String toString() {
    return name + ", " + pages + " pages from pfn 0x" + Long.toHexString(firstPfn);
  }
}
