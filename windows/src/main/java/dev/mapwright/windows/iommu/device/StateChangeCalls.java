package dev.mapwright.windows.iommu.device;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.DmaDevice;
import dev.mapwright.windows.memory.iommu.StateChangeCallback;

/**
 * Registers routines that are told when the types of domains change that a device may be attached
 * to.
 *
 * <p>Handles and pointers are {@code long}, 0 is NULL; a BOOLEAN is a {@code boolean}. The
 * documented answers of each routine, in the order of its checks, are the constants of the enum of
 * its name in {@link dev.mapwright.windows.answer}. An argument that leads to memory which can't be
 * accessed is the bug check that this is. Thread-safe; each context is used by one thread at a
 * time.
 */
public final class StateChangeCalls {
  private StateChangeCalls() {}

  /**
   * RegisterInterfaceStateChangeCallback: the routine is called once before this returns, and then
   * at each change.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param callback the address of the routine (IOMMU_INTERFACE_STATE_CHANGE_CALLBACK)
   * @param context what it is passed
   * @param device the handle of the device
   * @param stateFields IOMMU_INTERFACE_STATE_CHANGE_FIELDS: what it wants to know
   * @return STATUS_SUCCESS, or a status as {@link
   *     dev.mapwright.windows.answer.RegisterInterfaceStateChangeCallback} says (wdm.h,
   *     nc-wdm-iommu_register_interface_state_change_callback, Return value)
   */
  public static int registerInterfaceStateChangeCallback(
      NtContext c, long callback, long context, long device, long stateFields) {
    if (!c.enterDma(Routine.REGISTER_INTERFACE_STATE_CHANGE_CALLBACK)) {
      return c.failureStatus();
    }
    try {
      return StateChanges.register(c, callback, context, device, stateFields);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * UnregisterInterfaceStateChangeCallback: the routine is never called after this has returned. It
   * waits for one that runs on another thread.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param callback the address of the routine (IOMMU_INTERFACE_STATE_CHANGE_CALLBACK)
   * @param device the handle of the device
   * @return STATUS_SUCCESS, or a status as {@link
   *     dev.mapwright.windows.answer.UnregisterInterfaceStateChangeCallback} says (wdm.h,
   *     nc-wdm-iommu_unregister_interface_state_change_callback, Return value)
   */
  public static int unregisterInterfaceStateChangeCallback(
      NtContext c, long callback, long device) {
    if (!c.enterDma(Routine.UNREGISTER_INTERFACE_STATE_CHANGE_CALLBACK)) {
      return c.failureStatus();
    }
    try {
      return StateChanges.unregister(c, callback, device);
    } catch (MemoryFault fault) {
      return c.misusedPointer(fault);
    }
  }

  /**
   * Tells every registered routine what its device may be attached to, if that has changed; for
   * whoever changes the policy. Routines are called one after the other, with no lock held.
   *
   * @param c who calls, at PASSIVE_LEVEL
   * @param typesBefore which types of domains could be made before, see {@link
   *     dev.mapwright.windows.memory.iommu.IommuState#creatableTypes}
   */
  public static void policyChanged(NtContext c, int typesBefore) {
    if (c.kernel().iommu().creatableTypes() == typesBefore) {
      return;
    }
    for (DmaDevice device : c.kernel().iommu().allDevices()) {
      StateChangeCallback callback = device.callback();
      boolean affected = c.kernel().iommu().attachable(device.device());
      if (callback != null && affected) {
        try {
          StateChanges.tell(c, device, callback);
        } catch (MemoryFault fault) {
          c.misusedPointer(fault);
        }
      }
    }
  }
}
