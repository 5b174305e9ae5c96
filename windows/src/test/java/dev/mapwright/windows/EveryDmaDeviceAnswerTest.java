package dev.mapwright.windows;

import static dev.mapwright.windows.abi.iommu.DeviceCreationConfigurationLayout.CONFIG_TYPE;
import static dev.mapwright.windows.abi.iommu.DeviceCreationConfigurationLayout.NEXT_CONFIGURATION;
import static dev.mapwright.windows.abi.iommu.DeviceCreationConfigurationLayout.PASID_CONFIG_TYPE;
import static dev.mapwright.windows.abi.iommu.DmaDomainType.PASS_THROUGH;
import static dev.mapwright.windows.abi.iommu.DmaDomainType.UNMANAGED;
import static dev.mapwright.windows.iommu.DomainCalls.deleteDomain;
import static dev.mapwright.windows.iommu.device.DeviceCalls.attachDevice;
import static dev.mapwright.windows.iommu.device.DeviceCalls.attachDeviceEx;
import static dev.mapwright.windows.iommu.device.DeviceCalls.createDevice;
import static dev.mapwright.windows.iommu.device.DeviceCalls.deleteDevice;
import static dev.mapwright.windows.iommu.device.DeviceCalls.detachDevice;
import static dev.mapwright.windows.iommu.device.DeviceCalls.detachDeviceEx;
import static dev.mapwright.windows.iommu.device.DeviceCalls.queryAvailableDomainTypes;
import static dev.mapwright.windows.iommu.device.DeviceCalls.queryDeviceInfo;
import static dev.mapwright.windows.iommu.device.DeviceCalls.queryInputMappings;
import static dev.mapwright.windows.iommu.device.DeviceCalls.setDeviceFaultReportingEx;
import static dev.mapwright.windows.iommu.device.PasidCalls.attachPasidDevice;
import static dev.mapwright.windows.iommu.device.PasidCalls.createPasidDevice;
import static dev.mapwright.windows.iommu.device.PasidCalls.deletePasidDevice;
import static dev.mapwright.windows.iommu.device.PasidCalls.detachPasidDevice;
import static dev.mapwright.windows.iommu.device.StateChangeCalls.registerInterfaceStateChangeCallback;
import static dev.mapwright.windows.iommu.device.StateChangeCalls.unregisterInterfaceStateChangeCallback;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.iommu.DeviceCreationConfigurationLayout;
import dev.mapwright.windows.abi.iommu.DeviceCreationConfigurationType;
import dev.mapwright.windows.abi.iommu.PasidConfigurationType;
import dev.mapwright.windows.answer.AttachDevice;
import dev.mapwright.windows.answer.AttachDeviceEx;
import dev.mapwright.windows.answer.AttachPasidDevice;
import dev.mapwright.windows.answer.CreateDevice;
import dev.mapwright.windows.answer.CreatePasidDevice;
import dev.mapwright.windows.answer.DeleteDevice;
import dev.mapwright.windows.answer.DeletePasidDevice;
import dev.mapwright.windows.answer.DetachDevice;
import dev.mapwright.windows.answer.DetachDeviceEx;
import dev.mapwright.windows.answer.DetachPasidDevice;
import dev.mapwright.windows.answer.QueryAvailableDomainTypes;
import dev.mapwright.windows.answer.QueryDeviceInfo;
import dev.mapwright.windows.answer.QueryInputMappings;
import dev.mapwright.windows.answer.RegisterInterfaceStateChangeCallback;
import dev.mapwright.windows.answer.SetDeviceFaultReportingEx;
import dev.mapwright.windows.answer.UnregisterInterfaceStateChangeCallback;
import dev.mapwright.windows.harness.DmaDevices;
import dev.mapwright.windows.harness.DmaPolicy;
import dev.mapwright.windows.memory.iommu.Attachments;
import dev.mapwright.windows.memory.iommu.DeviceTraits;
import dev.mapwright.windows.memory.iommu.Pasids;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every answer of the routines on devices, with and without a PASID. */
class EveryDmaDeviceAnswerTest extends IommuTest {
  private void changing(boolean now) {
    Attachments.setChanging(
        kernel.iommu(), requireNonNull(kernel.iommu().physicalDevice(pdo)), now);
  }

