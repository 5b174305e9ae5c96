package dev.mapwright.windows.memory.iommu;

import org.jspecify.annotations.Nullable;

/** Makes handles of devices and ends them. */
public final class Devices {
  /** Bytes of the block of a device: IOMMU_INTERFACE_STATE_CHANGE is passed there. */
  private static final int BLOCK_BYTES = 16;

  /** What came of ending a handle. */
  public enum Ended {
    /** It has ended. */
    DONE,
    /** It had ended before. */
    DEAD,
    /** The device is attached. */
    ATTACHED,
    /** A routine is registered. */
    REGISTERED,
    /** Devices of a PASID were made of it. */
    HAS_PASIDS
  }

  private Devices() {}

  /**
   * Makes a handle of a device.
   *
   * @param state the system's
   * @param device the device
   * @param pasids whether PASIDs are to be used
   * @param faultsSuppressed whether faults of PASIDs are not reported
   * @param maker who makes it
   * @return the handle; null when memory is short
   */
  public static @Nullable DmaDevice make(
      IommuState state,
      PhysicalDevice device,
      boolean pasids,
      boolean faultsSuppressed,
      int maker) {
    long address = state.blocks().take(BLOCK_BYTES);
    if (address == 0) {
      return null;
    }
    try {
      DmaDevice made = new DmaDevice(address, device, pasids, faultsSuppressed, maker);
      state.devices().add(address, made);
      return made;
    } catch (OutOfMemoryError full) {
      state.blocks().give(address);
      return null;
    }
  }

  /**
   * Ends a handle.
   *
   * @param state the system's
   * @param device the handle
   * @return what came of it; nothing has changed unless DONE
   */
  public static Ended end(IommuState state, DmaDevice device) {
    state.lock().lock();
    try {
      if (!device.live()) {
        return Ended.DEAD;
      }
      if (device.device().domain() != null || device.device().changing()) {
        return Ended.ATTACHED;
      }
      if (device.callback() != null) {
        return Ended.REGISTERED;
      }
      if (device.pasidDevices() != 0) {
        return Ended.HAS_PASIDS;
      }
      device.end();
      state.devices().remove(device.address());
    } finally {
      state.lock().unlock();
    }
    state.blocks().give(device.address());
    return Ended.DONE;
  }

  /**
   * Registers a routine that is told of changes.
   *
   * @param state the system's
   * @param device of which device
   * @param callback the routine
   * @return false when there is one already, or the device was deleted
   */
  public static boolean register(IommuState state, DmaDevice device, StateChangeCallback callback) {
    state.lock().lock();
    try {
      if (!device.live() || device.callback() != null) {
        return false;
      }
      device.setCallback(callback);
      return true;
    } finally {
      state.lock().unlock();
    }
  }

  /**
   * Takes a routine out; when this returns it is not called any more.
   *
   * @param state the system's
   * @param device of which device
   * @param address the address of the routine
   * @return false when it is not the device's
   */
  public static boolean unregister(IommuState state, DmaDevice device, long address) {
    StateChangeCallback callback;
    state.lock().lock();
    try {
      callback = device.callback();
      if (callback == null || callback.address() != address) {
        return false;
      }
      device.setCallback(null);
    } finally {
      state.lock().unlock();
    }
    callback.end();
    return true;
  }
}
