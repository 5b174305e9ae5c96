package dev.mapwright.windows.iommu.device;

import dev.mapwright.core.machine.Cpu;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.iommu.DeviceInformationLayout;
import dev.mapwright.windows.answer.QueryAvailableDomainTypes;
import dev.mapwright.windows.answer.QueryDeviceInfo;
import dev.mapwright.windows.answer.QueryInputMappings;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.memory.iommu.DmaDevice;
import dev.mapwright.windows.memory.iommu.Pasids;

/** What only asks about devices. */
final class DeviceQueries {
  private DeviceQueries() {}

  static void domainTypes(NtContext c, long address, long mask) {
    DmaDevice device = c.kernel().iommu().device(address);
    if (device == null) {
      c.refuse(QueryAvailableDomainTypes.NO_DEVICE, address, 0);
      return;
    }
    c.cpu().store(mask, 4, c.kernel().iommu().availableTypes(device.device()));
    c.done(QueryAvailableDomainTypes.DONE);
  }

  /** Devices have input mappings on ARM64 only. */
  static int inputMappings(NtContext c, long pdo) {
    return c.refuse(QueryInputMappings.NOT_ARM64, pdo, 0);
  }

  static int info(NtContext c, long address, int size, long written, long buffer) {
    DmaDevice device = c.kernel().iommu().device(address);
    if (device == null) {
      return c.refuse(QueryDeviceInfo.NO_DEVICE, address, 0);
    }
    int bytes = DeviceInformationLayout.BYTES;
    if (Integer.compareUnsigned(size, bytes) < 0) {
      return c.refuse(QueryDeviceInfo.BUFFER_TOO_SMALL, size, bytes);
    }
    if (written == 0) {
      return c.refuse(QueryDeviceInfo.NO_COUNT, 0, 0);
    }
    if (buffer == 0) {
      return c.refuse(QueryDeviceInfo.NO_BUFFER, 0, 0);
    }
    c.requireWritable(written, Integer.BYTES);
    c.requireWritable(buffer, bytes);
    Cpu cpu = c.cpu();
    boolean capable = Pasids.bits(c.kernel().iommu(), device.device()) != 0;
    boolean tagged = device.pasids() && capable;
    cpu.store(buffer + DeviceInformationLayout.DEFAULT_PASID_ENABLED, 1, capable ? 1 : 0);
    cpu.store(buffer + DeviceInformationLayout.PASID_TAGGED_DMA_ENABLED, 1, tagged ? 1 : 0);
    cpu.store(
        buffer + DeviceInformationLayout.PASID_FAULTS_SUPPRESSED,
        1,
        device.faultsSuppressed() ? 1 : 0);
    cpu.store(written, 4, bytes);
    c.done(QueryDeviceInfo.DONE);
    return NtStatus.STATUS_SUCCESS;
  }
}
