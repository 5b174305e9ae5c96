package dev.mapwright.windows.memory.iommu;

import org.jspecify.annotations.Nullable;

/**
 * What a driver has made of a device to attach it: IOMMU_DMA_DEVICE.
 *
 * <p>The first fields never change. The others are guarded by the lock of {@link IommuState}.
 */
public final class DmaDevice {
  private final long address;
  private final PhysicalDevice device;
  private final boolean pasids;
  private final boolean faultsSuppressed;
  private final int maker;

  /** How many devices of a PASID were made of it and live. */
  private int pasidDevices;

  /** Who is told when the state of the interface changes; null for nobody. */
  private @Nullable StateChangeCallback callback;

  private boolean live = true;

  DmaDevice(
      long address, PhysicalDevice device, boolean pasids, boolean faultsSuppressed, int maker) {
    this.address = address;
    this.device = device;
    this.pasids = pasids;
    this.faultsSuppressed = faultsSuppressed;
    this.maker = maker;
  }

  /** {@return its handle} */
  public long address() {
    return address;
  }

  /** {@return the device} */
  public PhysicalDevice device() {
    return device;
  }

  /** {@return whether it was made to use PASIDs} */
  public boolean pasids() {
    return pasids;
  }

  /** {@return whether faults of its PASIDs are not reported} */
  public boolean faultsSuppressed() {
    return faultsSuppressed;
  }

  /** {@return who has made it} */
  public int maker() {
    return maker;
  }

  /** {@return how many devices of a PASID were made of it and live} */
  public int pasidDevices() {
    return pasidDevices;
  }

  void countPasidDevices(int delta) {
    pasidDevices += delta;
  }

  /** {@return who is told when the state of the interface changes; null for nobody} */
  public @Nullable StateChangeCallback callback() {
    return callback;
  }

  void setCallback(@Nullable StateChangeCallback now) {
    callback = now;
  }

  /** {@return whether it has not been deleted} */
  public boolean live() {
    return live;
  }

  void end() {
    live = false;
  }
}
