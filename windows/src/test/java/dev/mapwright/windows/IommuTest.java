package dev.mapwright.windows;

import static dev.mapwright.windows.abi.NtStatus.STATUS_SUCCESS;
import static dev.mapwright.windows.iommu.DomainCalls.createDomainEx;
import static dev.mapwright.windows.iommu.device.DeviceCalls.attachDeviceEx;
import static dev.mapwright.windows.iommu.device.DeviceCalls.createDevice;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.mapLogicalRangeEx;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.mapReservedLogicalRange;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.reserveLogicalAddressRange;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.core.machine.DmaPort;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.MachineBuilder;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.iommu.DmaDomainType;
import dev.mapwright.windows.abi.iommu.DmaPermissions;
import dev.mapwright.windows.abi.iommu.LogicalAllocatorConfigLayout;
import dev.mapwright.windows.abi.iommu.LogicalAllocatorType;
import dev.mapwright.windows.abi.iommu.MapPhysicalAddressLayout;
import dev.mapwright.windows.abi.iommu.MapPhysicalAddressType;
import dev.mapwright.windows.abi.iommu.MappedSegmentLayout;
import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.Effect;
import dev.mapwright.windows.harness.DmaDevices;
import dev.mapwright.windows.memory.iommu.DeviceTraits;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** A driver on a machine with an IOMMU, and a device of it whose accesses a test makes itself. */
abstract class IommuTest extends WindowsTest {
  static final int REQUESTER = 0x18;
  static final int READ = DmaPermissions.READ;
  static final int BOTH = DmaPermissions.KNOWN;

  /** The device's PDO. */
  long pdo;

  DmaPort port;

  /** Nonpaged memory for results and arguments. */
  final long out;

  final long explicit;
  final long low;
  final long high;

  IommuTest() {
    onMachine(builder().iommu(IommuMode.SCALABLE, 48).build());
    pdo = DmaDevices.plug(kernel, DeviceTraits.of(REQUESTER));
    port = machine.newDmaPort(REQUESTER, DmaFault.NO_PASID);
    long block = memory(64);
    c.store(block, 8, 0); // that the page was written once is no news later
    out = block;
    explicit = block + 8;
    low = block + 16;
    high = block + 24;
  }

  static MachineBuilder builder() {
    return SimulatedMachine.builder()
        .ram(0x100, 16_384)
        .device("device", FIRST_DEVICE_PFN, 16, new Registers())
        .seed(1);
  }

  // ---- what there is

  void ok(int status) {
    assertThat(status).as("%s", c.lastRefusal()).isEqualTo(STATUS_SUCCESS);
  }

  long result() {
    return c.load(out, 8);
  }

  /** A domain in which drivers choose addresses. */
  long domain() {
    return domain(DmaDomainType.TRANSLATE);
  }

  long domain(int type) {
    ok(createDomainEx(c, type, 0, 0, 0, out));
    return result();
  }

  /** A domain with a buddy allocator. */
  long buddyDomain(int width) {
    ok(createDomainEx(c, DmaDomainType.TRANSLATE, 0, buddy(width), 0, out));
    return result();
  }

  long buddy(int width) {
    return allocator(LogicalAllocatorType.BUDDY, width);
  }

  long allocator(int type, int width) {
    long config = memory(LogicalAllocatorConfigLayout.BYTES);
    c.store(config + LogicalAllocatorConfigLayout.LOGICAL_ALLOCATOR_TYPE, 4, type);
    c.store(config + LogicalAllocatorConfigLayout.ADDRESS_WIDTH, 4, width);
    return config;
  }

  long device() {
    ok(createDevice(c, pdo, 0, out));
    return result();
  }

  /** A handle of the device, attached to a domain. */
  long attached(long domain) {
    long device = device();
    ok(attachDeviceEx(c, domain, device));
    return device;
  }

  long physical(int type, long first, long second) {
    long at = memory(MapPhysicalAddressLayout.BYTES);
    c.store(at + MapPhysicalAddressLayout.MAP_TYPE, 4, type);
    c.store(at + MapPhysicalAddressLayout.FIRST, 8, first);
    c.store(at + MapPhysicalAddressLayout.SECOND, 8, second);
    return at;
  }

  /** A description of fresh locked pages. */
  long pages(int count) {
    return physical(MapPhysicalAddressType.MDL, lockedMdl(count * PAGE, 0), 0);
  }

  long ofMdl(long mdl) {
    return physical(MapPhysicalAddressType.MDL, mdl, 0);
  }

  long at(long address) {
    c.store(explicit, 8, address);
    return explicit;
  }

  long lowest(long address) {
    c.store(low, 8, address);
    return low;
  }

  long highest(long address) {
    c.store(high, 8, address);
    return high;
  }

  int map(long domain, int permissions, long physical, long address) {
    return mapLogicalRangeEx(c, domain, permissions, physical, at(address), 0, 0, out);
  }

  /** A mapping at an address that an allocator chooses. */
  long mapAnywhere(long domain, long physical) {
    ok(mapLogicalRangeEx(c, domain, BOTH, physical, 0, 0, 0, out));
    return result();
  }

  /** A token of a range of a domain without an allocator. */
  long token(long domain, long address, long pages) {
    ok(reserveLogicalAddressRange(c, domain, pages * PAGE, at(address), 0, 0, out));
    return result();
  }

  long segment() {
    return memory(MappedSegmentLayout.BYTES);
  }

  /** A segment that is mapped. */
  long mapped(long token, long page, long physical) {
    long segment = segment();
    ok(mapReservedLogicalRange(c, token, page * PAGE, BOTH, physical, segment));
    return segment;
  }

  // ---- answers

  /** The call is answered so, by this status; or misuse is, by STATUS_UNSUCCESSFUL. */
  void answers(Condition why, IntSupplier call) {
    boolean status = why.effect() == Effect.STATUS;
    int expected = status ? why.answer().code() : NtStatus.STATUS_UNSUCCESSFUL;
    refused(why, () -> assertThat(call.getAsInt()).isEqualTo(expected));
  }

  /** The call succeeds, and is answered so. */
  void succeeds(Condition why, IntSupplier call) {
    carriedOut(why, () -> ok(call.getAsInt()));
  }

  /** At an IRQL above the highest allowed, under the verifier and without it. */
  void tooHigh(Condition why, IntSupplier call) {
    int level = why.answer().routine().maxIrql() + 1;
    c.processor().setIrql(level);
    answers(why, call);
    kernel.verifier().setOn(true);
    answers(why, call);
    parameters(0x13, 2, level - 1, level);
  }

  /** While nothing can be acquired. */
  int withoutMemory(IntSupplier call) {
    machine.failures().failAll();
    int answer = call.getAsInt();
    machine.failures().off();
    return answer;
  }

  // ---- what the device does

  @Nullable DmaFault deviceWrites(long address, long value) {
    return port.write(address, MemorySegment.ofArray(new long[] {value}), 0, 8);
  }

  @Nullable DmaFault deviceReads(long address) {
    return port.read(address, MemorySegment.ofArray(new long[1]), 0, 8);
  }

  long deviceLoads(long address) {
    MemorySegment into = MemorySegment.ofArray(new long[1]);
    assertThat(port.read(address, into, 0, 8)).isNull();
    return into.get(ValueLayout.JAVA_LONG, 0);
  }

  /** What stands in RAM at the beginning of a frame. */
  long ram(long pfn) {
    return machine.memory().readLong(pfn * PAGE);
  }
}
