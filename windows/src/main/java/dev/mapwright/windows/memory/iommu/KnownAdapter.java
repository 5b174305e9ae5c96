package dev.mapwright.windows.memory.iommu;

import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * What the system knows of an adapter of a device, from IoGetDmaAdapter to PutDmaAdapter.
 *
 * <p>The first fields never change. Common buffers come and go one call after the other, as the
 * adapter's monitor says; they may be looked at meanwhile.
 */
public final class KnownAdapter {
  private final long address;
  private final PhysicalDevice device;
  private final @Nullable DmaDomain own;
  private final int maker;

  /** By the system address where each begins. */
  private final NavigableMap<Long, CommonBuffer> buffers = new ConcurrentSkipListMap<>();

  KnownAdapter(long address, PhysicalDevice device, @Nullable DmaDomain own, int maker) {
    this.address = address;
    this.device = device;
    this.own = own;
    this.maker = maker;
  }

  /** {@return a number that names it in reports: the address of a block that has no other use} */
  public long address() {
    return address;
  }

  /** {@return the device} */
  public PhysicalDevice device() {
    return device;
  }

  /** {@return the domain that was made for it; null when DMA is not remapped} */
  public @Nullable DmaDomain own() {
    return own;
  }

  /** {@return who has got it} */
  public int maker() {
    return maker;
  }

  /** {@return its common buffers, by the system address where each begins} */
  public NavigableMap<Long, CommonBuffer> buffers() {
    return buffers;
  }
}
