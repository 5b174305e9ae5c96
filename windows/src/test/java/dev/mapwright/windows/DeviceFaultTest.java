package dev.mapwright.windows;

import static dev.mapwright.windows.abi.NtStatus.STATUS_NOT_IMPLEMENTED;
import static dev.mapwright.windows.abi.iommu.FaultInformationType.ADDRESS_SIZE_FAULT;
import static dev.mapwright.windows.abi.iommu.FaultInformationType.EXTERNAL_FAULT;
import static dev.mapwright.windows.abi.iommu.FaultInformationType.PERMISSION_FAULT;
import static dev.mapwright.windows.abi.iommu.FaultInformationType.TRANSLATION_FAULT;
import static dev.mapwright.windows.abi.iommu.FaultInformationType.UNSUPPORTED_UPSTREAM_TRANSACTION;
import static dev.mapwright.windows.iommu.device.DeviceCalls.detachDeviceEx;
import static dev.mapwright.windows.iommu.device.DeviceCalls.setDeviceFaultReporting;
import static dev.mapwright.windows.iommu.device.DeviceCalls.setDeviceFaultReportingEx;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.unmapLogicalRange;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.iommu.DeviceFaultConfigurationLayout;
import dev.mapwright.windows.abi.iommu.DmaDomainType;
import dev.mapwright.windows.abi.iommu.FaultInformationArch;
import dev.mapwright.windows.abi.iommu.FaultInformationLayout;
import dev.mapwright.windows.abi.iommu.MapPhysicalAddressType;
import dev.mapwright.windows.bugcheck.BugCheck;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.harness.DmaDevices;
import dev.mapwright.windows.harness.Drivers;
import dev.mapwright.windows.memory.iommu.DeviceTraits;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a driver sees of accesses that the IOMMU has refused. */
class DeviceFaultTest extends IommuTest {
  private static final long CONTEXT = 0xC0FFEE;
  private static final long HERE = 0x7000_0000L;

  /** The addresses that the handler was told. */
  private final List<Long> told = new ArrayList<>();

  private final List<Integer> types = new ArrayList<>();

  long config(long routine) {
    long config = memory(DeviceFaultConfigurationLayout.BYTES);
    c.store(config + DeviceFaultConfigurationLayout.FAULT_HANDLER, 8, routine);
    c.store(config + DeviceFaultConfigurationLayout.FAULT_CONTEXT, 8, CONTEXT);
    return config;
  }

  private long handled(NtContext worker, long context, long information) {
    assertThat(context).isEqualTo(CONTEXT);
    assertThat(worker.irql()).isEqualTo(Irql.PASSIVE_LEVEL);
    told.add(worker.load(information + FaultInformationLayout.X64_FAULT_ADDRESS, 8));
    types.add((int) worker.load(information + FaultInformationLayout.X64_TYPE, 4));
    return 0;
  }

  private void report() {
    long routine = kernel.functions().register(this::handled);
    ok(setDeviceFaultReporting(c, pdo, 0, true, config(routine)));
  }

  /** Another system with the same device, and memory for results where the tests expect it. */
  private void bootWithDevice(KernelOptions options) {
    boot(options);
    pdo = DmaDevices.plug(kernel, DeviceTraits.of(REQUESTER));
    assertThat(memory(64)).isEqualTo(out);
  }

  private int typeOf(long address) {
    deviceWrites(address, 1);
    machine.clock().advance(1);
    assertThat(told.getLast()).isEqualTo(address);
    return types.getLast();
  }

  @Test
  void a_handler_is_told_of_each_fault_at_the_step_after_it_and_never_by_the_access() {
    attached(domain());
    report();
    c.processor().setIrql(Irql.DISPATCH_LEVEL);
    assertThat(deviceWrites(HERE + 8, 1)).isNotNull();
    assertThat(deviceWrites(HERE + PAGE, 1)).isNotNull();
    assertThat(told).isEmpty();
    assertThat(kernel.dmaFaults().waiting()).isEqualTo(2);
    machine.clock().advance(1);
    assertThat(told).containsExactly(HERE + 8, HERE + PAGE);
    assertThat(kernel.reports()).isEmpty();
    assertThat(kernel.dmaFaults().waiting()).isZero();
  }

  @Test
  void who_waits_without_a_clock_has_the_faults_delivered() {
    attached(domain());
    report();
    deviceWrites(HERE, 1);
    kernel.dmaFaults().deliver();
    kernel.dmaFaults().deliver();
    machine.clock().advance(10);
    assertThat(told).containsExactly(HERE);
  }

