package dev.mapwright.windows.memory.iommu;

import org.jspecify.annotations.Nullable;

/**
 * A device as the system has found it: its DEVICE_OBJECT, the requester under which it accesses
 * memory, and what it and its driver are capable of. What it is attached to belongs to it, and not
 * to what drivers have made of it: both versions of the interface attach the same device.
 *
 * <p>The first fields never change. The others are guarded by the lock of {@link IommuState}.
 */
public final class PhysicalDevice {
  private final long pdo;
  private final DeviceTraits traits;

  /** What it is attached to; null for nothing, so that all its accesses are refused. */
  private @Nullable DmaDomain domain;

  /** What it was detached from last, while it is attached to nothing; null for nothing. */
  private @Nullable DmaDomain left;

  /** Who is told of its faults while it is attached; null for nobody. */
  private @Nullable FaultHandler faultHandler;

  /** Whether the system has it still; once it was taken out, it is never attached again. */
  private volatile boolean plugged = true;

  /** Whether a call is attaching or detaching it just now. */
  private boolean changing;

  /**
   * Makes a device that is attached to nothing.
   *
   * @param pdo the address of its DEVICE_OBJECT
   * @param traits what it is like
   */
  public PhysicalDevice(long pdo, DeviceTraits traits) {
    this.pdo = pdo;
    this.traits = traits;
  }

  /**
   * {@return a device that is not behind an IOMMU: what the device of a driver is at first}
   *
   * @param pdo the address of its DEVICE_OBJECT
   */
  public static PhysicalDevice notRemapped(long pdo) {
    return new PhysicalDevice(pdo, DeviceTraits.of(0).notRemapped());
  }

  /** {@return the address of its DEVICE_OBJECT} */
  public long pdo() {
    return pdo;
  }

  /** {@return what it is like} */
  public DeviceTraits traits() {
    return traits;
  }

  /** {@return under which number it accesses memory, 0 .. 0xFFFF} */
  public int requester() {
    return traits.requester();
  }

  /** {@return whether it is behind an IOMMU} */
  public boolean remapped() {
    return traits.remapped();
  }

  /** {@return what it is attached to; null for nothing} */
  public @Nullable DmaDomain domain() {
    return domain;
  }

  void setDomain(@Nullable DmaDomain now) {
    domain = now;
  }

  @Nullable DmaDomain left() {
    return left;
  }

  void setLeft(@Nullable DmaDomain now) {
    left = now;
  }

  @Nullable FaultHandler faultHandler() {
    return faultHandler;
  }

  void setFaultHandler(@Nullable FaultHandler now) {
    faultHandler = now;
  }

  boolean plugged() {
    return plugged;
  }

  void unplugged() {
    plugged = false;
  }

  boolean changing() {
    return changing;
  }

  void setChanging(boolean now) {
    changing = now;
  }
}
