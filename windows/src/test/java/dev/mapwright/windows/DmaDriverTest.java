package dev.mapwright.windows;

import static dev.mapwright.windows.iommu.device.DeviceCalls.setDeviceFaultReporting;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.unmapLogicalRange;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.machine.TranslationEntry;
import dev.mapwright.sim.device.DmaPolicy;
import dev.mapwright.sim.device.RingDevice;
import dev.mapwright.windows.abi.Irql;
import dev.mapwright.windows.abi.PoolFlags;
import dev.mapwright.windows.abi.iommu.DeviceFaultConfigurationLayout;
import dev.mapwright.windows.abi.iommu.FaultInformationLayout;
import dev.mapwright.windows.bugcheck.BugCheck;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.harness.DmaDevices;
import dev.mapwright.windows.harness.Interrupt;
import dev.mapwright.windows.iospace.IoSpaceCalls;
import dev.mapwright.windows.iospace.RegisterCalls;
import dev.mapwright.windows.mdl.MdlCalls;
import dev.mapwright.windows.memory.iommu.DeviceTraits;
import dev.mapwright.windows.pool.PoolCalls;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A driver of the ring device, from its registers to its faults: rings and buffer are pool that is
 * mapped for the device, requests go through the doorbell, completions come by the interrupt.
 */
class DmaDriverTest extends IommuTest {
  private static final int DISK = 0x100;
  private static final long BAR_PFN = FIRST_DEVICE_PFN + 0x100;
  private static final long RINGS = 0x5000_0000L;
  private static final long BUFFER = 0x6000_0000L;

  private final RingDevice disk = new RingDevice("disk", 64, DISK, new DmaPolicy(1, 4, 0, 1));

  private long domain;
  private long registers;

  /** A page with the ring of entries, one with completions, one with descriptors. */
  private long rings;

  private long buffer;
  private int interrupts;

  private void start(KernelOptions options) {
    boot(options);
    pdo = DmaDevices.plug(kernel, DeviceTraits.of(DISK));
    assertThat(memory(64)).isEqualTo(out);
    machine.plug(disk, BAR_PFN);
    Interrupt.connect(c, disk.line(), Irql.LOWEST_DEVICE_LEVEL, this::interrupted);
    domain = domain();
    attached(domain);
    rings = mappedPool(RINGS, 3);
    buffer = mappedPool(BUFFER, 1);
    registers = IoSpaceCalls.mmMapIoSpace(c, BAR_PFN * PAGE, PAGE, 0);
    write8(0x10, RINGS);
    write8(0x18, RINGS + PAGE);
    write4(0x28, 16);
    write4(0x48, 3);
    write4(0x2C, 1);
  }

  private long mappedPool(long address, int pages) {
    long block = PoolCalls.exAllocatePool2(c, PoolFlags.POOL_FLAG_NON_PAGED, pages * PAGE, TAG);
    long mdl = MdlCalls.ioAllocateMdl(c, block, (int) (pages * PAGE), false, false, 0);
    MdlCalls.mmBuildMdlForNonPagedPool(c, mdl);
    ok(map(domain, BOTH, ofMdl(mdl), address));
    return block;
  }

  private void interrupted(NtContext context) {
    interrupts++;
    write4(0x44, 3);
  }

  private void write4(int register, int value) {
    RegisterCalls.writeRegisterUlong(c, registers + register, value);
  }

  private void write8(int register, long value) {
    RegisterCalls.writeRegisterUlong64(c, registers + register, value);
  }

  /** Asks for a sector to be read from the disk into memory, as the n-th request. */
  private void readSector(int number, int sector, long address) {
    long entry = rings + (number - 1) * 32L;
    c.store(entry, 4, 1);
    c.store(entry + 4, 4, 0x70 + number);
    c.store(entry + 8, 8, sector);
    c.store(entry + 16, 8, RINGS + 2 * PAGE);
    c.store(entry + 24, 8, 0);
    long descriptor = rings + 2 * PAGE;
    c.store(descriptor, 8, address);
    c.store(descriptor + 8, 4, RingDevice.SECTOR_BYTES);
    c.store(descriptor + 12, 4, 0);
    c.store(descriptor + 24, 8, 0);
    write4(0x30, number);
  }

  private int completionStatus(int number) {
    return (int) c.load(rings + PAGE + (number - 1) * 16L + 4, 4);
  }

  @Test
  void a_request_through_mapped_rings_fills_the_buffer_and_completes_by_interrupt() {
    start(KernelOptions.DEFAULT.with(LAYOUT));
    c.store(buffer, 8, -1);
    readSector(1, 3, BUFFER);
    machine.clock().advance(100);
    assertThat(interrupts).isPositive();
    assertThat(completionStatus(1)).isZero();
    assertThat(c.load(buffer, 8)).isZero();
    assertThat(kernel.dmaFaults().recent()).isEmpty();
  }

  @Test
  void a_buffer_that_is_unmapped_too_early_is_told_to_the_handler_and_fails_that_request_only() {
    start(KernelOptions.DEFAULT.with(LAYOUT));
    List<Long> told = new ArrayList<>();
    long routine =
        kernel
            .functions()
            .register((worker, context, information) -> {
              told.add(worker.load(information + FaultInformationLayout.X64_FAULT_ADDRESS, 8));
              return 0;
            });
    long config = memory(DeviceFaultConfigurationLayout.BYTES);
    c.store(config + DeviceFaultConfigurationLayout.FAULT_HANDLER, 8, routine);
    ok(setDeviceFaultReporting(c, pdo, 0, true, config));
    readSector(1, 3, BUFFER);
    ok(unmapLogicalRange(c, domain, BUFFER, 1));
    machine.clock().advance(100);
    assertThat(told).containsExactly(BUFFER);
    assertThat(completionStatus(1)).isEqualTo(1);
    assertThat(kernel.stopped()).isNull();
  }

  @Test
  void without_a_handler_the_wait_for_the_completion_ends_in_the_bug_check_that_says_why() {
    start(KernelOptions.DEFAULT.with(LAYOUT).withCallSites());
    readSector(1, 3, BUFFER);
    ok(unmapLogicalRange(c, domain, BUFFER, 1));
    BugCheck stop = stops(() -> machine.clock().advance(100));
    assertThat(stop.report().parameters()).startsWith(0x26L, pdo, BUFFER);
    assertThat(stop.report().text())
        .contains(
            "use after unmap", "unmapped: 0x60000000 to", "by test driver at", "nearest below");
  }

  @Test
  void a_physical_address_in_a_descriptor_is_named_as_what_it_is() {
    start(KernelOptions.DEFAULT.with(LAYOUT));
    long entry = kernel.systemSpace().space().translation().entry(buffer >>> 12);
    long physical = TranslationEntry.pfn(entry) * PAGE;
    readSector(1, 3, physical);
    BugCheck stop = stops(() -> machine.clock().advance(100));
    assertThat(stop.report().parameters().get(2)).isEqualTo(physical);
    assertThat(stop.report().advice()).contains("MmGetPhysicalAddress");
    assertThat(stop.report().facts().getFirst()).contains("a physical address where a logical one");
  }
}
