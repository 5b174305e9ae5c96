package dev.mapwright.windows.iommu.device;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.context.NtContext;

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
}
