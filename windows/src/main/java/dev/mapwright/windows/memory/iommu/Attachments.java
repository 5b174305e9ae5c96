package dev.mapwright.windows.memory.iommu;

import dev.mapwright.core.machine.Iommu;
import dev.mapwright.windows.abi.iommu.DmaDomainType;
import org.jspecify.annotations.Nullable;

/**
 * Attaches devices to domains and detaches them.
 *
 * <p>The decision is made, and noted, under the lock of the state; the IOMMU is told without it,
 * because that waits for accesses of the device that are under way. In between the device is marked
 * as changing, so that a second call on it is seen as what it is, the driver's mistake; and the
 * domain counts it already, so that it is not deleted.
 */
public final class Attachments {
  /** What came of it. */
  public enum Result {
    /** It was done. */
    DONE,
    /** Another call attaches or detaches the device just now. */
    CONCURRENT,
    /** The domain was deleted. */
    DOMAIN_DEAD,
    /** The device was deleted. */
    DEVICE_DEAD,
    /** It is attached already. */
    ATTACHED,
    /** It is not attached; or not to the domain that was named. */
    NOT_ATTACHED,
    /** The policy or the device does not allow this type of domain. */
    DENIED,
    /** There is no memory for the IOMMU's tables. */
    NO_MEMORY
  }

  private Attachments() {}

  /**
   * Attaches a device.
   *
   * @param state the system's
   * @param domain to what
   * @param device which one
   * @return DONE, DOMAIN_DEAD, CONCURRENT, ATTACHED, DENIED or NO_MEMORY
   */
  public static Result attach(IommuState state, DmaDomain domain, PhysicalDevice device) {
    return attach(state, domain, device, null);
  }

  /**
   * Attaches a device by a handle.
   *
   * @param state the system's
   * @param domain to what
   * @param device which one
   * @param handle by which handle; null for none
   * @return DONE, DOMAIN_DEAD, DEVICE_DEAD, CONCURRENT, ATTACHED, DENIED or NO_MEMORY
   */
  public static Result attach(
      IommuState state, DmaDomain domain, PhysicalDevice device, @Nullable DmaDevice handle) {
    state.lock().lock();
    try {
      if (!domain.live()) {
        return Result.DOMAIN_DEAD;
      }
      if (handle != null && !handle.live()) {
        return Result.DEVICE_DEAD;
      }
      if (device.changing()) {
        return Result.CONCURRENT;
      }
      if (device.domain() != null) {
        return Result.ATTACHED;
      }
      if ((state.availableTypes(device) & DmaDomainType.bit(domain.type())) == 0) {
        return Result.DENIED;
      }
      device.setChanging(true);
      domain.countAttached(1);
    } finally {
      state.lock().unlock();
    }
    boolean done = false;
    try {
      done = tell(state, domain, device.requester());
    } finally {
      changed(state, device, domain, done);
      detachUnplugged(state, device);
    }
    return done ? Result.DONE : Result.NO_MEMORY;
  }

  /** Detaches a device that was taken out while it was being attached. */
  private static void detachUnplugged(IommuState state, PhysicalDevice device) {
    if (!device.plugged()) {
      detach(state, null, device);
    }
  }

  private static boolean tell(IommuState state, DmaDomain domain, int requester) {
    Iommu iommu = state.iommu();
    if (iommu == null) {
      throw new IllegalStateException("a domain without an IOMMU");
    }
    if (domain.engine() != null) {
      return iommu.attach(requester, domain.engine().translation());
    }
    // Nobody can configure an unmanaged domain on x64, so nothing gets through it.
    return domain.type() != DmaDomainType.PASS_THROUGH || iommu.passThrough(requester);
  }

