package dev.mapwright.windows.iommu.device;

import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.DeleteDevice;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.Devices;
import dev.mapwright.windows.memory.iommu.DmaDevice;
import dev.mapwright.windows.memory.iommu.StateChangeCallback;

/** DeleteDevice. */
final class DeviceDeletion {
  private DeviceDeletion() {}

  static int run(NtContext c, long address) {
    DmaDevice device = c.kernel().iommu().device(address);
    if (device == null) {
      return c.refuse(DeleteDevice.NO_DEVICE, address, 0);
    }
    return switch (Devices.end(c.kernel().iommu(), device)) {
      case DEAD -> c.refuse(DeleteDevice.NO_DEVICE, address, 0);
      case ATTACHED -> c.refuse(DeleteDevice.ATTACHED, address, 0);
      case REGISTERED -> {
        StateChangeCallback callback = device.callback();
        yield c.refuse(DeleteDevice.REGISTERED, address, callback == null ? 0 : callback.address());
      }
      case HAS_PASIDS -> c.refuse(DeleteDevice.HAS_PASIDS, address, device.pasidDevices());
      case DONE -> {
        c.done(DeleteDevice.DONE);
        yield NtStatus.STATUS_SUCCESS;
      }
    };
  }
}
