package dev.mapwright.windows.iommu.device;

import dev.mapwright.core.dma.Domain;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.AttachPasidDevice;
import dev.mapwright.windows.answer.DetachPasidDevice;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.DmaDomain;
import dev.mapwright.windows.memory.iommu.IommuState;
import dev.mapwright.windows.memory.iommu.PasidDevice;
import dev.mapwright.windows.memory.iommu.Pasids;

/** AttachPasidDevice and DetachPasidDevice. */
final class PasidAttaching {
  private PasidAttaching() {}

  static int attach(NtContext c, long domainAddress, long address) {
    IommuState state = c.kernel().iommu();
    DmaDomain domain = state.domain(domainAddress);
    if (domain == null) {
      return c.refuse(AttachPasidDevice.NO_DOMAIN, domainAddress, 0);
    }
    PasidDevice device = state.pasidDevice(address);
    if (device == null) {
      return c.refuse(AttachPasidDevice.NO_DEVICE, address, 0);
    }
    Domain engine = domain.engine();
    if (engine == null) {
      return c.refuse(AttachPasidDevice.WRONG_TYPE, domainAddress, domain.type());
    }
    return switch (Pasids.attach(state, domain, engine, device)) {
      case DONE -> {
        c.done(AttachPasidDevice.DONE);
        yield NtStatus.STATUS_SUCCESS;
      }
      case DOMAIN_DEAD -> c.refuse(AttachPasidDevice.NO_DOMAIN, domainAddress, 0);
      case DEVICE_DEAD -> c.refuse(AttachPasidDevice.NO_DEVICE, address, 0);
      case CONCURRENT -> {
        c.misuse(AttachPasidDevice.CONCURRENT, address, 0, 0);
        yield c.failureStatus();
      }
      case ATTACHED -> c.refuse(AttachPasidDevice.ALREADY_ATTACHED, address, 0);
      case DENIED -> {
        int available = state.availableTypes(device.device().device());
        yield c.refuse(AttachPasidDevice.NOT_ALLOWED, address, domain.type(), available);
      }
      default -> c.refuse(AttachPasidDevice.NO_MEMORY, 0, 0);
    };
  }

  static int detach(NtContext c, long address) {
    PasidDevice device = c.kernel().iommu().pasidDevice(address);
    if (device == null) {
      return c.refuse(DetachPasidDevice.NO_DEVICE, address, 0);
    }
    return switch (Pasids.detach(c.kernel().iommu(), device)) {
      case DONE -> {
        c.done(DetachPasidDevice.DONE);
        yield NtStatus.STATUS_SUCCESS;
      }
      case CONCURRENT -> {
        c.misuse(DetachPasidDevice.CONCURRENT, address, 0, 0);
        yield c.failureStatus();
      }
      default -> c.refuse(DetachPasidDevice.NOT_ATTACHED, address, 0);
    };
  }
}
