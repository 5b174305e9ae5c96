package dev.mapwright.windows.iommu.device;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.machine.Cpu;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.iommu.DeviceCreationConfigurationLayout;
import dev.mapwright.windows.abi.iommu.DeviceCreationConfigurationType;
import dev.mapwright.windows.abi.iommu.PasidConfigurationType;
import dev.mapwright.windows.answer.CreateDevice;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.Devices;
import dev.mapwright.windows.memory.iommu.DmaDevice;
import dev.mapwright.windows.memory.iommu.IommuState;
import dev.mapwright.windows.memory.iommu.PhysicalDevice;

/**
 * CreateDevice. The only configuration that a device has here says how it uses PASIDs; it may stand
 * in the list once.
 */
final class DeviceCreation {
  private DeviceCreation() {}

  static int run(NtContext c, long pdo, long configuration, long out) {
    IommuState state = c.kernel().iommu();
    // Is it a device?
    PhysicalDevice device = pdo == 0 ? null : state.physicalDevice(pdo);
    if (device == null) {
      return c.refuse(CreateDevice.NO_DEVICE, pdo, 0);
    }
    // Is it configured as devices are here?
    boolean pasids = false;
    boolean suppressed = false;
    if (configuration != 0) {
      Cpu cpu = c.cpu();
      long next = cpu.load(configuration + DeviceCreationConfigurationLayout.NEXT_CONFIGURATION, 8);
      int type = (int) cpu.load(configuration + DeviceCreationConfigurationLayout.CONFIG_TYPE, 4);
      int pasidType = PasidConfigurationType.MAX;
      if (type == DeviceCreationConfigurationType.PASID) {
        long body = configuration + DeviceCreationConfigurationLayout.PASID_CONFIG_TYPE;
        pasidType = (int) cpu.load(body, 4);
        suppressed =
            cpu.load(configuration + DeviceCreationConfigurationLayout.SUPPRESS_PASID_FAULTS, 1)
                != 0;
      }
      if (next != 0 && next != configuration
          || Integer.compareUnsigned(pasidType, PasidConfigurationType.MAX) >= 0) {
        return c.refuse(CreateDevice.BAD_CONFIGURATION, configuration, type & 0xFFFF_FFFFL);
      }
      pasids = pasidType == PasidConfigurationType.PASID_TAGGED_DMA;
    }
    if (out == 0) {
      return c.refuse(CreateDevice.NO_RESULT, 0, 0);
    }
    // Does the IOMMU know it?
    if (state.iommu() == null || !device.remapped()) {
      return c.refuse(CreateDevice.NOT_REMAPPED, pdo, 0);
    }
    if (!device.traits().identified()) {
      return c.refuse(CreateDevice.NO_DEVICE_ID, pdo, 0);
    }
    c.requireWritable(out, Long.BYTES);
    DmaDevice made = Devices.make(state, device, pasids, suppressed, c.maker());
    if (made == null) {
      return c.refuse(CreateDevice.NO_MEMORY, 0, 0);
    }
    try {
      c.cpu().store(out, 8, made.address());
    } catch (MemoryFault fault) {
      Devices.end(state, made);
      throw fault;
    }
    c.done(CreateDevice.DONE);
    return NtStatus.STATUS_SUCCESS;
  }
}