  /** The other handles, too, are no devices. */
  private long[] noDevices(long domain) {
    return new long[] {0, BAD, pdo, domain};
  }

  private long configuration(int type, int pasidType) {
    long at = memory(DeviceCreationConfigurationLayout.BYTES);
    c.store(at + CONFIG_TYPE, 4, type);
    c.store(at + PASID_CONFIG_TYPE, 4, pasidType);
    return at;
  }

  @ParameterizedTest(name = "CreateDevice {0}")
  @EnumSource
  void createDeviceAnswers(CreateDevice why) {
    switch (why) {
      case DONE -> {
        succeeds(why, () -> createDevice(c, pdo, 0, out));
        int pasid = DeviceCreationConfigurationType.PASID;
        long tagged = configuration(pasid, PasidConfigurationType.PASID_TAGGED_DMA);
        succeeds(why, () -> createDevice(c, pdo, tagged, out));
        c.store(tagged + NEXT_CONFIGURATION, 8, tagged);
        succeeds(why, () -> createDevice(c, pdo, tagged, out));
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> createDevice(c, pdo, 0, out));
      case NO_DEVICE -> {
        answers(why, () -> createDevice(c, 0, 1, 0));
        answers(why, () -> createDevice(c, out, 1, 0));
        answers(why, () -> createDevice(c, driver.driverObject(), 1, 0));
      }
      case BAD_CONFIGURATION -> {
        for (int type : new int[] {0, 1, 2, 4, -1}) {
          long other = configuration(type, 0);
          answers(why, () -> createDevice(c, pdo, other, 0));
        }
        long unknown = configuration(DeviceCreationConfigurationType.PASID, 2);
        answers(why, () -> createDevice(c, pdo, unknown, 0));
        long two = configuration(DeviceCreationConfigurationType.PASID, 1);
        c.store(two + NEXT_CONFIGURATION, 8, unknown);
        answers(why, () -> createDevice(c, pdo, two, 0));
      }
      case NO_RESULT -> answers(why, () -> createDevice(c, pdo, 0, 0));
      case NO_DEVICE_ID -> {
        long lost = DmaDevices.plug(kernel, DeviceTraits.of(7).notIdentified());
        answers(why, () -> createDevice(c, lost, 0, out));
      }
      case NOT_REMAPPED -> {
        answers(why, () -> createDevice(c, driver.physicalDeviceObject(), 0, out));
        long direct = DmaDevices.plug(kernel, DeviceTraits.of(7).notRemapped());
        answers(why, () -> createDevice(c, direct, 0, out));
      }
      case NO_MEMORY -> answers(why, () -> withoutMemory(() -> createDevice(c, pdo, 0, out)));
    }
  }

  @ParameterizedTest(name = "DeleteDevice {0}")
  @EnumSource
  void deleteDeviceAnswers(DeleteDevice why) {
    switch (why) {
      case DONE -> {
        long device = device();
        succeeds(why, () -> deleteDevice(c, device));
      }
      case IRQL_TOO_HIGH -> {
        long device = device();
        tooHigh(why, () -> deleteDevice(c, device));
      }
      case NO_DEVICE -> {
        for (long none : noDevices(domain())) {
          answers(why, () -> deleteDevice(c, none));
        }
        long device = device();
        ok(deleteDevice(c, device));
        answers(why, () -> deleteDevice(c, device));
      }
      case ATTACHED -> {
        long device = attached(domain());
        answers(why, () -> deleteDevice(c, device));
      }
      case REGISTERED -> {
        long device = device();
        register(device);
        answers(why, () -> deleteDevice(c, device));
      }
      case HAS_PASIDS -> {
        long device = taggedDevice(4);
        long pasid = pasidDevice(device);
        answers(why, () -> deleteDevice(c, device));
        ok(deletePasidDevice(c, pasid));
        ok(deleteDevice(c, device));
      }
    }
  }

