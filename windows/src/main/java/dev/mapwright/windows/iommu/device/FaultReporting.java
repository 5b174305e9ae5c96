package dev.mapwright.windows.iommu.device;

import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.iommu.DeviceFaultConfigurationLayout;
import dev.mapwright.windows.answer.SetDeviceFaultReporting;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.Attachments;
import dev.mapwright.windows.memory.iommu.FaultHandler;
import dev.mapwright.windows.memory.iommu.FaultHandlers;
import dev.mapwright.windows.memory.iommu.IommuState;
import dev.mapwright.windows.memory.iommu.PhysicalDevice;
import org.jspecify.annotations.Nullable;

/** SetDeviceFaultReporting. */
final class FaultReporting {
  private FaultReporting() {}

  static int run(NtContext c, long pdo, int inputMapping, boolean enable, long config) {
    IommuState state = c.kernel().iommu();
    // Is it a device?
    PhysicalDevice device = state.physicalDevice(pdo);
    if (device == null) {
      return c.refuse(SetDeviceFaultReporting.NO_DEVICE, pdo, 0);
    }
    // Are the arguments such as can be?
    if (inputMapping != 0) {
      return c.refuse(SetDeviceFaultReporting.BAD_INPUT_MAPPING, inputMapping & 0xFFFF_FFFFL, 0);
    }
    if (!enable) {
      return set(c, device, null);
    }
    if (config == 0) {
      return c.refuse(SetDeviceFaultReporting.NO_CONFIGURATION, 0, 0);
    }
    long routine = c.cpu().load(config + DeviceFaultConfigurationLayout.FAULT_HANDLER, 8);
    long context = c.cpu().load(config + DeviceFaultConfigurationLayout.FAULT_CONTEXT, 8);
    if (routine == 0 || c.kernel().functions().at(routine) == null) {
      return c.refuse(SetDeviceFaultReporting.NO_HANDLER, routine, 0);
    }
    // Is it attached? If so, is there memory for telling of faults?
    Attachments.Result possible = FaultHandlers.check(state, device);
    if (possible != Attachments.Result.DONE) {
      return answer(c, device, possible);
    }
    FaultHandler handler = handler(c, routine, context);
    if (handler == null || !c.kernel().dmaFaults().prepare(c.driver())) {
      return c.refuse(SetDeviceFaultReporting.NO_MEMORY, 0, 0);
    }
    return set(c, device, handler);
  }

  private static @Nullable FaultHandler handler(NtContext c, long routine, long context) {
    try {
      return new FaultHandler(routine, context, c.driver().driverObject(), c.maker());
    } catch (OutOfMemoryError full) {
      return null;
    }
  }

  private static int set(NtContext c, PhysicalDevice device, @Nullable FaultHandler handler) {
    return answer(c, device, FaultHandlers.set(c.kernel().iommu(), device, handler));
  }

  private static int answer(NtContext c, PhysicalDevice device, Attachments.Result result) {
    return switch (result) {
      case CONCURRENT -> {
        c.misuse(SetDeviceFaultReporting.CONCURRENT, device.pdo(), 0, 0);
        yield c.failureStatus();
      }
      case DONE -> {
        c.done(SetDeviceFaultReporting.DONE);
        yield NtStatus.STATUS_SUCCESS;
      }
      default -> c.refuse(SetDeviceFaultReporting.NOT_ATTACHED, device.pdo(), 0);
    };
  }
}
