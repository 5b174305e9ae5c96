package dev.mapwright.windows;

import static dev.mapwright.windows.iommu.DomainCalls.deleteDomain;
import static dev.mapwright.windows.iommu.device.DeviceCalls.createDevice;
import static dev.mapwright.windows.iommu.device.DeviceCalls.detachDeviceEx;
import static dev.mapwright.windows.iommu.device.DeviceCalls.setDeviceFaultReporting;
import static dev.mapwright.windows.iommu.device.PasidCalls.attachPasidDevice;
import static dev.mapwright.windows.iommu.device.PasidCalls.createPasidDevice;
import static dev.mapwright.windows.iommu.device.PasidCalls.deletePasidDevice;
import static dev.mapwright.windows.iommu.device.PasidCalls.detachPasidDevice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.iommu.DeviceCreationConfigurationLayout;
import dev.mapwright.windows.abi.iommu.DeviceCreationConfigurationType;
import dev.mapwright.windows.abi.iommu.DeviceFaultConfigurationLayout;
import dev.mapwright.windows.abi.iommu.PasidConfigurationType;
import dev.mapwright.windows.answer.DeviceAccess;
import dev.mapwright.windows.answer.SetDeviceFaultReporting;
import dev.mapwright.windows.harness.DmaDevices;
import dev.mapwright.windows.memory.iommu.Attachments;
import dev.mapwright.windows.memory.iommu.DeviceTraits;
import dev.mapwright.windows.memory.iommu.PhysicalDevice;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer about faults of devices. */
class EveryDeviceFaultAnswerTest extends IommuTest {
  private static final long HERE = 0x7000_0000L;

  private long config(long routine) {
    long config = memory(DeviceFaultConfigurationLayout.BYTES);
    c.store(config + DeviceFaultConfigurationLayout.FAULT_HANDLER, 8, routine);
    return config;
  }

  private long handler() {
    return kernel.functions().register((worker, context, information) -> 0);
  }

  @ParameterizedTest(name = "SetDeviceFaultReporting {0}")
  @EnumSource
  void reporting(SetDeviceFaultReporting why) {
    long config = config(handler());
    switch (why) {
      case DONE -> {
        attached(domain());
        carriedOut(why, () -> setDeviceFaultReporting(c, pdo, 0, true, config));
        carriedOut(why, () -> setDeviceFaultReporting(c, pdo, 0, false, BAD));
        carriedOut(why, () -> setDeviceFaultReporting(c, pdo, 0, false, 0));
      }
      case IRQL_TOO_HIGH -> {
        attached(domain());
        kernel.verifier().setOn(true);
        c.processor().setIrql(Irql.APC_LEVEL);
        refused(why, () -> setDeviceFaultReporting(c, pdo, 0, true, config));
        parameters(0x13, 2, Irql.PASSIVE_LEVEL, Irql.APC_LEVEL);
      }
      case NO_DEVICE -> {
        refused(why, () -> setDeviceFaultReporting(c, 0, 1, true, 0));
        refused(why, () -> setDeviceFaultReporting(c, BAD, 0, false, 0));
      }
      case BAD_INPUT_MAPPING -> refused(why, () -> setDeviceFaultReporting(c, pdo, 1, true, 0));
      case NO_CONFIGURATION -> refused(why, () -> setDeviceFaultReporting(c, pdo, 0, true, 0));
      case NO_HANDLER -> {
        long none = config(0);
        long data = config(out);
        refused(why, () -> setDeviceFaultReporting(c, pdo, 0, true, none));
        refused(why, () -> setDeviceFaultReporting(c, pdo, 0, true, data));
      }
      case CONCURRENT -> {
        attached(domain());
        PhysicalDevice device = Objects.requireNonNull(kernel.iommu().physicalDevice(pdo));
        Attachments.setChanging(kernel.iommu(), device, true);
        refused(why, () -> setDeviceFaultReporting(c, pdo, 0, true, config));
        refused(why, () -> setDeviceFaultReporting(c, pdo, 0, false, 0));
        Attachments.setChanging(kernel.iommu(), device, false);
      }
      case NOT_ATTACHED -> {
        refused(why, () -> setDeviceFaultReporting(c, pdo, 0, true, config));
        refused(why, () -> setDeviceFaultReporting(c, pdo, 0, false, 0));
      }
      case NO_MEMORY -> {
        attached(domain());
        while (kernel.pools().nonPaged().allocate(0x38, TAG, 0, true) != 0) {
          // until there is no pool
        }
        refused(why, () -> setDeviceFaultReporting(c, pdo, 0, true, config));
      }
    }
  }

