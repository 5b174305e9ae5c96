package dev.mapwright.sim.device;

import dev.mapwright.core.Pages;
import dev.mapwright.core.machine.DeviceHandler;

/**
 * A range of physical addresses that a device asks for (a memory base address register, BAR, as in
 * "Base Address Registers" of the PCI Express Base Specification's section on configuration space):
 * registers or memory, whoever answers. Where it lies is decided when the device is plugged in.
 *
 * <p>As its register holds no bits below its size, a BAR has a power of two of bytes and begins at
 * a multiple of that. Here it has at least a page, so that no page is shared.
 *
 * @param index which one of the device's it is, 0 to 5
 * @param bytes how large, a power of two from 4096 to 2^47
 * @param prefetchable whether reads have no side effects and writes may be merged, so that it may
 *     be mapped write-combined
 * @param handler who answers accesses; offsets are from the start of the BAR
 */
public record Bar(int index, long bytes, boolean prefetchable, DeviceHandler handler) {
  /** How many a device can have. */
  public static final int MOST = 6;

  private static final long MOST_BYTES = 1L << 47;

  /**
   * Checks index and size.
   *
   * @throws IllegalArgumentException when one is not possible
   */
  public Bar {
    if (index < 0 || index >= MOST) {
      throw new IllegalArgumentException("a device has no BAR " + index + ", only 0 to 5");
    }
    if (bytes < Pages.BYTES || bytes > MOST_BYTES || Long.bitCount(bytes) != 1) {
      throw new IllegalArgumentException(
          "BAR " + index + " of " + bytes + " bytes: it has to be a power of two from a page on");
    }
  }

  /** {@return the size in pages} */
  public long pages() {
    return Pages.of(bytes);
  }
}
