package dev.mapwright.windows;

import static dev.mapwright.windows.abi.NtStatus.STATUS_INVALID_PARAMETER;
import static dev.mapwright.windows.abi.NtStatus.STATUS_INVALID_PARAMETER_1;
import static dev.mapwright.windows.abi.NtStatus.STATUS_INVALID_PARAMETER_2;
import static dev.mapwright.windows.abi.NtStatus.STATUS_INVALID_PARAMETER_3;
import static dev.mapwright.windows.abi.NtStatus.STATUS_INVALID_PARAMETER_4;
import static dev.mapwright.windows.abi.NtStatus.STATUS_INVALID_PARAMETER_MIX;
import static dev.mapwright.windows.abi.NtStatus.STATUS_NOT_IMPLEMENTED;
import static dev.mapwright.windows.abi.NtStatus.STATUS_NOT_SUPPORTED;
import static dev.mapwright.windows.abi.NtStatus.STATUS_RESOURCE_IN_USE;
import static dev.mapwright.windows.abi.NtStatus.STATUS_UNSUCCESSFUL;
import static dev.mapwright.windows.abi.iommu.MapPhysicalAddressType.CONTIGUOUS_RANGE;
import static dev.mapwright.windows.iommu.DomainCalls.deleteDomain;
import static dev.mapwright.windows.iommu.device.DeviceCalls.attachDeviceEx;
import static dev.mapwright.windows.iommu.device.DeviceCalls.deleteDevice;
import static dev.mapwright.windows.iommu.device.DeviceCalls.detachDeviceEx;
import static dev.mapwright.windows.iommu.device.DeviceCalls.setDeviceFaultReportingEx;
import static dev.mapwright.windows.iommu.device.StateChangeCalls.registerInterfaceStateChangeCallback;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.mapIdentityRangeEx;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.mapLogicalRangeEx;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.unmapIdentityRangeEx;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.unmapLogicalRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.freeReservedLogicalAddressRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.mapReservedLogicalRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.reserveLogicalAddressRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.unmapReservedLogicalRange;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.abi.iommu.MappedSegmentLayout;
import org.junit.jupiter.api.Test;

/** What the pages leave to be tried out, one case each. */
class IommuEdgeMatrixTest extends IommuTest {
  private static final long A = 0x7000_0000L;

  private long empty() {
    return physical(CONTIGUOUS_RANGE, 0x20_0000, 0);
  }

  @Test
  void nothing_is_neither_reserved_nor_mapped_nor_unmapped() {
    long domain = domain();
    long token = token(domain, A, 1);
    assertThat(reserveLogicalAddressRange(c, domain, 0, at(A), 0, 0, out))
        .isEqualTo(STATUS_INVALID_PARAMETER_2);
    assertThat(map(domain, BOTH, empty(), 0)).isEqualTo(STATUS_INVALID_PARAMETER_3);
    assertThat(mapReservedLogicalRange(c, token, 0, BOTH, empty(), segment()))
        .isEqualTo(STATUS_INVALID_PARAMETER_4);
    assertThat(mapIdentityRangeEx(c, domain, BOTH, empty())).isEqualTo(STATUS_INVALID_PARAMETER_3);
    assertThat(unmapIdentityRangeEx(c, domain, empty())).isEqualTo(STATUS_INVALID_PARAMETER_2);
    assertThat(unmapLogicalRange(c, domain, A, 0)).isEqualTo(STATUS_INVALID_PARAMETER_3);
  }

  @Test
  void a_sum_that_wraps_is_refused_where_it_is_made() {
    long domain = domain();
    assertThat(map(domain, BOTH, pages(2), -PAGE)).isEqualTo(STATUS_INVALID_PARAMETER_4);
    assertThat(reserveLogicalAddressRange(c, domain, 2 * PAGE, at(-PAGE), 0, 0, out))
        .isEqualTo(STATUS_INVALID_PARAMETER_3);
    long token = token(domain, A, 4);
    long much = physical(CONTIGUOUS_RANGE, 0, (1L << 52) - PAGE);
    assertThat(mapReservedLogicalRange(c, token, PAGE, BOTH, much, segment()))
        .isEqualTo(STATUS_INVALID_PARAMETER_4);
    long wrapping = physical(CONTIGUOUS_RANGE, -PAGE, 2 * PAGE);
    assertThat(map(domain, BOTH, wrapping, 0)).isEqualTo(STATUS_INVALID_PARAMETER_3);
  }

  @Test
  void only_bounds_may_be_misaligned() {
    long domain = domain();
    assertThat(map(domain, BOTH, pages(1), 0x800)).isEqualTo(STATUS_INVALID_PARAMETER_4);
    assertThat(reserveLogicalAddressRange(c, domain, PAGE, at(0x800), 0, 0, out))
        .isEqualTo(STATUS_INVALID_PARAMETER_3);
    long token = token(domain, A, 4);
    assertThat(mapReservedLogicalRange(c, token, 0x800, BOTH, pages(1), segment()))
        .isEqualTo(STATUS_INVALID_PARAMETER_2);
    long crooked = physical(CONTIGUOUS_RANGE, 0x20_0800, PAGE);
    assertThat(map(domain, BOTH, crooked, 0)).isEqualTo(STATUS_INVALID_PARAMETER_3);
    long buddy = buddyDomain(32);
    ok(mapLogicalRangeEx(c, buddy, BOTH, pages(1), 0, lowest(0x2801), highest(0x4FFF), out));
    assertThat(result()).isEqualTo(0x3000);
  }

