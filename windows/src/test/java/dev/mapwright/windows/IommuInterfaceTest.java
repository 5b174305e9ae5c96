package dev.mapwright.windows;

import static dev.mapwright.windows.abi.NtStatus.STATUS_ACCESS_DENIED;
import static dev.mapwright.windows.abi.NtStatus.STATUS_SUCCESS;
import static dev.mapwright.windows.iommu.InterfaceCalls.ioGetIommuInterfaceEx;
import static dev.mapwright.windows.iommu.device.DeviceCalls.attachDeviceEx;
import static dev.mapwright.windows.iommu.device.DeviceCalls.createDevice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.abi.iommu.DmaDomainType;
import dev.mapwright.windows.abi.iommu.DmaIommuInterfaceLayout;
import dev.mapwright.windows.export.Exports;
import dev.mapwright.windows.harness.DmaDevices;
import dev.mapwright.windows.memory.iommu.DeviceTraits;
import org.junit.jupiter.api.Test;

class IommuInterfaceTest extends IommuTest {
  /** The address in an entry of the table of version 3. */
  private long entry(int index) {
    long table = memory(0xE8);
    ok(ioGetIommuInterfaceEx(c, 3, 0, table));
    return c.load(table + DmaIommuInterfaceLayout.TABLE + 8L * index, 8);
  }

  @Test
  void a_device_moves_bytes_through_what_a_driver_has_mapped_by_addresses_from_the_table() {
    assertThat(Exports.callAt(c, entry(0), DmaDomainType.TRANSLATE, 0, 0, 0, out)).isZero();
    long domain = result();
    assertThat(Exports.callAt(c, entry(20), pdo, 0, out)).isZero();
    long device = result();
    assertThat(Exports.callAt(c, entry(2), domain, device)).isZero();
    long mdl = lockedMdl(2 * PAGE, 0);
    long address = at(0x7000_0000L);
    assertThat(Exports.callAt(c, entry(7), domain, BOTH, ofMdl(mdl), address, 0, 0, out)).isZero();
    assertThat(result()).isEqualTo(0x7000_0000L);
    assertThat(deviceWrites(0x7000_1000L, 42)).isNull();
    assertThat(ram(pfn(mdl, 1))).isEqualTo(42);
    assertThat(deviceReads(0x7000_2000L)).isNotNull();
  }

  @Test
  void a_device_whose_driver_has_not_opted_in_is_not_attached() {
    long other = DmaDevices.plug(kernel, DeviceTraits.of(0x20).optedOut());
    long domain = domain();
    assertThat(createDevice(c, other, 0, out)).isEqualTo(STATUS_SUCCESS);
    assertThat(attachDeviceEx(c, domain, result())).isEqualTo(STATUS_ACCESS_DENIED);
  }
}
