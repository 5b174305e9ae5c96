package dev.mapwright.windows.memory.iommu;

import org.jspecify.annotations.Nullable;

/**
 * The accesses of a device under one PASID: IOMMU_DMA_PASID_DEVICE.
 *
 * <p>The first fields never change. The others are guarded by the lock of {@link IommuState}.
 */
public final class PasidDevice {
  private final long address;
  private final DmaDevice device;
  private final int pasid;
  private final int maker;

  /** What it is attached to; null for nothing. */
  private @Nullable DmaDomain domain;

  private boolean changing;
  private boolean live = true;

  PasidDevice(long address, DmaDevice device, int pasid, int maker) {
    this.address = address;
    this.device = device;
    this.pasid = pasid;
    this.maker = maker;
  }

  /** {@return its handle} */
  public long address() {
    return address;
  }

  /** {@return what it was made of} */
  public DmaDevice device() {
    return device;
  }

  /** {@return its PASID, from 1 on} */
  public int pasid() {
    return pasid;
  }

  /** {@return who has made it} */
  public int maker() {
    return maker;
  }

  /** {@return what it is attached to; null for nothing} */
  public @Nullable DmaDomain domain() {
    return domain;
  }

  void setDomain(@Nullable DmaDomain now) {
    domain = now;
  }

  boolean changing() {
    return changing;
  }

  void setChanging(boolean now) {
    changing = now;
  }

  /** {@return whether it has not been deleted} */
  public boolean live() {
    return live;
  }

  void end() {
    live = false;
  }
}
