package dev.mapwright.windows;

import static dev.mapwright.windows.abi.NtStatus.STATUS_INSUFFICIENT_RESOURCES;
import static dev.mapwright.windows.abi.NtStatus.STATUS_SUCCESS;
import static dev.mapwright.windows.abi.iommu.DmaDomainType.PASS_THROUGH;
import static dev.mapwright.windows.abi.iommu.DmaDomainType.TRANSLATE;
import static dev.mapwright.windows.iommu.DomainCalls.createDomainEx;
import static dev.mapwright.windows.iommu.device.DeviceCalls.attachDeviceEx;
import static dev.mapwright.windows.iommu.device.DeviceCalls.createDevice;
import static dev.mapwright.windows.iommu.device.DeviceCalls.setDeviceFaultReporting;
import static dev.mapwright.windows.iommu.device.PasidCalls.attachPasidDevice;
import static dev.mapwright.windows.iommu.device.PasidCalls.createPasidDevice;
import static dev.mapwright.windows.iommu.device.PasidCalls.deletePasidDevice;
import static dev.mapwright.windows.iommu.device.PasidCalls.detachPasidDevice;
import static dev.mapwright.windows.iommu.device.StateChangeCalls.registerInterfaceStateChangeCallback;
import static dev.mapwright.windows.iommu.device.StateChangeCalls.unregisterInterfaceStateChangeCallback;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.mapIdentityRangeEx;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.mapLogicalRangeEx;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.unmapLogicalRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.freeReservedLogicalAddressRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.reserveLogicalAddressRange;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.check.Invariants;
import dev.mapwright.windows.abi.PoolFlags;
import dev.mapwright.windows.abi.iommu.DeviceCreationConfigurationLayout;
import dev.mapwright.windows.abi.iommu.DeviceCreationConfigurationType;
import dev.mapwright.windows.abi.iommu.DeviceFaultConfigurationLayout;
import dev.mapwright.windows.abi.iommu.InterfaceStateChangeLayout;
import dev.mapwright.windows.abi.iommu.MapPhysicalAddressType;
import dev.mapwright.windows.abi.iommu.PasidConfigurationType;
import dev.mapwright.windows.abi.iommu.ReservedRegionLayout;
import dev.mapwright.windows.adapter.AdapterCalls;
import dev.mapwright.windows.adapter.DmaAdapter;
import dev.mapwright.windows.harness.DmaDevices;
import dev.mapwright.windows.mdl.MdlCalls;
import dev.mapwright.windows.memory.iommu.DeviceTraits;
import dev.mapwright.windows.memory.iommu.IommuBooks;
import dev.mapwright.windows.pool.PoolCalls;
import java.util.Objects;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each acquisition of a call fails once: the call is refused, and has changed nothing. */
class IommuFailureTest extends IommuTest {
  private static final int MOST = 500;

  /** What there is, but for tables with nothing in them, which a domain may keep for later. */
  private String withoutTables() {
    return image().replaceAll("frame \\d+=TABLE[^,}]*(, )?", "").replaceAll("free frames=\\d+", "");
  }

  /** How many acquisitions were refused, one at a time, until the call succeeded all the same. */
  private int sweep(IntSupplier call) {
    for (int nth = 1; nth <= MOST; nth++) {
      String before = withoutTables();
      machine.failures().failNth(nth);
      int status = call.getAsInt();
      machine.failures().off();
      Invariants.verify(machine);
      if (status == STATUS_SUCCESS) {
        return nth - 1;
      }
      assertThat(status).isEqualTo(STATUS_INSUFFICIENT_RESOURCES);
      assertThat(withoutTables()).isEqualTo(before);
    }
    throw new AssertionError("it acquires without end");
  }

  private void acquires(IntSupplier call) {
    assertThat(sweep(call)).isPositive();
  }

  private void acquiresNothing(IntSupplier call) {
    machine.failures().failAll();
    int status = call.getAsInt();
    assertThat(machine.failures().asked()).isZero();
    machine.failures().off();
    ok(status);
  }

  @Test
  void domains_and_devices() {
    long region = memory(ReservedRegionLayout.BYTES);
    c.store(region + ReservedRegionLayout.BASE, 8, 0x20_0000);
    c.store(region + ReservedRegionLayout.NUMBER_OF_PAGES, 8, 2);
    c.store(region + ReservedRegionLayout.SHOULD_MAP, 1, 1);
    long buddy = buddy(40);
    acquires(() -> createDomainEx(c, TRANSLATE, 0, buddy, region, out));
    acquires(() -> createDomainEx(c, PASS_THROUGH, 0, 0, 0, out));
    long domain = domain();
    acquires(() -> createDevice(c, pdo, 0, out));
    long device = result();
    acquires(() -> attachDeviceEx(c, domain, device));
  }