  @ParameterizedTest(name = "AttachDevice {0}")
  @EnumSource
  void attachDeviceAnswers(AttachDevice why) {
    long domain = domain();
    switch (why) {
      case DONE -> {
        succeeds(why, () -> attachDevice(c, domain, pdo, 0, 1));
        ok(map(domain, BOTH, pages(1), 0x5000));
        assertThat(deviceWrites(0x5000, 1)).isNull();
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> attachDevice(c, domain, pdo, 0, 1));
      case NO_DOMAIN -> answers(why, () -> attachDevice(c, 0, 0, 1, 0));
      case NO_DEVICE -> {
        answers(why, () -> attachDevice(c, domain, 0, 1, 0));
        answers(why, () -> attachDevice(c, domain, domain, 1, 0));
      }
      case BAD_INPUT_MAPPING -> answers(why, () -> attachDevice(c, domain, pdo, 1, 0));
      case BAD_MAPPING_COUNT -> {
        answers(why, () -> attachDevice(c, domain, pdo, 0, 0));
        answers(why, () -> attachDevice(c, domain, pdo, 0, 2));
      }
      case NOT_REMAPPED -> {
        long direct = driver.physicalDeviceObject();
        answers(why, () -> attachDevice(c, domain, direct, 0, 1));
      }
      case CONCURRENT -> {
        changing(true);
        answers(why, () -> attachDevice(c, domain, pdo, 0, 1));
        changing(false);
      }
      case ALREADY_ATTACHED -> {
        ok(attachDevice(c, domain, pdo, 0, 1));
        answers(why, () -> attachDevice(c, domain, pdo, 0, 1));
        long other = domain();
        answers(why, () -> attachDevice(c, other, pdo, 0, 1));
      }
      case NOT_ALLOWED -> {
        long out = DmaDevices.plug(kernel, DeviceTraits.of(7).optedOut());
        answers(why, () -> attachDevice(c, domain, out, 0, 1));
      }
      case NO_MEMORY -> answers(why, () -> withoutMemory(() -> attachDevice(c, domain, pdo, 0, 1)));
    }
  }

  @ParameterizedTest(name = "DetachDevice {0}")
  @EnumSource
  void detachDeviceAnswers(DetachDevice why) {
    long domain = domain();
    ok(attachDevice(c, domain, pdo, 0, 1));
    switch (why) {
      case DONE -> {
        ok(map(domain, BOTH, pages(1), 0x5000));
        succeeds(why, () -> detachDevice(c, domain, pdo, 0));
        assertThat(deviceWrites(0x5000, 1)).isNotNull();
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> detachDevice(c, domain, pdo, 0));
      case NO_DOMAIN -> answers(why, () -> detachDevice(c, 0, 0, 1));
      case NO_DEVICE -> answers(why, () -> detachDevice(c, domain, 0, 1));
      case BAD_INPUT_MAPPING -> answers(why, () -> detachDevice(c, domain, pdo, 1));
      case CONCURRENT -> {
        changing(true);
        answers(why, () -> detachDevice(c, domain, pdo, 0));
        changing(false);
      }
      case NOT_ATTACHED -> {
        long other = domain();
        answers(why, () -> detachDevice(c, other, pdo, 0));
        ok(detachDevice(c, domain, pdo, 0));
        answers(why, () -> detachDevice(c, domain, pdo, 0));
      }
    }
  }