  @Test
  void fault_information_has_the_layout_of_an_x64_fault_and_names_the_domain() {
    long domain = domain();
    attached(domain);
    List<Long> words = new ArrayList<>();
    long routine =
        kernel
            .functions()
            .register((worker, context, information) -> {
              for (int i = 0; i < FaultInformationLayout.BYTES; i += 8) {
                words.add(worker.load(information + i, 8));
              }
              return 0;
            });
    ok(setDeviceFaultReporting(c, pdo, 0, true, config(routine)));
    deviceWrites(HERE + 3 * PAGE, 1);
    machine.clock().advance(1);
    long flagsAndType = 1 | (long) TRANSLATION_FAULT << 32;
    assertThat(words)
        .containsExactly(
            (long) FaultInformationArch.X64, domain, HERE + 3 * PAGE, flagsAndType, 0L, 0L, 0L);
    assertThat(kernel.dmaFaults().recent().getLast().hardware().hardwareReason()).isEqualTo(0x85);
  }

  @Test
  void the_type_comes_from_the_record_of_the_domain_because_the_hardware_cant_tell() {
    long domain = domain();
    attached(domain);
    report();
    ok(map(domain, READ, pages(1), HERE));
    ok(map(domain, 0, pages(1), HERE + PAGE));
    ok(
        map(
            domain,
            BOTH,
            physical(MapPhysicalAddressType.CONTIGUOUS_RANGE, HOLE_PFN * PAGE, PAGE),
            HERE + 3 * PAGE));
    token(domain, HERE + 0x10_0000, 2);
    assertThat(typeOf(HERE)).isEqualTo(PERMISSION_FAULT);
    assertThat(typeOf(HERE + PAGE)).isEqualTo(PERMISSION_FAULT);
    assertThat(typeOf(HERE + 2 * PAGE)).isEqualTo(TRANSLATION_FAULT);
    assertThat(typeOf(HERE + 3 * PAGE)).isEqualTo(EXTERNAL_FAULT);
    assertThat(typeOf(HERE + 0x10_0000)).isEqualTo(TRANSLATION_FAULT);
    assertThat(typeOf(0xFEE0_0000L)).isEqualTo(TRANSLATION_FAULT);
    assertThat(typeOf(1L << 48)).isEqualTo(ADDRESS_SIZE_FAULT);
    assertThat(typeOf(-8)).isEqualTo(ADDRESS_SIZE_FAULT);
    // The hardware says the same of what is not mapped and what is not allowed.
    assertThat(kernel.dmaFaults().recent())
        .filteredOn(fault -> fault.hardware().hardwareReason() == 0x85)
        .extracting(fault -> fault.type())
        .contains(PERMISSION_FAULT, TRANSLATION_FAULT);
  }

  @Test
  void through_a_domain_that_nobody_has_configured_nothing_is_supported() {
    attached(domain(DmaDomainType.UNMANAGED));
    report();
    assertThat(typeOf(HERE)).isEqualTo(UNSUPPORTED_UPSTREAM_TRANSACTION);
  }

  @Test
  void an_access_that_crosses_pages_faults_at_its_first_byte_that_is_refused() {
    long domain = domain();
    attached(domain);
    report();
    ok(map(domain, BOTH, pages(1), HERE));
    assertThat(typeOf(HERE + PAGE)).isEqualTo(TRANSLATION_FAULT);
    deviceWrites(HERE + PAGE - 4, -1);
    machine.clock().advance(1);
    assertThat(told.getLast()).isEqualTo(HERE + PAGE);
  }

  @Test
  void after_disabling_or_detaching_no_handler_runs_also_for_faults_that_wait() {
    long device = attached(domain());
    report();
    deviceWrites(HERE, 1);
    ok(setDeviceFaultReporting(c, pdo, 0, false, 0));
    machine.clock().advance(2);
    assertThat(told).isEmpty();
    report();
    deviceWrites(HERE, 1);
    ok(detachDeviceEx(c, device));
    machine.clock().advance(2);
    assertThat(told).isEmpty();
    assertThat(kernel.reports()).isEmpty();
  }

  @Test
  void enabling_again_replaces_the_handler() {
    attached(domain());
    report();
    List<Long> others = new ArrayList<>();
    long other = kernel.functions().register((worker, context, information) -> others.size());
    ok(setDeviceFaultReporting(c, pdo, 0, true, config(other)));
    deviceWrites(HERE, 1);
    machine.clock().advance(1);
    assertThat(told).isEmpty();
  }

  @Test
  void a_handler_may_take_itself_back_detach_the_device_and_wait() {
    long device = attached(domain());
    long routine =
        kernel
            .functions()
            .register((worker, context, information) -> {
              told.add(0L);
              deviceWrites(HERE, 2);
              kernel.dmaFaults().deliver();
              assertThat(detachDeviceEx(worker, device)).isZero();
              return 0;
            });
    ok(setDeviceFaultReporting(c, pdo, 0, true, config(routine)));
    deviceWrites(HERE, 1);
    machine.clock().advance(3);
    assertThat(told).hasSize(1);
  }

  @Test
  void what_a_handler_throws_ends_the_advance_and_the_others_are_told_by_the_next() {
    attached(domain());
    long routine =
        kernel
            .functions()
            .register((worker, context, information) -> {
              told.add(0L);
              if (told.size() == 1) {
                throw new IllegalStateException("first");
              }
              return 0;
            });
    ok(setDeviceFaultReporting(c, pdo, 0, true, config(routine)));
    deviceWrites(HERE, 1);
    deviceWrites(HERE, 1);
    assertThatThrownBy(() -> machine.clock().advance(1)).hasMessage("first");
    machine.clock().advance(1);
    assertThat(told).hasSize(2);
  }