  /**
   * Moves a device from one domain to another, as detaching and attaching does, but without a time
   * at which it is in neither, and without a failure that leaves it there.
   *
   * @param state the system's
   * @param from where it is
   * @param to where it goes
   * @param device which one
   * @return DONE, DOMAIN_DEAD, CONCURRENT, NOT_ATTACHED, DENIED or NO_MEMORY
   */
  public static Result move(IommuState state, DmaDomain from, DmaDomain to, PhysicalDevice device) {
    state.lock().lock();
    try {
      if (!to.live()) {
        return Result.DOMAIN_DEAD;
      }
      if (device.changing()) {
        return Result.CONCURRENT;
      }
      if (device.domain() != from) {
        return Result.NOT_ATTACHED;
      }
      if ((state.availableTypes(device) & DmaDomainType.bit(to.type())) == 0) {
        return Result.DENIED;
      }
      device.setChanging(true);
      to.countAttached(1);
    } finally {
      state.lock().unlock();
    }
    boolean done = false;
    try {
      Iommu iommu = state.iommu();
      if (iommu != null && to.type() == DmaDomainType.UNMANAGED) {
        iommu.detach(device.requester());
      }
      done = tell(state, to, device.requester());
    } finally {
      if (done) {
        moved(state, device, from, to);
      } else {
        stays(state, device, to);
      }
      detachUnplugged(state, device);
    }
    return done ? Result.DONE : Result.NO_MEMORY;
  }

  /** The device is in another domain, where nobody is told of its faults yet. */
  private static void moved(
      IommuState state, PhysicalDevice device, DmaDomain left, DmaDomain there) {
    FaultHandler before;
    state.lock().lock();
    try {
      device.setChanging(false);
      device.setDomain(there);
      left.countAttached(-1);
      before = device.faultHandler();
      device.setFaultHandler(null);
    } finally {
      state.lock().unlock();
    }
    if (before != null) {
      before.end();
    }
  }

  private static void stays(IommuState state, PhysicalDevice device, DmaDomain refused) {
    state.lock().lock();
    try {
      device.setChanging(false);
      refused.countAttached(-1);
    } finally {
      state.lock().unlock();
    }
  }

  /**
   * Detaches a device: when this returns, no access of it gets through.
   *
   * @param state the system's
   * @param domain from what; null for whatever it is attached to
   * @param device which one
   * @return DONE, CONCURRENT or NOT_ATTACHED
   */
  public static Result detach(IommuState state, @Nullable DmaDomain domain, PhysicalDevice device) {
    DmaDomain left;
    state.lock().lock();
    try {
      if (device.changing()) {
        return Result.CONCURRENT;
      }
      left = device.domain();
      if (left == null || domain != null && domain != left) {
        return Result.NOT_ATTACHED;
      }
      device.setChanging(true);
    } finally {
      state.lock().unlock();
    }
    try {
      Iommu iommu = state.iommu();
      if (iommu != null) {
        iommu.detach(device.requester());
      }
    } finally {
      changed(state, device, left, false);
    }
    return Result.DONE;
  }

  /**
   * Marks a device as one that another call attaches or detaches just now, or no longer so: for
   * tests of calls that overlap.
   *
   * @param state the system's
   * @param device which one
   * @param now whether it is
   */
  public static void setChanging(IommuState state, PhysicalDevice device, boolean now) {
    state.lock().lock();
    try {
      device.setChanging(now);
    } finally {
      state.lock().unlock();
    }
  }

  /**
   * Ends a change: the device is attached to the domain now, or is not. With the attachment goes
   * who is told of faults; whoever attaches the device next may set another.
   */
  private static void changed(
      IommuState state, PhysicalDevice device, DmaDomain domain, boolean attached) {
    FaultHandler before = null;
    state.lock().lock();
    try {
      device.setChanging(false);
      if (device.domain() != null || attached) {
        device.setLeft(attached ? null : domain);
      }
      device.setDomain(attached ? domain : null);
      if (!attached) {
        domain.countAttached(-1);
        before = device.faultHandler();
        device.setFaultHandler(null);
      }
    } finally {
      state.lock().unlock();
    }
    if (before != null) {
      before.end();
    }
  }
}
