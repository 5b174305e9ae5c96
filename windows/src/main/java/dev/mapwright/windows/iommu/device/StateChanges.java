package dev.mapwright.windows.iommu.device;

import dev.mapwright.core.failure.AllocationPoint;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.iommu.InterfaceStateChangeLayout;
import dev.mapwright.windows.answer.RegisterInterfaceStateChangeCallback;
import dev.mapwright.windows.answer.Routine;
import dev.mapwright.windows.answer.UnregisterInterfaceStateChangeCallback;
import dev.mapwright.windows.context.Function;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.Devices;
import dev.mapwright.windows.memory.iommu.DmaDevice;
import dev.mapwright.windows.memory.iommu.StateChangeCallback;

/**
 * Registers routines that are told of changes, and tells them. What they are told stands in the
 * block of the device's handle, where one thread at a time writes it.
 */
final class StateChanges {
  private StateChanges() {}

  static int register(NtContext c, long routine, long context, long address, long fieldsAt) {
    DmaDevice device = c.kernel().iommu().device(address);
    if (device == null) {
      return c.refuse(RegisterInterfaceStateChangeCallback.NO_DEVICE, address, 0);
    }
    if (c.kernel().functions().at(routine) == null) {
      return c.refuse(RegisterInterfaceStateChangeCallback.NO_ROUTINE, routine, 0);
    }
    int fields = fieldsAt == 0 ? 0 : (int) c.cpu().load(fieldsAt, 4);
    if (fields != InterfaceStateChangeLayout.AVAILABLE_DOMAIN_TYPES_FIELD) {
      return c.refuse(RegisterInterfaceStateChangeCallback.BAD_FIELDS, fields & 0xFFFF_FFFFL, 0);
    }
    if (device.callback() != null) {
      return c.refuse(RegisterInterfaceStateChangeCallback.REGISTERED, address, 0);
    }
    if (c.kernel().machine().failures().refuses(AllocationPoint.OBJECT)) {
      return c.refuse(RegisterInterfaceStateChangeCallback.NO_MEMORY, 0, 0);
    }
    StateChangeCallback callback = new StateChangeCallback(routine, context, fields);
    if (!Devices.register(c.kernel().iommu(), device, callback)) {
      return c.refuse(RegisterInterfaceStateChangeCallback.REGISTERED, address, 0);
    }
    boolean told = false;
    try {
      tell(c, device, callback);
      told = true;
    } finally {
      if (!told) {
        Devices.unregister(c.kernel().iommu(), device, routine);
      }
    }
    c.resume(Routine.REGISTER_INTERFACE_STATE_CHANGE_CALLBACK);
    c.done(RegisterInterfaceStateChangeCallback.DONE);
    return NtStatus.STATUS_SUCCESS;
  }

  static int unregister(NtContext c, long routine, long address) {
    DmaDevice device = c.kernel().iommu().device(address);
    if (device == null) {
      return c.refuse(UnregisterInterfaceStateChangeCallback.NO_DEVICE, address, 0);
    }
    if (!Devices.unregister(c.kernel().iommu(), device, routine)) {
      return c.refuse(UnregisterInterfaceStateChangeCallback.NOT_REGISTERED, routine, address);
    }
    c.done(UnregisterInterfaceStateChangeCallback.DONE);
    return NtStatus.STATUS_SUCCESS;
  }

  /** Calls a routine, unless it was taken out meanwhile. */
  static void tell(NtContext c, DmaDevice device, StateChangeCallback callback) {
    Function function = c.kernel().functions().at(callback.address());
    if (function == null || !callback.begin()) {
      return;
    }
    try {
      long change = device.address();
      int types = c.kernel().iommu().availableTypes(device.device());
      c.cpu().store(change + InterfaceStateChangeLayout.PRESENT_FIELDS, 4, callback.fields());
      c.cpu().store(change + InterfaceStateChangeLayout.AVAILABLE_DOMAIN_TYPES, 4, types);
      function.call(c, change, callback.context());
    } finally {
      callback.leave();
    }
  }
}