  @Test
  void devices_of_a_pasid() {
    DmaDevices.describe(kernel, pdo, DeviceTraits.of(REQUESTER).withPasids(4));
    long config = memory(DeviceCreationConfigurationLayout.BYTES);
    c.store(
        config + DeviceCreationConfigurationLayout.CONFIG_TYPE,
        4,
        DeviceCreationConfigurationType.PASID);
    c.store(
        config + DeviceCreationConfigurationLayout.PASID_CONFIG_TYPE,
        4,
        PasidConfigurationType.PASID_TAGGED_DMA);
    acquires(() -> createDevice(c, pdo, config, out));
    long device = result();
    acquires(() -> createPasidDevice(c, device, out, low));
    long pasid = result();
    long domain = domain();
    acquires(() -> attachPasidDevice(c, domain, pasid));
    acquiresNothing(() -> detachPasidDevice(c, pasid));
    acquiresNothing(() -> deletePasidDevice(c, pasid));
  }

  @Test
  void who_is_told() {
    attached(domain());
    long device = device();
    long config = memory(DeviceFaultConfigurationLayout.BYTES);
    long routine = kernel.functions().register((worker, context, information) -> 0);
    c.store(config + DeviceFaultConfigurationLayout.FAULT_HANDLER, 8, routine);
    acquires(() -> setDeviceFaultReporting(c, pdo, 0, true, config));
    acquiresNothing(() -> setDeviceFaultReporting(c, pdo, 0, false, 0));
    c.store(low, 4, InterfaceStateChangeLayout.AVAILABLE_DOMAIN_TYPES_FIELD);
    acquires(() -> registerInterfaceStateChangeCallback(c, routine, 0, device, low));
    acquiresNothing(() -> unregisterInterfaceStateChangeCallback(c, routine, device));
  }

  private @Nullable DmaAdapter adapter;

  private int get(long device) {
    adapter = AdapterCalls.ioGetDmaAdapter(c, device, 3);
    return adapter == null ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
  }

  @Test
  void adapters_and_their_buffers() {
    long other = DmaDevices.plug(kernel, DeviceTraits.of(0x60));
    acquires(() -> get(other));
    long there = Objects.requireNonNull(adapter).getDmaDomain(c);
    acquires(() -> get(pdo));
    DmaAdapter got = Objects.requireNonNull(adapter);
    long va = PoolCalls.exAllocatePool2(c, PoolFlags.POOL_FLAG_NON_PAGED, 40 * PAGE, TAG);
    long mdl = MdlCalls.ioAllocateMdl(c, va, (int) (40 * PAGE), false, false, 0);
    MdlCalls.mmBuildMdlForNonPagedPool(c, mdl);
    acquires(() -> got.createCommonBufferFromMdl(c, mdl, 0, 0, out));
    long logical = result();
    acquiresNothing(() -> {
      got.freeCommonBuffer(c, (int) (40 * PAGE), logical, va, true);
      return STATUS_SUCCESS;
    });
    acquiresNothing(() -> got.joinDmaDomain(c, there));
    acquiresNothing(() -> got.leaveDmaDomain(c));
    acquiresNothing(() -> {
      got.putDmaAdapter(c);
      return STATUS_SUCCESS;
    });
    assertThat(IommuBooks.violations(kernel.iommu())).isEmpty();
  }

  @Test
  void what_is_mapped_free_form() {
    long domain = domain();
    long many = pages(600);
    long chosen = at(0x7FFF_F000L);
    acquires(() -> mapLogicalRangeEx(c, domain, BOTH, many, chosen, 0, 0, out));
    acquiresNothing(() -> unmapLogicalRange(c, domain, 0x7FFF_F000L, 600));
    long buddy = buddyDomain(40);
    acquires(() -> mapLogicalRangeEx(c, buddy, BOTH, many, 0, 0, 0, out));
    long there = result();
    acquiresNothing(() -> unmapLogicalRange(c, buddy, there, 600));
    long identity = physical(MapPhysicalAddressType.CONTIGUOUS_RANGE, 0x20_0000, 3 * PAGE);
    acquires(() -> mapIdentityRangeEx(c, domain, BOTH, identity));
  }

  @Test
  void what_is_reserved() {
    long domain = domain();
    long chosen = at(0x7FFF_F000L);
    acquires(() -> reserveLogicalAddressRange(c, domain, 600 * PAGE, chosen, 0, 0, out));
    long token = result();
    acquiresNothing(() -> freeReservedLogicalAddressRange(c, token));
    long buddy = buddyDomain(40);
    acquires(() -> reserveLogicalAddressRange(c, buddy, 600 * PAGE, 0, 0, 0, out));
  }
}