  @ParameterizedTest(name = "AttachDeviceEx {0}")
  @EnumSource
  void attachDeviceExAnswers(AttachDeviceEx why) {
    long domain = domain();
    long device = device();
    switch (why) {
      case DONE -> {
        succeeds(why, () -> attachDeviceEx(c, domain, device));
        ok(detachDeviceEx(c, device));
        long through = domain(PASS_THROUGH);
        succeeds(why, () -> attachDeviceEx(c, through, device));
        long pfn = lockedFrame();
        assertThat(deviceWrites(pfn * PAGE, 9)).isNull();
        assertThat(ram(pfn)).isEqualTo(9);
        ok(detachDeviceEx(c, device));
        long unmanaged = domain(UNMANAGED);
        succeeds(why, () -> attachDeviceEx(c, unmanaged, device));
        assertThat(deviceWrites(pfn * PAGE, 10)).isNotNull();
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> attachDeviceEx(c, domain, device));
      case NO_DOMAIN -> {
        answers(why, () -> attachDeviceEx(c, 0, 0));
        answers(why, () -> attachDeviceEx(c, device, device));
        ok(deleteDomain(c, domain));
        answers(why, () -> attachDeviceEx(c, domain, device));
      }
      case NO_DEVICE -> {
        for (long none : noDevices(domain)) {
          answers(why, () -> attachDeviceEx(c, domain, none));
        }
      }
      case CONCURRENT -> {
        changing(true);
        answers(why, () -> attachDeviceEx(c, domain, device));
        changing(false);
      }
      case ALREADY_ATTACHED -> {
        ok(attachDeviceEx(c, domain, device));
        answers(why, () -> attachDeviceEx(c, domain, device));
        long other = device();
        answers(why, () -> attachDeviceEx(c, domain, other));
      }
      case NOT_ALLOWED -> {
        long through = domain(PASS_THROUGH);
        DmaPolicy.setDmaGuard(c, true);
        answers(why, () -> attachDeviceEx(c, through, device));
        DmaPolicy.setRemapping(c, false);
        answers(why, () -> attachDeviceEx(c, domain, device));
      }
      case NO_MEMORY -> {
        answers(why, () -> withoutMemory(() -> attachDeviceEx(c, domain, device)));
        ok(attachDeviceEx(c, domain, device));
      }
    }
  }

  @ParameterizedTest(name = "DetachDeviceEx {0}")
  @EnumSource
  void detachDeviceExAnswers(DetachDeviceEx why) {
    long domain = domain();
    long device = attached(domain);
    switch (why) {
      case DONE -> {
        ok(map(domain, BOTH, pages(1), 0x5000));
        assertThat(deviceWrites(0x5000, 1)).isNull();
        succeeds(why, () -> detachDeviceEx(c, device));
        assertThat(deviceWrites(0x5000, 1)).isNotNull();
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> detachDeviceEx(c, device));
      case NO_DEVICE -> answers(why, () -> detachDeviceEx(c, domain));
      case CONCURRENT -> {
        changing(true);
        answers(why, () -> detachDeviceEx(c, device));
        changing(false);
      }
      case NOT_ATTACHED -> {
        ok(detachDeviceEx(c, device));
        answers(why, () -> detachDeviceEx(c, device));
      }
    }
  }

  @ParameterizedTest(name = "QueryAvailableDomainTypes {0}")
  @EnumSource
  void queryAvailableDomainTypesAnswers(QueryAvailableDomainTypes why) {
    long device = device();
    switch (why) {
      case DONE -> {
        carriedOut(why, () -> queryAvailableDomainTypes(c, device, out));
        assertThat(c.load(out, 4)).isEqualTo(0b111);
        DmaPolicy.setDmaGuard(c, true);
        carriedOut(why, () -> queryAvailableDomainTypes(c, device, out));
        assertThat(c.load(out, 4)).isEqualTo(0b101);
        DmaPolicy.setDmaGuard(c, false);
        DmaPolicy.setRemapping(c, false);
        carriedOut(why, () -> queryAvailableDomainTypes(c, device, out));
        assertThat(c.load(out, 4)).isEqualTo(0b010);
      }
      case IRQL_TOO_HIGH -> {
        c.processor().setIrql(Irql.DISPATCH_LEVEL);
        refused(why, () -> queryAvailableDomainTypes(c, device, out));
      }
      case NO_DEVICE -> refused(why, () -> queryAvailableDomainTypes(c, 0, out));
    }
  }

