package dev.mapwright.windows.memory.iommu;

import dev.mapwright.core.machine.DmaFault;
import org.jspecify.annotations.Nullable;

/**
 * What the system knows of a device whose access was refused: a look at one moment, under the lock
 * of the state. Immutable.
 *
 * @param device the device; null when the system knows none with the requester
 * @param pasid the device of the PASID; null when the access had none, or there is no such
 * @param domain what the requester, or its PASID, is attached to; null for nothing
 * @param left what it was detached from last, when it is attached to nothing; null for nothing
 * @param detaching whether it is attached by the record and no longer by the IOMMU: it is being
 *     detached just now
 * @param suppressed whether faults of the PASIDs of the device are not reported
 * @param handler who is told; null for nobody
 */
public record Refused(
    @Nullable PhysicalDevice device,
    @Nullable PasidDevice pasid,
    @Nullable DmaDomain domain,
    @Nullable DmaDomain left,
    boolean detaching,
    boolean suppressed,
    @Nullable FaultHandler handler) {
  private static final Refused UNKNOWN = new Refused(null, null, null, null, false, false, null);

  /**
   * Looks at a device.
   *
   * @param state the system's
   * @param fault what was refused
   * @return what is known of it now
   */
  public static Refused of(IommuState state, DmaFault fault) {
    state.lock().lock();
    try {
      PhysicalDevice device = state.deviceOf(fault.requester());
      if (device == null) {
        return UNKNOWN;
      }
      boolean notAttached = fault.reason() == DmaFault.Reason.NOT_ATTACHED;
      if (fault.pasid() == DmaFault.NO_PASID) {
        DmaDomain domain = device.domain();
        boolean detaching = notAttached && domain != null && domain.engine() != null;
        return new Refused(
            device, null, domain, device.left(), detaching, false, device.faultHandler());
      }
      PasidDevice pasid = pasidOf(state, device, fault.pasid());
      DmaDomain domain = pasid == null ? null : pasid.domain();
      return new Refused(
          device,
          pasid,
          domain,
          null,
          notAttached && domain != null,
          suppressed(state, device),
          device.faultHandler());
    } finally {
      state.lock().unlock();
    }
  }

  private static @Nullable PasidDevice pasidOf(IommuState state, PhysicalDevice device, int pasid) {
    for (PasidDevice other : state.pasids().all()) {
      if (other.device().device() == device && other.pasid() == pasid) {
        return other;
      }
    }
    return null;
  }

  private static boolean suppressed(IommuState state, PhysicalDevice device) {
    for (DmaDevice handle : state.devices().all()) {
      if (handle.device() == device && handle.faultsSuppressed()) {
        return true;
      }
    }
    return false;
  }

  /** {@return whether the access came under an address space that the device has left} */
  public boolean beingFreed() {
    boolean pasidIsFree = pasid != null && domain == null;
    return detaching || pasidIsFree || domain == null && left != null && left.live();
  }

  /**
   * {@return whether the access came under an address space that there is not any more}
   *
   * @param underPasid whether it came under a PASID
   */
  public boolean gone(boolean underPasid) {
    boolean noPasid = device != null && underPasid && pasid == null;
    return noPasid || domain == null && left != null && !left.live();
  }
}