  private long pasidHandle(boolean suppressed) {
    pdo = DmaDevices.plug(kernel, DeviceTraits.of(0x40).withPasids(4));
    long config = memory(DeviceCreationConfigurationLayout.BYTES);
    c.store(
        config + DeviceCreationConfigurationLayout.CONFIG_TYPE,
        4,
        DeviceCreationConfigurationType.PASID);
    c.store(
        config + DeviceCreationConfigurationLayout.PASID_CONFIG_TYPE,
        4,
        PasidConfigurationType.PASID_TAGGED_DMA);
    c.store(
        config + DeviceCreationConfigurationLayout.SUPPRESS_PASID_FAULTS, 1, suppressed ? 1 : 0);
    ok(createDevice(c, pdo, config, out));
    return result();
  }

  private long pasidDevice(long device) {
    ok(createPasidDevice(c, device, out, explicit));
    return result();
  }

  private void access(int requester, int pasid) {
    MemorySegment data = MemorySegment.ofArray(new long[1]);
    assertThat(machine.newDmaPort(requester, pasid).write(HERE, data, 0, 8)).isNotNull();
  }

  @ParameterizedTest(name = "an access of a device {0}")
  @EnumSource
  void accessing(DeviceAccess why) {
    switch (why) {
      case REPORTED -> {
        attached(domain());
        ok(setDeviceFaultReporting(c, pdo, 0, true, config(handler())));
        deviceWrites(HERE, 1);
        carriedOut(why, () -> machine.clock().advance(1));
      }
      case SUPPRESSED -> {
        long pasid = pasidDevice(pasidHandle(true));
        ok(attachPasidDevice(c, domain(), pasid));
        carriedOut(why, () -> access(0x40, 1));
        carriedOut(why, () -> access(0x40, 2));
      }
      case ASID_BEING_FREED -> {
        long domain = domain();
        long device = attached(domain);
        ok(detachDeviceEx(c, device));
        refused(why, () -> deviceWrites(HERE, 1));
        assertThat(lastReport().parameters()).startsWith(0x3000L).endsWith(0L, 0L);
        long pasid = pasidDevice(pasidHandle(false));
        ok(attachPasidDevice(c, domain, pasid));
        ok(detachPasidDevice(c, pasid));
        refused(why, () -> access(0x40, 1));
        assertThat(lastReport().parameters().get(2)).isEqualTo(1);
      }
      case INVALID_ASID -> {
        long domain = domain();
        long device = attached(domain);
        ok(detachDeviceEx(c, device));
        ok(deleteDomain(c, domain));
        refused(why, () -> deviceWrites(HERE, 1));
        parameters(domain, 0, 0, 0);
        domain();
        long pasid = pasidDevice(pasidHandle(false));
        ok(deletePasidDevice(c, pasid));
        refused(why, () -> access(0x40, 1));
        parameters(1, 1, 0, 0);
      }
      case BLOCKED -> {
        refused(why, () -> deviceWrites(HERE, 1));
        assertThat(lastReport().parameters()).startsWith(0x26L, pdo, HERE);
        attached(domain());
        refused(why, () -> deviceReads(HERE));
        parameters(0x26, pdo, HERE, 0x86);
        refused(why, () -> access(0x999, -1));
        assertThat(lastReport().parameters()).startsWith(0x26L, 0L, HERE);
      }
    }
  }
}