  @ParameterizedTest(name = "QueryInputMappings {0}")
  @EnumSource(names = {"IRQL_TOO_HIGH", "NOT_ARM64"})
  void queryInputMappingsAnswers(QueryInputMappings why) {
    if (why == QueryInputMappings.IRQL_TOO_HIGH) {
      tooHigh(why, () -> queryInputMappings(c, pdo, out, 4, 0));
    } else {
      answers(why, () -> queryInputMappings(c, pdo, out, 4, 0));
    }
  }

  @ParameterizedTest(name = "SetDeviceFaultReportingEx {0}")
  @EnumSource
  void setDeviceFaultReportingExAnswers(SetDeviceFaultReportingEx why) {
    long device = device();
    answers(why, () -> setDeviceFaultReportingEx(c, device, 0, true, out));
    answers(why, () -> setDeviceFaultReportingEx(c, BAD, -1, false, BAD));
    c.processor().setIrql(Irql.HIGH_LEVEL);
    answers(why, () -> setDeviceFaultReportingEx(c, 0, 0, true, 0));
  }

  private long register(long device) {
    long routine = kernel.functions().register((x, change, context) -> 0);
    c.store(low, 4, 1);
    ok(registerInterfaceStateChangeCallback(c, routine, 0, device, low));
    return routine;
  }

  @ParameterizedTest(name = "RegisterInterfaceStateChangeCallback {0}")
  @EnumSource
  void registerInterfaceStateChangeCallbackAnswers(RegisterInterfaceStateChangeCallback why) {
    long device = device();
    long routine = kernel.functions().register((x, change, context) -> 0);
    c.store(low, 4, 1);
    switch (why) {
      case DONE ->
          succeeds(why, () -> registerInterfaceStateChangeCallback(c, routine, 0, device, low));
      case IRQL_TOO_HIGH ->
          tooHigh(why, () -> registerInterfaceStateChangeCallback(c, routine, 0, device, low));
      case NO_DEVICE -> answers(why, () -> registerInterfaceStateChangeCallback(c, 0, 0, 0, 0));
      case NO_ROUTINE -> {
        answers(why, () -> registerInterfaceStateChangeCallback(c, 0, 0, device, 0));
        answers(why, () -> registerInterfaceStateChangeCallback(c, BAD, 0, device, 0));
      }
      case BAD_FIELDS -> {
        answers(why, () -> registerInterfaceStateChangeCallback(c, routine, 0, device, 0));
        for (int fields : new int[] {0, 2, 3, -1}) {
          c.store(low, 4, fields);
          answers(why, () -> registerInterfaceStateChangeCallback(c, routine, 0, device, low));
        }
      }
      case REGISTERED -> {
        register(device);
        answers(why, () -> registerInterfaceStateChangeCallback(c, routine, 0, device, low));
      }
      case NO_MEMORY ->
          answers(
              why,
              () ->
                  withoutMemory(
                      () -> registerInterfaceStateChangeCallback(c, routine, 0, device, low)));
    }
  }

