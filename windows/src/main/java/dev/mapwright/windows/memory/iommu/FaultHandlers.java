package dev.mapwright.windows.memory.iommu;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sets and takes back the handlers of devices' faults. Which one a device has is decided under the
 * lock of the state; that the one before is not called any more is waited for without it, since its
 * routine may call the system.
 */
public final class FaultHandlers {
  private FaultHandlers() {}

  /**
   * Whether a handler could be set.
   *
   * @param state the system's
   * @param device of which device
   * @return DONE, CONCURRENT or NOT_ATTACHED; nothing has changed
   */
  public static Attachments.Result check(IommuState state, PhysicalDevice device) {
    state.lock().lock();
    try {
      return checkLocked(device);
    } finally {
      state.lock().unlock();
    }
  }

  private static Attachments.Result checkLocked(PhysicalDevice device) {
    if (device.changing()) {
      return Attachments.Result.CONCURRENT;
    }
    return device.domain() == null ? Attachments.Result.NOT_ATTACHED : Attachments.Result.DONE;
  }

  /**
   * Sets the handler of a device that is attached, in place of the one that it has; when this
   * returns, that one is not called any more.
   *
   * @param state the system's
   * @param device of which device
   * @param handler the handler; null for none
   * @return DONE, CONCURRENT, NOT_ATTACHED; nothing has changed unless DONE
   */
  public static Attachments.Result set(
      IommuState state, PhysicalDevice device, @Nullable FaultHandler handler) {
    FaultHandler before;
    state.lock().lock();
    try {
      Attachments.Result result = checkLocked(device);
      if (result != Attachments.Result.DONE) {
        return result;
      }
      before = device.faultHandler();
      device.setFaultHandler(handler);
    } finally {
      state.lock().unlock();
    }
    end(before);
    return Attachments.Result.DONE;
  }

  /**
   * {@return the handlers of all devices}
   *
   * @param state the system's
   */
  public static List<FaultHandler> all(IommuState state) {
    List<FaultHandler> all = new ArrayList<>();
    state.lock().lock();
    try {
      for (PhysicalDevice device : state.physicalDevices()) {
        FaultHandler handler = device.faultHandler();
        if (handler != null) {
          all.add(handler);
        }
      }
    } finally {
      state.lock().unlock();
    }
    return all;
  }

  /**
   * Takes all handlers of a driver that goes.
   *
   * @param state the system's
   * @param driverObject its DRIVER_OBJECT
   */
  public static void takeAll(IommuState state, long driverObject) {
    List<FaultHandler> taken = new ArrayList<>();
    state.lock().lock();
    try {
      for (PhysicalDevice device : state.physicalDevices()) {
        FaultHandler handler = device.faultHandler();
        if (handler != null && handler.driverObject() == driverObject) {
          device.setFaultHandler(null);
          taken.add(handler);
        }
      }
    } finally {
      state.lock().unlock();
    }
    taken.forEach(FaultHandlers::end);
  }

  private static void end(@Nullable FaultHandler handler) {
    if (handler != null) {
      handler.end();
    }
  }
}