  @Test
  void an_offset_at_the_end_of_a_token_is_wrong_and_a_length_beyond_it() {
    long token = token(domain(), A, 4);
    assertThat(mapReservedLogicalRange(c, token, 4 * PAGE, BOTH, pages(1), segment()))
        .isEqualTo(STATUS_INVALID_PARAMETER_2);
    assertThat(mapReservedLogicalRange(c, token, 3 * PAGE, BOTH, pages(2), segment()))
        .isEqualTo(STATUS_INVALID_PARAMETER_4);
  }

  @Test
  void an_overlap_by_one_page_maps_nothing() {
    long domain = domain();
    attached(domain);
    long token = token(domain, A, 4);
    mapped(token, 2, pages(1));
    assertThat(mapReservedLogicalRange(c, token, 0, BOTH, pages(3), segment()))
        .isEqualTo(STATUS_RESOURCE_IN_USE);
    assertThat(deviceReads(A)).isNotNull();
    assertThat(deviceReads(A + 2 * PAGE)).isNull();
  }

  @Test
  void unmapping_the_first_of_two_adjacent_segments_leaves_the_second() {
    long domain = domain();
    attached(domain);
    long token = token(domain, A, 4);
    long first = mapped(token, 0, pages(2));
    mapped(token, 2, pages(2));
    ok(unmapReservedLogicalRange(c, first));
    assertThat(deviceReads(A + PAGE)).isNotNull();
    assertThat(deviceReads(A + 2 * PAGE)).isNull();
  }

  @Test
  void a_segment_is_unmapped_once_and_only_as_it_was_mapped() {
    long domain = domain();
    attached(domain);
    long token = token(domain, A, 4);
    long segment = mapped(token, 0, pages(2));
    long copy = segment();
    for (int i = 0; i < 3; i++) {
      c.store(copy + 8L * i, 8, c.load(segment + 8L * i, 8));
    }
    c.store(segment + MappedSegmentLayout.SIZE, 8, PAGE);
    assertThat(unmapReservedLogicalRange(c, segment)).isEqualTo(STATUS_INVALID_PARAMETER);
    assertThat(deviceReads(A)).isNull();
    c.store(segment + MappedSegmentLayout.SIZE, 8, 2 * PAGE);
    ok(unmapReservedLogicalRange(c, segment));
    assertThat(unmapReservedLogicalRange(c, segment)).isEqualTo(STATUS_INVALID_PARAMETER);
    assertThat(unmapReservedLogicalRange(c, copy)).isEqualTo(STATUS_INVALID_PARAMETER);
  }

  @Test
  void a_token_with_a_mapped_page_is_freed_once_that_is_unmapped() {
    long token = token(domain(), A, 4);
    long segment = mapped(token, 1, pages(1));
    assertThat(freeReservedLogicalAddressRange(c, token)).isEqualTo(STATUS_RESOURCE_IN_USE);
    ok(unmapReservedLogicalRange(c, segment));
    ok(freeReservedLogicalAddressRange(c, token));
    assertThat(mapReservedLogicalRange(c, token, 0, BOTH, pages(1), segment))
        .isEqualTo(STATUS_UNSUCCESSFUL);
  }

  @Test
  void the_same_part_is_mapped_again_and_again_in_the_same_tables() {
    long domain = domain();
    long token = token(domain, A, 4);
    long what = pages(3);
    long segment = segment();
    long free = machine.frames().free();
    machine.failures().failAll();
    for (int i = 0; i < 100_000; i++) {
      ok(mapReservedLogicalRange(c, token, PAGE, BOTH, what, segment));
      ok(unmapReservedLogicalRange(c, segment));
    }
    assertThat(machine.failures().asked()).isZero();
    assertThat(machine.frames().free()).isEqualTo(free);
  }

  @Test
  void pages_of_a_token_are_not_unmapped_as_free_form_ones() {
    long domain = domain();
    attached(domain);
    mapped(token(domain, A, 2), 0, pages(2));
    assertThat(unmapLogicalRange(c, domain, A, 2)).isEqualTo(STATUS_INVALID_PARAMETER_2);
    assertThat(deviceReads(A)).isNull();
  }

  @Test
  void the_middle_of_a_mapping_is_unmapped_only_where_drivers_choose_addresses() {
    long domain = domain();
    ok(map(domain, BOTH, pages(3), A));
    ok(unmapLogicalRange(c, domain, A + PAGE, 1));
    long buddy = buddyDomain(32);
    long there = mapAnywhere(buddy, pages(3));
    assertThat(unmapLogicalRange(c, buddy, there + PAGE, 1)).isEqualTo(STATUS_INVALID_PARAMETER_2);
    assertThat(unmapLogicalRange(c, buddy, there, 1)).isEqualTo(STATUS_INVALID_PARAMETER_3);
  }

