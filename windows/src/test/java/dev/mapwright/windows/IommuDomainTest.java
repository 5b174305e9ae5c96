package dev.mapwright.windows;

import static dev.mapwright.windows.abi.NtStatus.STATUS_INSUFFICIENT_RESOURCES;
import static dev.mapwright.windows.abi.NtStatus.STATUS_INVALID_PARAMETER;
import static dev.mapwright.windows.abi.NtStatus.STATUS_INVALID_PARAMETER_MIX;
import static dev.mapwright.windows.abi.NtStatus.STATUS_RESOURCE_IN_USE;
import static dev.mapwright.windows.abi.iommu.DmaDomainType.TRANSLATE;
import static dev.mapwright.windows.abi.iommu.DmaDomainType.UNMANAGED;
import static dev.mapwright.windows.abi.iommu.MapPhysicalAddressType.CONTIGUOUS_RANGE;
import static dev.mapwright.windows.abi.iommu.MapPhysicalAddressType.PFN_ARRAY;
import static dev.mapwright.windows.iommu.DomainCalls.createDomainEx;
import static dev.mapwright.windows.iommu.DomainCalls.deleteDomain;
import static dev.mapwright.windows.iommu.DomainCalls.flushDomain;
import static dev.mapwright.windows.iommu.device.DeviceCalls.attachDevice;
import static dev.mapwright.windows.iommu.device.DeviceCalls.attachDeviceEx;
import static dev.mapwright.windows.iommu.device.DeviceCalls.createDevice;
import static dev.mapwright.windows.iommu.device.DeviceCalls.detachDevice;
import static dev.mapwright.windows.iommu.device.DeviceCalls.detachDeviceEx;
import static dev.mapwright.windows.iommu.device.PasidCalls.createPasidDevice;
import static dev.mapwright.windows.iommu.device.PasidCalls.deletePasidDevice;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.mapIdentityRangeEx;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.mapLogicalRangeEx;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.unmapIdentityRangeEx;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.freeReservedLogicalAddressRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.reserveLogicalAddressRange;
import static dev.mapwright.windows.iospace.IoSpaceCalls.mmMapIoSpace;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.Pages;
import dev.mapwright.core.dma.DomainFault;
import dev.mapwright.core.machine.DeviceHandler;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.windows.abi.MdlLayout;
import dev.mapwright.windows.abi.MemoryCachingType;
import dev.mapwright.windows.abi.iommu.DeviceCreationConfigurationLayout;
import dev.mapwright.windows.abi.iommu.DeviceCreationConfigurationType;
import dev.mapwright.windows.abi.iommu.PasidConfigurationType;
import dev.mapwright.windows.abi.iommu.ReservedRegionLayout;
import dev.mapwright.windows.harness.DmaDevices;
import dev.mapwright.windows.harness.Drivers;
import dev.mapwright.windows.memory.iommu.DeviceTraits;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What devices see of domains, and whose word counts about what is mapped there. */
class IommuDomainTest extends IommuTest {
  private static final long A = 0x7000_0000L;
  private static final long FICKLE_PFN = 0x18_0000;

  /** Each load of a word tells another frame number. */
  private static final class Fickle implements DeviceHandler {
    private int reads;

    @Override
    public long read(long offsetBytes, int bytes) {
      reads++;
      return 0x300L + reads;
    }

    @Override
    public void write(long offsetBytes, int bytes, long value) {}
  }

  private long region(long base, long pages, int map) {
    long region = memory(ReservedRegionLayout.BYTES);
    c.store(region + ReservedRegionLayout.BASE, 8, base);
    c.store(region + ReservedRegionLayout.NUMBER_OF_PAGES, 8, pages);
    c.store(region + ReservedRegionLayout.SHOULD_MAP, 1, map);
    return region;
  }

  @Test
  void a_reserved_region_is_there_from_the_beginning_and_nobody_else_maps_in_it() {
    long pfn = lockedFrame();
    ok(createDomainEx(c, TRANSLATE, 0, 0, region(pfn * PAGE, 1, 1), out));
    long domain = result();
    attached(domain);
    assertThat(deviceWrites(pfn * PAGE, 4)).isNull();
    assertThat(ram(pfn)).isEqualTo(4);
    assertThat(map(domain, BOTH, pages(1), pfn * PAGE)).isEqualTo(STATUS_RESOURCE_IN_USE);
    assertThat(reserveLogicalAddressRange(c, domain, PAGE, at(pfn * PAGE), 0, 0, out))
        .isEqualTo(STATUS_RESOURCE_IN_USE);
  }

