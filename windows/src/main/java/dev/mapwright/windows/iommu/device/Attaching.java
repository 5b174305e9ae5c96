package dev.mapwright.windows.iommu.device;

import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.AttachDevice;
import dev.mapwright.windows.answer.AttachDeviceEx;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.Attachments;
import dev.mapwright.windows.memory.iommu.DmaDevice;
import dev.mapwright.windows.memory.iommu.DmaDomain;
import dev.mapwright.windows.memory.iommu.IommuState;
import dev.mapwright.windows.memory.iommu.PhysicalDevice;

/** AttachDeviceEx and AttachDevice. */
final class Attaching {
  private Attaching() {}

  static int runEx(NtContext c, long domainAddress, long deviceAddress) {
    IommuState state = c.kernel().iommu();
    DmaDomain domain = state.domain(domainAddress);
    if (domain == null) {
      return c.refuse(AttachDeviceEx.NO_DOMAIN, domainAddress, 0);
    }
    DmaDevice device = state.device(deviceAddress);
    if (device == null) {
      return c.refuse(AttachDeviceEx.NO_DEVICE, deviceAddress, 0);
    }
    return switch (Attachments.attach(state, domain, device.device(), device)) {
      case DOMAIN_DEAD -> c.refuse(AttachDeviceEx.NO_DOMAIN, domainAddress, 0);
      case DEVICE_DEAD -> c.refuse(AttachDeviceEx.NO_DEVICE, deviceAddress, 0);
      case CONCURRENT -> {
        c.misuse(AttachDeviceEx.CONCURRENT, deviceAddress, 0, 0);
        yield c.failureStatus();
      }
      case ATTACHED -> c.refuse(AttachDeviceEx.ALREADY_ATTACHED, deviceAddress, 0);
      case DENIED -> {
        int available = state.availableTypes(device.device());
        yield c.refuse(AttachDeviceEx.NOT_ALLOWED, deviceAddress, domain.type(), available);
      }
      case DONE -> {
        c.done(AttachDeviceEx.DONE);
        yield NtStatus.STATUS_SUCCESS;
      }
      default -> c.refuse(AttachDeviceEx.NO_MEMORY, 0, 0);
    };
  }

  static int run(NtContext c, long domainAddress, long pdo, int inputMapping, int count) {
    IommuState state = c.kernel().iommu();
    DmaDomain domain = state.domain(domainAddress);
    if (domain == null) {
      return c.refuse(AttachDevice.NO_DOMAIN, domainAddress, 0);
    }
    PhysicalDevice device = state.physicalDevice(pdo);
    if (device == null) {
      return c.refuse(AttachDevice.NO_DEVICE, pdo, 0);
    }
    if (inputMapping != 0) {
      return c.refuse(AttachDevice.BAD_INPUT_MAPPING, inputMapping & 0xFFFF_FFFFL, 0);
    }
    if (count != 1) {
      return c.refuse(AttachDevice.BAD_MAPPING_COUNT, count & 0xFFFF_FFFFL, 0);
    }
    if (!device.remapped()) {
      return c.refuse(AttachDevice.NOT_REMAPPED, pdo, 0);
    }
    return switch (Attachments.attach(state, domain, device)) {
      case DOMAIN_DEAD -> c.refuse(AttachDevice.NO_DOMAIN, domainAddress, 0);
      case CONCURRENT -> {
        c.misuse(AttachDevice.CONCURRENT, pdo, 0, 0);
        yield c.failureStatus();
      }
      case ATTACHED -> c.refuse(AttachDevice.ALREADY_ATTACHED, pdo, 0);
      case DENIED ->
          c.refuse(AttachDevice.NOT_ALLOWED, pdo, domain.type(), state.availableTypes(device));
      case DONE -> {
        c.done(AttachDevice.DONE);
        yield NtStatus.STATUS_SUCCESS;
      }
      default -> c.refuse(AttachDevice.NO_MEMORY, 0, 0);
    };
  }
}