  @ParameterizedTest(name = "UnregisterInterfaceStateChangeCallback {0}")
  @EnumSource
  void unregisterInterfaceStateChangeCallbackAnswers(UnregisterInterfaceStateChangeCallback why) {
    long device = device();
    long routine = register(device);
    switch (why) {
      case DONE -> succeeds(why, () -> unregisterInterfaceStateChangeCallback(c, routine, device));
      case IRQL_TOO_HIGH ->
          tooHigh(why, () -> unregisterInterfaceStateChangeCallback(c, routine, device));
      case NO_DEVICE -> answers(why, () -> unregisterInterfaceStateChangeCallback(c, routine, 0));
      case NOT_REGISTERED -> {
        answers(why, () -> unregisterInterfaceStateChangeCallback(c, 0, device));
        ok(unregisterInterfaceStateChangeCallback(c, routine, device));
        answers(why, () -> unregisterInterfaceStateChangeCallback(c, routine, device));
      }
    }
  }

  // ---- PASIDs

  private long taggedDevice(int bits) {
    DmaDevices.describe(kernel, pdo, DeviceTraits.of(REQUESTER).withPasids(bits));
    int pasid = DeviceCreationConfigurationType.PASID;
    long config = configuration(pasid, PasidConfigurationType.PASID_TAGGED_DMA);
    ok(createDevice(c, pdo, config, out));
    return result();
  }

  private long pasidDevice(long device) {
    ok(createPasidDevice(c, device, out, low));
    return result();
  }

  @ParameterizedTest(name = "CreatePasidDevice {0}")
  @EnumSource
  void createPasidDeviceAnswers(CreatePasidDevice why) {
    long device = taggedDevice(1);
    switch (why) {
      case DONE -> {
        succeeds(why, () -> createPasidDevice(c, device, out, low));
        assertThat(c.load(low, 4)).isEqualTo(1);
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> createPasidDevice(c, device, out, low));
      case NO_DEVICE -> answers(why, () -> createPasidDevice(c, 0, 0, 0));
      case NO_PASIDS -> {
        long plain = device();
        answers(why, () -> createPasidDevice(c, plain, 0, 0));
        DmaDevices.describe(kernel, pdo, DeviceTraits.of(REQUESTER));
        long incapable = taggedDevice(0);
        answers(why, () -> createPasidDevice(c, incapable, 0, 0));
      }
      case NO_RESULT -> answers(why, () -> createPasidDevice(c, device, 0, 0));
      case NO_ASID_RESULT -> answers(why, () -> createPasidDevice(c, device, out, 0));
      case ASIDS_EXHAUSTED -> {
        long first = pasidDevice(device);
        answers(why, () -> createPasidDevice(c, device, out, low));
        ok(deletePasidDevice(c, first));
        pasidDevice(device);
      }
      case NO_MEMORY ->
          answers(why, () -> withoutMemory(() -> createPasidDevice(c, device, out, low)));
    }
  }

  @ParameterizedTest(name = "DeletePasidDevice {0}")
  @EnumSource
  void deletePasidDeviceAnswers(DeletePasidDevice why) {
    long pasid = pasidDevice(taggedDevice(4));
    switch (why) {
      case DONE -> succeeds(why, () -> deletePasidDevice(c, pasid));
      case IRQL_TOO_HIGH -> tooHigh(why, () -> deletePasidDevice(c, pasid));
      case NO_DEVICE -> {
        answers(why, () -> deletePasidDevice(c, 0));
        ok(deletePasidDevice(c, pasid));
        answers(why, () -> deletePasidDevice(c, pasid));
      }
      case ATTACHED -> {
        ok(attachPasidDevice(c, domain(), pasid));
        answers(why, () -> deletePasidDevice(c, pasid));
      }
    }
  }

  private void changing(long pasid, boolean now) {
    Pasids.setChanging(kernel.iommu(), requireNonNull(kernel.iommu().pasidDevice(pasid)), now);
  }

