package dev.mapwright.windows;

import static dev.mapwright.windows.abi.iommu.DmaDomainType.TRANSLATE;
import static dev.mapwright.windows.abi.iommu.MapPhysicalAddressType.CONTIGUOUS_RANGE;
import static dev.mapwright.windows.abi.iommu.MapPhysicalAddressType.MDL;
import static dev.mapwright.windows.abi.iommu.MapPhysicalAddressType.PFN_ARRAY;
import static dev.mapwright.windows.iommu.DomainCalls.createDomainEx;
import static dev.mapwright.windows.iommu.InterfaceCalls.ioGetIommuInterfaceEx;
import static dev.mapwright.windows.iommu.device.DeviceCalls.createDevice;
import static dev.mapwright.windows.iommu.device.DeviceCalls.deleteDevice;
import static dev.mapwright.windows.iommu.device.DeviceCalls.queryAvailableDomainTypes;
import static dev.mapwright.windows.iommu.device.DeviceCalls.queryDeviceInfo;
import static dev.mapwright.windows.iommu.device.StateChangeCalls.registerInterfaceStateChangeCallback;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.mapLogicalRange;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.mapLogicalRangeEx;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.unmapIdentityRangeEx;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.mapReservedLogicalRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.reserveLogicalAddressRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.unmapReservedLogicalRange;
import static dev.mapwright.windows.pool.PoolCalls.exFreePool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.answer.MemoryAccess;
import org.junit.jupiter.api.Test;

/** Pointers that lead nowhere are the bug check that they are, and nothing has changed. */
class IommuPointerTest extends IommuTest {
  private static final long A = 0x7000_0000L;

  private void faults(Runnable call) {
    refused(MemoryAccess.INVALID_ADDRESS, call);
  }

  @Test
  void results_that_can_not_be_written_are_taken_back() {
    long domain = domain();
    long buddy = buddyDomain(32);
    long device = device();
    long one = pages(1);
    long chosen = at(A);
    faults(() -> createDomainEx(c, TRANSLATE, 0, 0, 0, BAD));
    faults(() -> createDevice(c, pdo, 0, BAD));
    faults(() -> mapLogicalRangeEx(c, domain, BOTH, one, chosen, 0, 0, BAD));
    ok(mapLogicalRangeEx(c, domain, BOTH, one, chosen, 0, 0, out));
    faults(() -> mapLogicalRangeEx(c, buddy, BOTH, one, 0, 0, 0, BAD));
    at(A + PAGE);
    faults(() -> reserveLogicalAddressRange(c, domain, PAGE, chosen, 0, 0, BAD));
    long token = token(domain, A + PAGE, 1);
    faults(() -> mapReservedLogicalRange(c, token, 0, BOTH, one, BAD));
    mapped(token, 0, one);
    faults(() -> queryAvailableDomainTypes(c, device, BAD));
    faults(() -> queryDeviceInfo(c, device, 3, BAD, BAD));
    faults(() -> ioGetIommuInterfaceEx(c, 3, 0, BAD));
  }

  @Test
  void arguments_that_can_not_be_read_are_no_arguments() {
    long domain = domain();
    long device = device();
    long one = pages(1);
    faults(() -> createDomainEx(c, TRANSLATE, 0, BAD, 0, out));
    faults(() -> createDomainEx(c, TRANSLATE, 0, 0, BAD, out));
    faults(() -> createDevice(c, pdo, BAD, out));
    faults(() -> mapLogicalRange(c, domain, BOTH, BAD, A));
    faults(() -> mapLogicalRangeEx(c, domain, BOTH, BAD, 0, 0, 0, out));
    faults(() -> mapLogicalRangeEx(c, domain, BOTH, one, BAD, 0, 0, out));
    long buddy = buddyDomain(32);
    faults(() -> mapLogicalRangeEx(c, buddy, BOTH, one, 0, BAD, 0, out));
    faults(() -> mapLogicalRangeEx(c, buddy, BOTH, one, 0, 0, BAD, out));
    faults(() -> unmapIdentityRangeEx(c, domain, BAD));
    faults(() -> unmapReservedLogicalRange(c, BAD));
    long routine = kernel.functions().register((x, change, context) -> 0);
    faults(() -> registerInterfaceStateChangeCallback(c, routine, 0, device, BAD));
  }

  @Test
  void bounds_are_not_read_where_nobody_asks_for_them() {
    long domain = domain();
    ok(mapLogicalRangeEx(c, domain, BOTH, pages(1), at(A), BAD, BAD, out));
  }

  @Test
  void lists_that_are_longer_than_memory_are_read_until_they_end() {
    long domain = domain();
    long chosen = at(A);
    long block = memory(PAGE);
    for (long pages : new long[] {1 << 20, (1 << 20) + 1, 1L << 30, 1L << 50}) {
      long array = physical(PFN_ARRAY, block, pages);
      faults(() -> mapLogicalRangeEx(c, domain, BOTH, array, chosen, 0, 0, out));
    }
    long nowhere = physical(PFN_ARRAY, BAD, 1);
    faults(() -> mapLogicalRangeEx(c, domain, BOTH, nowhere, chosen, 0, 0, out));
    long noMdl = physical(MDL, BAD, 0);
    faults(() -> mapLogicalRangeEx(c, domain, BOTH, noMdl, chosen, 0, 0, out));
  }

  @Test
  void a_segment_that_can_not_be_invalidated_stays_mapped() {
    long domain = domain();
    attached(domain);
    long token = token(domain, A, 1);
    long segment = mapped(token, 0, pages(1));
    long readOnly = kernel.pools().paged().allocate(PAGE, TAG, 0, true);
    for (int i = 0; i < 3; i++) {
      c.store(readOnly + 8L * i, 8, c.load(segment + 8L * i, 8));
    }
    // Paged memory that is out, at an IRQL at which it can't be brought in.
    kernel.paging().putOut(kernel.systemSpace().space(), readOnly, PAGE);
    c.processor().setIrql(Irql.DISPATCH_LEVEL);
    refused(MemoryAccess.OUT_AT_HIGH_IRQL, () -> unmapReservedLogicalRange(c, readOnly));
    assertThat(deviceReads(A)).isNull();
  }

  @Test
  void a_vast_range_of_physical_addresses_is_refused_in_little_time() {
    long domain = domain();
    long vast = physical(CONTIGUOUS_RANGE, 0, 1L << 47);
    assertThat(mapLogicalRangeEx(c, domain, BOTH, vast, at(0), 0, 0, out)).isNotZero();
  }

  @Test
  void a_driver_that_frees_a_handle_confuses_nobody_but_itself() {
    long domain = domain();
    ok(map(domain, BOTH, pages(1), A));
    exFreePool(c, domain);
    long device = device();
    exFreePool(c, device);
    for (int i = 0; i < 300; i++) {
      assertThat(domain()).isNotEqualTo(domain);
    }
    ok(map(domain, BOTH, pages(1), A + PAGE));
    ok(deleteDevice(c, device));
  }
}