  @Test
  void permissions_may_be_none_but_not_unknown() {
    long domain = domain();
    attached(domain);
    ok(map(domain, 0, pages(1), A));
    assertThat(deviceReads(A)).isNotNull();
    assertThat(deviceWrites(A, 1)).isNotNull();
    assertThat(map(domain, 4, pages(1), A + PAGE)).isEqualTo(STATUS_INVALID_PARAMETER_2);
    assertThat(map(domain, -1, pages(1), A + PAGE)).isEqualTo(STATUS_INVALID_PARAMETER_2);
    assertThat(map(domain, BOTH, pages(1), A)).isEqualTo(STATUS_RESOURCE_IN_USE);
  }

  @Test
  void a_device_does_not_write_where_it_may_only_read() {
    long domain = domain();
    attached(domain);
    long mdl = lockedMdl(PAGE, 0);
    ok(map(domain, READ, ofMdl(mdl), A));
    assertThat(deviceWrites(A, 1)).isNotNull();
    assertThat(ram(pfn(mdl, 0))).isZero();
    assertThat(deviceReads(A)).isNull();
  }

  @Test
  void an_allocator_gives_three_pages_a_block_of_four_of_which_the_last_is_not_mapped() {
    long domain = buddyDomain(32);
    attached(domain);
    mapAnywhere(domain, pages(1));
    long there = mapAnywhere(domain, pages(3));
    assertThat(there % 0x4000).isZero();
    assertThat(deviceReads(there + 2 * PAGE)).isNull();
    assertThat(deviceReads(there + 3 * PAGE)).isNotNull();
  }

  @Test
  void an_allocator_takes_no_addresses_from_drivers_and_without_one_nobody_else_chooses() {
    long buddy = buddyDomain(32);
    assertThat(map(buddy, BOTH, pages(1), A)).isEqualTo(STATUS_NOT_SUPPORTED);
    assertThat(mapIdentityRangeEx(c, buddy, BOTH, pages(1))).isEqualTo(STATUS_NOT_SUPPORTED);
    assertThat(mapLogicalRangeEx(c, domain(), BOTH, pages(1), 0, 0, 0, out))
        .isEqualTo(STATUS_NOT_SUPPORTED);
  }

  @Test
  void a_window_that_is_empty_or_too_small_after_alignment_is_refused() {
    long buddy = buddyDomain(32);
    long low = lowest(0x5000);
    long high = highest(0x4000);
    assertThat(mapLogicalRangeEx(c, buddy, BOTH, pages(1), 0, low, high, out))
        .isEqualTo(STATUS_INVALID_PARAMETER_MIX);
    lowest(0x1000);
    highest(0x4FFF);
    assertThat(mapLogicalRangeEx(c, buddy, BOTH, pages(4), 0, low, high, out))
        .isEqualTo(STATUS_INVALID_PARAMETER_MIX);
  }

  @Test
  void a_domain_is_not_deleted_while_a_device_or_a_token_uses_it() {
    long domain = domain();
    long device = attached(domain);
    assertThat(deleteDomain(c, domain)).isEqualTo(STATUS_RESOURCE_IN_USE);
    ok(detachDeviceEx(c, device));
    long token = token(domain, A, 1);
    assertThat(deleteDomain(c, domain)).isEqualTo(STATUS_RESOURCE_IN_USE);
    ok(freeReservedLogicalAddressRange(c, token));
    ok(deleteDomain(c, domain));
  }

  @Test
  void a_device_is_attached_once_detached_once_and_deleted_detached() {
    long domain = domain();
    long device = attached(domain);
    assertThat(attachDeviceEx(c, domain, device)).isEqualTo(STATUS_INVALID_PARAMETER);
    assertThat(deleteDevice(c, device)).isEqualTo(STATUS_RESOURCE_IN_USE);
    ok(detachDeviceEx(c, device));
    assertThat(detachDeviceEx(c, device)).isEqualTo(STATUS_INVALID_PARAMETER_1);
    ok(deleteDevice(c, device));
  }

  @Test
  void a_routine_is_registered_for_something_and_only_one() {
    long device = device();
    long routine = kernel.functions().register((x, change, context) -> 0);
    c.store(low, 4, 0);
    assertThat(registerInterfaceStateChangeCallback(c, routine, 0, device, low))
        .isEqualTo(STATUS_INVALID_PARAMETER_4);
    c.store(low, 4, 1);
    ok(registerInterfaceStateChangeCallback(c, routine, 0, device, low));
    assertThat(registerInterfaceStateChangeCallback(c, routine, 0, device, low))
        .isEqualTo(STATUS_UNSUCCESSFUL);
  }

  @Test
  void fault_reporting_of_the_second_version_is_not_implemented_whatever_it_is_given() {
    assertThat(setDeviceFaultReportingEx(c, 0, -1, true, BAD)).isEqualTo(STATUS_NOT_IMPLEMENTED);
  }
}