  @Test
  void more_faults_than_a_log_has_room_for_are_counted() {
    attached(domain());
    report();
    for (int i = 0; i < 300; i++) {
      deviceWrites(HERE, 1);
    }
    assertThat(kernel.dmaFaults().lost()).isEqualTo(44);
    machine.clock().advance(1);
    assertThat(told).hasSize(256);
    deviceWrites(HERE, 1);
    machine.clock().advance(1);
    assertThat(told).hasSize(257);
  }

  @Test
  void the_second_version_of_the_routine_is_not_implemented_whatever_it_is_passed() {
    c.processor().setIrql(Irql.HIGH_LEVEL);
    assertThat(setDeviceFaultReportingEx(c, BAD, -1, true, BAD)).isEqualTo(STATUS_NOT_IMPLEMENTED);
  }

  @Test
  void the_handlers_of_a_driver_that_is_unloaded_are_not_called() {
    NtContext other = kernel.newContext(kernel.loadDriver("other"));
    attached(domain());
    long routine = kernel.functions().register(this::handled);
    ok(setDeviceFaultReporting(other, pdo, 0, true, config(routine)));
    deviceWrites(HERE, 1);
    Drivers.unload(other);
    machine.clock().advance(1);
    assertThat(told).isEmpty();
    assertThat(kernel.loaded(other.driver())).isFalse();
    deviceWrites(HERE, 1);
    assertThat(kernel.reports()).hasSize(1);
  }

  // ---- bug checks

  @Test
  void
      without_a_handler_the_step_that_ran_the_request_raises_the_bug_check_and_so_does_each_call() {
    bootWithDevice(KernelOptions.DEFAULT.with(LAYOUT));
    attached(domain());
    machine.clock().at(machine.clock().now() + 5, () -> deviceWrites(HERE, 1));
    machine.clock().advance(4);
    BugCheck stop = stops(() -> machine.clock().advance(4));
    assertThat(stop.code()).isEqualTo(0xE6);
    assertThat(stop.report().parameters()).containsExactly(0x26L, pdo, HERE, 0x85L);
    assertThat(machine.clock().now()).isEqualTo(5);
    assertThat(stops(() -> c.load(out, 8))).isSameAs(stop);
  }

  @Test
  void a_device_on_a_thread_of_its_own_is_refused_and_the_next_call_raises_the_bug_check()
      throws InterruptedException {
    bootWithDevice(KernelOptions.DEFAULT.with(LAYOUT));
    attached(domain());
    List<DmaFault> returned = new ArrayList<>();
    Thread device =
        Thread.ofPlatform().start(() -> returned.add(Objects.requireNonNull(deviceReads(HERE))));
    device.join();
    assertThat(returned).singleElement().extracting(DmaFault::address).isEqualTo(HERE);
    BugCheck stop = stops(() -> unmapLogicalRange(c, 0, 0, 1));
    assertThat(stop.report().parameters()).containsExactly(0x26L, pdo, HERE, 0x86L);
  }

  @Test
  void the_report_names_device_domain_address_kind_the_nearest_mapping_and_who_unmapped() {
    bootWithDevice(KernelOptions.DEFAULT.with(LAYOUT).recordingMisuse().withCallSites());
    long domain = domain();
    attached(domain);
    ok(map(domain, BOTH, pages(2), HERE));
    ok(map(domain, BOTH, pages(1), HERE + 4 * PAGE));
    ok(unmapLogicalRange(c, domain, HERE, 2));
    deviceWrites(HERE + PAGE, 1);
    String text = lastReport().text().replaceAll("[A-Za-z]+[.]java:[0-9]+", "LINE");
    assertThat(text.replace(Long.toHexString(pdo), "PDO").replaceAll("\n +", " "))
        .contains(
            "0xE6 DRIVER_VERIFIER_DMA_VIOLATION (0x26, 0xPDO, 0x70001000, 0x85)",
            "an access of a device by test driver at LINE",
            "device 0x18 wrote to 0x70001000 in domain dma 1: use after unmap",
            "unmapped: 0x70000000 to 0x70001FFF, rw-, at step 0 by test driver at LINE",
            "nearest above: mapping 0x70004000 to 0x70004FFF",
            "type 6, TranslationFault",
            "what to do  Wait until the device has done with a buffer before it is unmapped");
  }

  @Test
  void a_physical_address_that_was_given_to_a_device_is_recognized() {
    long domain = domain();
    attached(domain);
    long mdl = lockedMdl(PAGE, 0);
    ok(map(domain, BOTH, ofMdl(mdl), HERE));
    deviceWrites(pfn(mdl, 0) * PAGE, 1);
    assertThat(lastReport().text()).contains("a physical address", "MmGetPhysicalAddress");
  }
}
