package dev.mapwright.windows;

import static dev.mapwright.windows.abi.NtStatus.STATUS_INVALID_PARAMETER_1;
import static dev.mapwright.windows.abi.NtStatus.STATUS_INVALID_PARAMETER_2;
import static dev.mapwright.windows.abi.NtStatus.STATUS_RESOURCE_IN_USE;
import static dev.mapwright.windows.abi.NtStatus.STATUS_SUCCESS;
import static dev.mapwright.windows.abi.NtStatus.STATUS_UNSUCCESSFUL;
import static dev.mapwright.windows.iommu.DomainCalls.createDomainEx;
import static dev.mapwright.windows.iommu.DomainCalls.deleteDomain;
import static dev.mapwright.windows.iommu.device.DeviceCalls.attachDeviceEx;
import static dev.mapwright.windows.iommu.device.DeviceCalls.createDevice;
import static dev.mapwright.windows.iommu.device.DeviceCalls.deleteDevice;
import static dev.mapwright.windows.iommu.device.DeviceCalls.detachDeviceEx;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.mapLogicalRangeEx;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.freeReservedLogicalAddressRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.mapReservedLogicalRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.reserveLogicalAddressRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.unmapReservedLogicalRange;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.sim.IommuMode;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.iommu.DmaDomainType;
import dev.mapwright.windows.abi.iommu.DmaPermissions;
import dev.mapwright.windows.abi.iommu.MapPhysicalAddressType;
import dev.mapwright.windows.adapter.AdapterCalls;
import dev.mapwright.windows.adapter.DmaAdapter;
import dev.mapwright.windows.harness.DmaDevices;
import dev.mapwright.windows.memory.iommu.DeviceTraits;
import dev.mapwright.windows.memory.iommu.IommuBooks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two processors at one token: one wins, as if one had come after the other. */
class IommuRaceTest extends RaceTest {
  private static final int BOTH = DmaPermissions.KNOWN;

  private long domain;
  private long token;
  private long physical;
  private long segment;
  private long otherSegment;
  private long out;
  private long pdo;
  private long otherPdo;
  private long device;
  private int first;
  private int second;

  IommuRaceTest() {
    onMachine(IommuTest.builder().iommu(IommuMode.SCALABLE, 48).build());
  }

  private void stage() {
    out = memory(16);
    segment = memory(0x18);
    otherSegment = memory(0x18);
    physical = memory(0x18);
    c.store(physical, 4, MapPhysicalAddressType.MDL);
    c.store(physical + 8, 8, lockedMdl(2 * PAGE, 0));
    carriedOut(() -> createDomainEx(c, DmaDomainType.TRANSLATE, 0, 0, 0, out));
    domain = c.load(out, 8);
  }

  private void reserve() {
    c.store(out + 8, 8, 0x5000);
    carriedOut(() -> reserveLogicalAddressRange(c, domain, 2 * PAGE, out + 8, 0, 0, out));
    token = c.load(out, 8);
  }

  @ParameterizedTest
  @ValueSource(ints = {Irql.PASSIVE_LEVEL, Irql.DISPATCH_LEVEL})
  void of_mapping_and_freeing_a_token_exactly_one_wins(int irql) {
    level = irql;
    race(
        this::stage,
        () -> {
          reserve();
          both(
              () -> first = mapReservedLogicalRange(c, token, 0, BOTH, physical, segment),
              () -> second = freeReservedLogicalAddressRange(other, token));
          if (first == STATUS_SUCCESS) {
            assertThat(second).isEqualTo(STATUS_RESOURCE_IN_USE);
            carriedOut(() -> unmapReservedLogicalRange(c, segment));
            carriedOut(() -> freeReservedLogicalAddressRange(c, token));
          } else {
            assertThat(first).isEqualTo(STATUS_UNSUCCESSFUL);
            assertThat(second).isEqualTo(STATUS_SUCCESS);
          }
        });
  }

  @Test
  void of_two_mappings_of_one_page_exactly_one_wins() {
    race(
        this::stage,
        () -> {
          reserve();
          both(
              () -> first = mapReservedLogicalRange(c, token, 0, BOTH, physical, segment),
              () ->
                  second = mapReservedLogicalRange(other, token, 0, BOTH, physical, otherSegment));
          assertThat(first + second).isEqualTo(STATUS_RESOURCE_IN_USE);
          long winners = first == STATUS_SUCCESS ? segment : otherSegment;
          carriedOut(() -> unmapReservedLogicalRange(c, winners));
          carriedOut(() -> freeReservedLogicalAddressRange(c, token));
        });
  }