  @ParameterizedTest(name = "AttachPasidDevice {0}")
  @EnumSource
  void attachPasidDeviceAnswers(AttachPasidDevice why) {
    long domain = domain();
    long device = taggedDevice(4);
    long pasid = pasidDevice(device);
    switch (why) {
      case DONE -> {
        succeeds(why, () -> attachPasidDevice(c, domain, pasid));
        ok(map(domain, BOTH, pages(1), 0x5000));
        port = machine.newDmaPort(REQUESTER, 1);
        assertThat(deviceWrites(0x5000, 1)).isNull();
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> attachPasidDevice(c, domain, pasid));
      case NO_DOMAIN -> answers(why, () -> attachPasidDevice(c, 0, 0));
      case NO_DEVICE -> answers(why, () -> attachPasidDevice(c, domain, device));
      case WRONG_TYPE -> {
        long through = domain(PASS_THROUGH);
        answers(why, () -> attachPasidDevice(c, through, pasid));
        long unmanaged = domain(UNMANAGED);
        answers(why, () -> attachPasidDevice(c, unmanaged, pasid));
      }
      case CONCURRENT -> {
        changing(pasid, true);
        answers(why, () -> attachPasidDevice(c, domain, pasid));
        changing(pasid, false);
      }
      case ALREADY_ATTACHED -> {
        ok(attachPasidDevice(c, domain, pasid));
        answers(why, () -> attachPasidDevice(c, domain, pasid));
      }
      case NOT_ALLOWED -> {
        DmaPolicy.setRemapping(c, false);
        answers(why, () -> attachPasidDevice(c, domain, pasid));
      }
      case NO_MEMORY ->
          answers(why, () -> withoutMemory(() -> attachPasidDevice(c, domain, pasid)));
    }
  }

  @ParameterizedTest(name = "DetachPasidDevice {0}")
  @EnumSource
  void detachPasidDeviceAnswers(DetachPasidDevice why) {
    long domain = domain();
    long pasid = pasidDevice(taggedDevice(4));
    ok(attachPasidDevice(c, domain, pasid));
    switch (why) {
      case DONE -> {
        ok(map(domain, BOTH, pages(1), 0x5000));
        port = machine.newDmaPort(REQUESTER, 1);
        assertThat(deviceWrites(0x5000, 1)).isNull();
        succeeds(why, () -> detachPasidDevice(c, pasid));
        assertThat(deviceWrites(0x5000, 1)).isNotNull();
        ok(deleteDomain(c, domain));
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> detachPasidDevice(c, pasid));
      case NO_DEVICE -> answers(why, () -> detachPasidDevice(c, 0));
      case CONCURRENT -> {
        changing(pasid, true);
        answers(why, () -> detachPasidDevice(c, pasid));
        changing(pasid, false);
      }
      case NOT_ATTACHED -> {
        ok(detachPasidDevice(c, pasid));
        answers(why, () -> detachPasidDevice(c, pasid));
      }
    }
  }

  @ParameterizedTest(name = "QueryDeviceInfo {0}")
  @EnumSource
  void queryDeviceInfoAnswers(QueryDeviceInfo why) {
    long device = device();
    switch (why) {
      case DONE -> {
        succeeds(why, () -> queryDeviceInfo(c, device, 3, low, out));
        assertThat(c.load(low, 4)).isEqualTo(3);
        assertThat(c.load(out, 2) | c.load(out + 2, 1)).isZero();
        long tagged = taggedDevice(4);
        succeeds(why, () -> queryDeviceInfo(c, tagged, 64, low, out));
        assertThat(c.load(out, 2)).isEqualTo(0x101);
      }
      case IRQL_TOO_HIGH -> tooHigh(why, () -> queryDeviceInfo(c, device, 3, low, out));
      case NO_DEVICE -> answers(why, () -> queryDeviceInfo(c, 0, 0, 0, 0));
      case BUFFER_TOO_SMALL -> answers(why, () -> queryDeviceInfo(c, device, 2, 0, 0));
      case NO_COUNT -> answers(why, () -> queryDeviceInfo(c, device, 3, 0, 0));
      case NO_BUFFER -> answers(why, () -> queryDeviceInfo(c, device, 3, low, 0));
    }
  }
}