  @Test
  void a_reserved_region_may_be_a_hole_and_an_allocator_goes_around_it() {
    ok(createDomainEx(c, TRANSLATE, 0, buddy(32), region(0, 3, 0), out));
    long domain = result();
    attached(domain);
    assertThat(deviceReads(0)).isNotNull();
    assertThat(mapAnywhere(domain, pages(1))).isEqualTo(0x3000);
    assertThat(mapAnywhere(domain, pages(1))).isEqualTo(0x4000);
  }

  @Test
  void addresses_of_interrupts_are_given_to_nobody() {
    long domain = buddyDomain(32);
    long lowest = lowest(0xFEE0_0000L);
    assertThat(mapLogicalRangeEx(c, domain, BOTH, pages(1), 0, lowest, highest(0xFEEF_FFFFL), out))
        .isEqualTo(STATUS_INVALID_PARAMETER_MIX);
    ok(mapLogicalRangeEx(c, domain, BOTH, pages(1), 0, lowest, 0, out));
    assertThat(result()).isEqualTo(0xFEF0_0000L);
  }

  @Test
  void a_domain_has_no_more_addresses_than_the_iommu() {
    onMachine(builder().iommu(IommuMode.LEGACY, 39).build());
    long block = memory(64);
    long config = buddy(63);
    ok(createDomainEx(c, TRANSLATE, 0, config, 0, block));
    long domain = c.load(block, 8);
    c.store(block, 8, 1L << 39);
    assertThat(mapLogicalRangeEx(c, domain, BOTH, pages(1), 0, block, 0, block + 8))
        .isEqualTo(STATUS_INVALID_PARAMETER_MIX);
    long half = reserve(domain, 1L << 38, block);
    assertThat(half).isEqualTo(STATUS_INSUFFICIENT_RESOURCES);
    c.store(block, 8, (1L << 39) - PAGE);
    ok(mapLogicalRangeEx(c, domain, BOTH, pages(1), 0, block, 0, block + 8));
  }

  private long reserve(long domain, long bytes, long block) {
    return reserveLogicalAddressRange(c, domain, bytes, 0, 0, 0, block + 8);
  }

  @Test
  void an_unmanaged_domain_lets_nothing_through_and_is_flushed_all_the_same() {
    long domain = domain(UNMANAGED);
    long device = device();
    ok(attachDeviceEx(c, domain, device));
    assertThat(deviceReads(0x10_0000)).isNotNull();
    ok(flushDomain(c, domain));
    assertThat(deleteDomain(c, domain)).isEqualTo(STATUS_RESOURCE_IN_USE);
    ok(detachDeviceEx(c, device));
    ok(deleteDomain(c, domain));
  }

  @Test
  void both_versions_attach_the_same_device() {
    long domain = domain();
    long device = device();
    ok(attachDevice(c, domain, pdo, 0, 1));
    assertThat(attachDeviceEx(c, domain, device)).isEqualTo(STATUS_INVALID_PARAMETER);
    ok(detachDeviceEx(c, device));
    ok(attachDeviceEx(c, domain, device));
    ok(detachDevice(c, domain, pdo, 0));
  }

  @Test
  void between_two_domains_a_device_reaches_nothing() {
    long first = domain();
    long second = domain();
    ok(map(first, BOTH, pages(1), A));
    ok(map(second, BOTH, pages(1), A));
    long device = attached(first);
    assertThat(deviceReads(A)).isNull();
    ok(detachDeviceEx(c, device));
    assertThat(deviceReads(A)).isNotNull();
    ok(attachDeviceEx(c, second, device));
    assertThat(deviceReads(A)).isNull();
  }

  @Test
  void a_device_that_is_taken_out_reaches_nothing_and_is_not_attached_again() {
    long domain = domain();
    ok(map(domain, BOTH, pages(1), A));
    long device = attached(domain);
    DmaDevices.unplug(kernel, pdo);
    assertThat(deviceReads(A)).isNotNull();
    assertThat(attachDeviceEx(c, domain, device)).isNotZero();
    ok(deleteDomain(c, domain));
    long again = DmaDevices.plug(kernel, DeviceTraits.of(REQUESTER));
    assertThat(attachDevice(c, domain(), again, 0, 1)).isZero();
  }

  @Test
  void what_a_driver_has_left_in_its_domains_is_told_when_it_is_unloaded() {
    long domain = domain();
    ok(map(domain, BOTH, pages(1), A));
    token(domain, 0x5000, 2);
    device();
    assertThat(Drivers.unload(c))
        .extracting(leak -> leak.kind() + " " + leak.amount())
        .containsOnlyOnce("DMA_DOMAIN 1", "DMA_DEVICE 1", "DMA_TOKEN 8192");
  }

