package dev.mapwright.windows.iommu.device;

import dev.mapwright.core.Made;
import dev.mapwright.core.MemoryFault;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.answer.CreatePasidDevice;
import dev.mapwright.windows.answer.DeletePasidDevice;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.DmaDevice;
import dev.mapwright.windows.memory.iommu.IommuState;
import dev.mapwright.windows.memory.iommu.PasidDevice;
import dev.mapwright.windows.memory.iommu.Pasids;

/** CreatePasidDevice and DeletePasidDevice. */
final class PasidLife {
  private PasidLife() {}

  static int create(NtContext c, long address, long out, long asidOut) {
    IommuState state = c.kernel().iommu();
    DmaDevice device = state.device(address);
    if (device == null) {
      return c.refuse(CreatePasidDevice.NO_DEVICE, address, 0);
    }
    if (!device.pasids() || Pasids.bits(state, device.device()) == 0) {
      return c.refuse(CreatePasidDevice.NO_PASIDS, address, 0);
    }
    if (out == 0) {
      return c.refuse(CreatePasidDevice.NO_RESULT, 0, 0);
    }
    if (asidOut == 0) {
      return c.refuse(CreatePasidDevice.NO_ASID_RESULT, 0, 0);
    }
    c.requireWritable(out, Long.BYTES);
    c.requireWritable(asidOut, Integer.BYTES);
    Made<PasidDevice> made = Pasids.make(state, device, c.maker());
    return switch (made.outcome()) {
      case OK -> finish(c, made.get(), out, asidOut);
      case DEAD -> c.refuse(CreatePasidDevice.NO_DEVICE, address, 0);
      case NO_ROOM -> c.refuse(CreatePasidDevice.ASIDS_EXHAUSTED, device.pasidDevices(), 0);
      default -> c.refuse(CreatePasidDevice.NO_MEMORY, 0, 0);
    };
  }

  private static int finish(NtContext c, PasidDevice made, long out, long asidOut) {
    try {
      c.cpu().store(asidOut, 4, made.pasid());
      c.cpu().store(out, 8, made.address());
    } catch (MemoryFault fault) {
      Pasids.end(c.kernel().iommu(), made);
      throw fault;
    }
    c.done(CreatePasidDevice.DONE);
    return NtStatus.STATUS_SUCCESS;
  }

  static int delete(NtContext c, long address) {
    PasidDevice device = c.kernel().iommu().pasidDevice(address);
    if (device == null) {
      return c.refuse(DeletePasidDevice.NO_DEVICE, address, 0);
    }
    return switch (Pasids.end(c.kernel().iommu(), device)) {
      case DONE -> {
        c.done(DeletePasidDevice.DONE);
        yield NtStatus.STATUS_SUCCESS;
      }
      case ATTACHED -> c.refuse(DeletePasidDevice.ATTACHED, address, 0);
      default -> c.refuse(DeletePasidDevice.NO_DEVICE, address, 0);
    };
  }
}