  @Test
  void of_two_who_unmap_one_segment_exactly_one_wins() {
    race(
        this::stage,
        () -> {
          reserve();
          carriedOut(() -> mapReservedLogicalRange(c, token, 0, BOTH, physical, segment));
          both(
              () -> first = unmapReservedLogicalRange(c, segment),
              () -> second = unmapReservedLogicalRange(other, segment));
          assertThat(succeeded(c)).isNotEqualTo(succeeded(other));
          assertThat(first == STATUS_SUCCESS || second == STATUS_SUCCESS).isTrue();
          carriedOut(() -> freeReservedLogicalAddressRange(c, token));
        });
  }

  @Test
  void of_deleting_a_domain_and_reserving_in_it_exactly_one_wins() {
    race(
        this::stage,
        () -> {
          c.store(out + 8, 8, 0x5000);
          both(
              () -> first = deleteDomain(c, domain),
              () -> second = reserveLogicalAddressRange(other, domain, PAGE, out + 8, 0, 0, out));
          assertThat(succeeded(c)).isNotEqualTo(succeeded(other));
          if (second == STATUS_SUCCESS) {
            long made = c.load(out, 8);
            carriedOut(() -> freeReservedLogicalAddressRange(c, made));
          } else {
            carriedOut(() -> createDomainEx(c, DmaDomainType.TRANSLATE, 0, 0, 0, out));
            domain = c.load(out, 8);
          }
        });
  }

  private void stageDevices() {
    stage();
    pdo = DmaDevices.plug(kernel, DeviceTraits.of(0x18));
    otherPdo = DmaDevices.plug(kernel, DeviceTraits.of(0x20));
    carriedOut(() -> createDevice(c, pdo, 0, out));
    device = c.load(out, 8);
  }

  @Test
  void of_deleting_a_domain_and_attaching_to_it_exactly_one_wins() {
    race(
        this::stageDevices,
        () -> {
          both(
              () -> first = deleteDomain(c, domain),
              () -> second = attachDeviceEx(other, domain, device));
          if (second == STATUS_SUCCESS) {
            assertThat(first).isEqualTo(STATUS_RESOURCE_IN_USE);
            carriedOut(() -> detachDeviceEx(c, device));
          } else {
            assertThat(first).isEqualTo(STATUS_SUCCESS);
            assertThat(second).isEqualTo(STATUS_INVALID_PARAMETER_1);
            carriedOut(() -> createDomainEx(c, DmaDomainType.TRANSLATE, 0, 0, 0, out));
            domain = c.load(out, 8);
          }
        });
  }

  @Test
  void of_deleting_a_device_and_attaching_it_exactly_one_wins() {
    race(
        this::stageDevices,
        () -> {
          both(
              () -> first = deleteDevice(c, device),
              () -> second = attachDeviceEx(other, domain, device));
          if (second == STATUS_SUCCESS) {
            assertThat(first).isEqualTo(STATUS_RESOURCE_IN_USE);
            carriedOut(() -> detachDeviceEx(c, device));
          } else {
            assertThat(first).isEqualTo(STATUS_SUCCESS);
            assertThat(second).isEqualTo(STATUS_INVALID_PARAMETER_2);
            carriedOut(() -> createDevice(c, pdo, 0, out));
            device = c.load(out, 8);
          }
        });
  }

  @Test
  void of_deleting_a_domain_and_mapping_in_it_nothing_is_left() {
    race(
        this::stageDevices,
        () -> {
          c.store(out + 8, 8, 0x5000);
          both(
              () -> first = deleteDomain(c, domain),
              () -> second = mapLogicalRangeEx(other, domain, BOTH, physical, out + 8, 0, 0, out));
          assertThat(first).isEqualTo(STATUS_SUCCESS);
          assertThat(second).isIn(STATUS_SUCCESS, STATUS_INVALID_PARAMETER_1);
          carriedOut(() -> createDomainEx(c, DmaDomainType.TRANSLATE, 0, 0, 0, out));
          domain = c.load(out, 8);
        });
  }

  @Test
  void of_putting_an_adapter_back_and_joining_its_domain_exactly_one_wins() {
    race(
        this::stageDevices,
        () -> {
          DmaAdapter one = requireNonNull(AdapterCalls.ioGetDmaAdapter(c, pdo, 3));
          DmaAdapter two = requireNonNull(AdapterCalls.ioGetDmaAdapter(c, otherPdo, 3));
          long shared = one.getDmaDomain(c);
          both(() -> one.putDmaAdapter(c), () -> second = two.joinDmaDomain(other, shared));
          assertThat(succeeded(c)).isNotEqualTo(succeeded(other));
          if (second == STATUS_SUCCESS) {
            carriedOut(() -> two.leaveDmaDomain(c));
            carriedOut(() -> one.putDmaAdapter(c));
          } else {
            assertThat(second).isEqualTo(STATUS_INVALID_PARAMETER_2);
          }
          carriedOut(() -> two.putDmaAdapter(c));
          assertThat(IommuBooks.violations(kernel.iommu())).isEmpty();
        });
  }
}