  private DomainFault caused(long domain, @Nullable DmaFault fault) {
    return requireNonNull(kernel.iommu().translated(domain)).explain(requireNonNull(fault));
  }

  @Test
  void whoever_maps_pages_at_their_own_addresses_or_frees_a_range_is_named_by_faults() {
    long domain = domain();
    attached(domain);
    long pages = physical(CONTIGUOUS_RANGE, 0x20_0000, 2 * PAGE);
    ok(mapIdentityRangeEx(c, domain, BOTH, pages));
    ok(unmapIdentityRangeEx(c, domain, pages));
    DomainFault fault = caused(domain, deviceReads(0x20_1000));
    assertThat(requireNonNull(fault.mapped()).by()).isEqualTo("test driver");
    assertThat(requireNonNull(fault.removed()).by()).isEqualTo("test driver");
    ok(freeReservedLogicalAddressRange(c, token(domain, A, 2)));
    fault = caused(domain, deviceReads(A));
    assertThat(fault.report())
        .contains("reservation released: 0x70000000 to 0x70001FFF, at step 0 by test driver");
    ok(map(domain, 0, pages(1), A));
    assertThat(caused(domain, deviceReads(A)).released()).isNull();
  }

  @Test
  void a_device_of_a_pasid_that_a_driver_has_left_is_told_when_it_is_unloaded() {
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
    ok(createDevice(c, pdo, config, out));
    long device = result();
    ok(createPasidDevice(c, device, out, low));
    ok(createPasidDevice(c, device, out, low));
    ok(deletePasidDevice(c, result()));
    assertThat(Drivers.unload(c))
        .extracting(leak -> leak.kind() + " " + leak.amount())
        .containsOnlyOnce("DMA_PASID 1")
        .doesNotContain("DMA_PASID 2");
  }

  @Test
  void the_device_of_a_driver_is_attached_once_it_is_described() {
    long own = driver.physicalDeviceObject();
    DmaDevices.describe(kernel, own, DeviceTraits.of(0x99));
    ok(attachDevice(c, domain(), own, 0, 1));
    assertThat(machine.newDmaPort(0x99, DmaFault.NO_PASID).requester()).isEqualTo(0x99);
  }

  @Test
  void what_is_written_into_a_description_later_moves_nothing() {
    long domain = domain();
    attached(domain);
    long mdl = lockedMdl(PAGE, 0);
    long first = pfn(mdl, 0);
    ok(map(domain, BOTH, ofMdl(mdl), A));
    c.store(mdl + MdlLayout.PFNS, 8, lockedFrame());
    assertThat(deviceWrites(A, 8)).isNull();
    assertThat(ram(first)).isEqualTo(8);
  }

  @Test
  void only_the_first_mdl_of_a_chain_is_mapped() {
    long domain = domain();
    attached(domain);
    long mdl = lockedMdl(PAGE, 0);
    c.store(mdl + MdlLayout.NEXT, 8, lockedMdl(PAGE, 0));
    ok(map(domain, BOTH, ofMdl(mdl), A));
    assertThat(deviceReads(A)).isNull();
    assertThat(deviceReads(A + PAGE)).isNotNull();
    c.store(mdl + MdlLayout.NEXT, 8, BAD);
    ok(map(domain, BOTH, ofMdl(mdl), A + PAGE));
  }

  @Test
  void each_page_number_is_read_once_whatever_it_is_at_the_next_moment() {
    Fickle fickle = new Fickle();
    onMachine(
        SimulatedMachine.builder()
            .ram(0x100, 16_384)
            .device("fickle", FICKLE_PFN, 1, fickle)
            .seed(1)
            .iommu(IommuMode.SCALABLE, 48)
            .build());
    long block = memory(64);
    ok(createDomainEx(c, TRANSLATE, 0, 0, 0, block));
    long domain = c.load(block, 8);
    long array = mmMapIoSpace(c, FICKLE_PFN * PAGE, PAGE, MemoryCachingType.MM_NON_CACHED);
    long description = physical(PFN_ARRAY, array, 3);
    c.store(block, 8, A);
    ok(mapLogicalRangeEx(c, domain, BOTH, description, block, 0, 0, block + 8));
    assertThat(fickle.reads).isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      long entry = requireNonNull(kernel.iommu().translated(domain)).entry(Pages.of(A) + i);
      assertThat(TranslationEntry.pfn(entry)).isEqualTo(0x301 + i);
    }
  }
}
