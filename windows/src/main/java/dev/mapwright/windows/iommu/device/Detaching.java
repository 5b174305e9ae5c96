package dev.mapwright.windows.iommu.device;

import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.DetachDevice;
import dev.mapwright.windows.answer.DetachDeviceEx;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.Attachments;
import dev.mapwright.windows.memory.iommu.DmaDevice;
import dev.mapwright.windows.memory.iommu.DmaDomain;
import dev.mapwright.windows.memory.iommu.IommuState;
import dev.mapwright.windows.memory.iommu.PhysicalDevice;

/** DetachDeviceEx and DetachDevice. */
final class Detaching {
  private Detaching() {}

  static int runEx(NtContext c, long address) {
    IommuState state = c.kernel().iommu();
    DmaDevice device = state.device(address);
    if (device == null) {
      return c.refuse(DetachDeviceEx.NO_DEVICE, address, 0);
    }
    return switch (Attachments.detach(state, null, device.device())) {
      case CONCURRENT -> {
        c.misuse(DetachDeviceEx.CONCURRENT, address, 0, 0);
        yield c.failureStatus();
      }
      case DONE -> {
        c.done(DetachDeviceEx.DONE);
        yield NtStatus.STATUS_SUCCESS;
      }
      default -> c.refuse(DetachDeviceEx.NOT_ATTACHED, address, 0);
    };
  }

  static int run(NtContext c, long domainAddress, long pdo, int inputMapping) {
    IommuState state = c.kernel().iommu();
    DmaDomain domain = state.domain(domainAddress);
    if (domain == null) {
      return c.refuse(DetachDevice.NO_DOMAIN, domainAddress, 0);
    }
    PhysicalDevice device = state.physicalDevice(pdo);
    if (device == null) {
      return c.refuse(DetachDevice.NO_DEVICE, pdo, 0);
    }
    if (inputMapping != 0) {
      return c.refuse(DetachDevice.BAD_INPUT_MAPPING, inputMapping & 0xFFFF_FFFFL, 0);
    }
    return switch (Attachments.detach(state, domain, device)) {
      case CONCURRENT -> {
        c.misuse(DetachDevice.CONCURRENT, pdo, 0, 0);
        yield c.failureStatus();
      }
      case DONE -> {
        c.done(DetachDevice.DONE);
        yield NtStatus.STATUS_SUCCESS;
      }
      default -> c.refuse(DetachDevice.NOT_ATTACHED, domainAddress, pdo);
    };
  }
}
