package dev.mapwright.windows;

import static dev.mapwright.windows.iommu.device.DeviceCalls.setDeviceFaultReporting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.windows.abi.PoolFlags;
import dev.mapwright.windows.abi.iommu.DeviceFaultConfigurationLayout;
import dev.mapwright.windows.adapter.AdapterCalls;
import dev.mapwright.windows.adapter.DmaAdapter;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.harness.DmaDevices;
import dev.mapwright.windows.harness.Drivers;
import dev.mapwright.windows.harness.Leak;
import dev.mapwright.windows.mdl.MdlCalls;
import dev.mapwright.windows.memory.iommu.DeviceTraits;
import dev.mapwright.windows.memory.iommu.IommuBooks;
import dev.mapwright.windows.pool.PoolCalls;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is left of adapters, common buffers and fault handlers when their driver goes. */
class AdapterEndTest extends IommuTest {
  private long va;

  private DmaAdapter adapter(long device) {
    return Objects.requireNonNull(AdapterCalls.ioGetDmaAdapter(c, device, 3));
  }

  private long commonBuffer(DmaAdapter adapter) {
    va = PoolCalls.exAllocatePool2(c, PoolFlags.POOL_FLAG_NON_PAGED, 2 * PAGE, TAG);
    long mdl = MdlCalls.ioAllocateMdl(c, va, (int) (2 * PAGE), false, false, 0);
    MdlCalls.mmBuildMdlForNonPagedPool(c, mdl);
    ok(adapter.createCommonBufferFromMdl(c, mdl, 0, 0, out));
    return result();
  }

  private long handlerOf(long device) {
    long routine = kernel.functions().register((worker, context, information) -> 0);
    long config = memory(DeviceFaultConfigurationLayout.BYTES);
    c.store(config + DeviceFaultConfigurationLayout.FAULT_HANDLER, 8, routine);
    ok(setDeviceFaultReporting(c, device, 0, true, config));
    return routine;
  }

  private static List<String> dma(List<Leak> leaks) {
    return leaks.stream()
        .filter(leak -> leak.kind() != Leak.Kind.POOL)
        .map(leak -> leak.kind() + " " + leak.amount())
        .toList();
  }

  @Test
  void adapters_with_their_buffers_and_handlers_are_told_and_not_the_domains_of_adapters() {
    DmaAdapter adapter = adapter(pdo);
    commonBuffer(adapter);
    long routine = handlerOf(pdo);
    adapter(DmaDevices.plug(kernel, DeviceTraits.of(0x50).notRemapped()));
    List<Leak> leaks = Drivers.unload(c);
    assertThat(dma(leaks))
        .containsExactlyInAnyOrder(
            "DMA_ADAPTER 1", "DMA_ADAPTER 0", "COMMON_BUFFER 2", "FAULT_HANDLER 1");
    assertThat(leaks)
        .extracting(Leak::toString)
        .contains(
            "1 common buffers of the adapter at 0x"
                + Long.toHexString(adapter.address())
                + ", by test driver",
            "2 pages of a common buffer at 0x" + Long.toHexString(va) + ", by test driver",
            "1 handler of a device's faults at 0x"
                + Long.toHexString(routine)
                + ", by test driver");
  }

  @Test
  void what_was_given_back_is_not_told() {
    DmaAdapter adapter = adapter(pdo);
    long logical = commonBuffer(adapter);
    handlerOf(pdo);
    ok(setDeviceFaultReporting(c, pdo, 0, false, 0));
    adapter.freeCommonBuffer(c, (int) (2 * PAGE), logical, va, true);
    adapter.putDmaAdapter(c);
    assertThat(dma(Drivers.unload(c))).isEmpty();
  }

  @Test
  void what_another_driver_has_left_is_not_told() {
    NtContext other = kernel.newContext(kernel.loadDriver("other"));
    adapter(pdo);
    handlerOf(pdo);
    assertThat(Drivers.unload(other)).isEmpty();
    assertThat(IommuBooks.violations(kernel.iommu())).isEmpty();
  }

  @Test
  void an_adapter_that_is_put_back_while_its_device_was_attached_elsewhere_leaves_it_there() {
    DmaAdapter adapter = adapter(pdo);
    DmaAdapter joined = adapter(DmaDevices.plug(kernel, DeviceTraits.of(0x60)));
    long own = adapter.getDmaDomain(c);
    ok(joined.joinDmaDomain(c, own));
    adapter.putDmaAdapter(c); // the other device is there
    assertThat(Objects.requireNonNull(c.lastRefusal()).condition().name())
        .isEqualTo("DOMAIN_IN_USE");
    assertThat(adapter.getDmaDomain(c)).isEqualTo(own);
    ok(joined.leaveDmaDomain(c));
    ok(joined.joinDmaDomain(c, own));
    ok(joined.leaveDmaDomain(c));
    adapter.putDmaAdapter(c);
    assertThat(kernel.iommu().domain(own)).isNull();
    assertThat(IommuBooks.violations(kernel.iommu())).isEmpty();
  }
}
