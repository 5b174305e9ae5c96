package dev.mapwright.proof.edges;

import dev.mapwright.core.check.Invariants;
import dev.mapwright.core.machine.DmaFault;
import dev.mapwright.proof.edges.EdgeNames.Physical;
import dev.mapwright.sim.IommuMode;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.windows.abi.NtStatus;
import dev.mapwright.windows.abi.PoolTag;
import dev.mapwright.windows.abi.iommu.DmaDomainType;
import dev.mapwright.windows.abi.iommu.DmaPermissions;
import dev.mapwright.windows.abi.iommu.FaultInformationType;
import dev.mapwright.windows.abi.iommu.LogicalAddressTokenLayout;
import dev.mapwright.windows.abi.iommu.LogicalAllocatorConfigLayout;
import dev.mapwright.windows.abi.iommu.LogicalAllocatorType;
import dev.mapwright.windows.abi.iommu.MappedSegmentLayout;
import dev.mapwright.windows.context.DeviceFault;
import dev.mapwright.windows.context.Kernel;
import dev.mapwright.windows.context.KernelOptions;
import dev.mapwright.windows.context.NtContext;
import dev.mapwright.windows.harness.DmaDevices;
import dev.mapwright.windows.iommu.DomainCalls;
import dev.mapwright.windows.iommu.device.DeviceCalls;
import dev.mapwright.windows.iommu.logical.LogicalCalls;
import dev.mapwright.windows.iommu.logical.ReservedLogicalCalls;
import dev.mapwright.windows.memory.iommu.DeviceTraits;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The routines of Windows' DMA_IOMMU_INTERFACE_EX. Answers are the names of statuses.
 *
 * <p>Misuse is recorded and not thrown, since accesses that are refused are bug checks where nobody
 * handles faults; a routine that records any fails the case. All memory for arguments is taken in
 * advance, so that nothing but the routines themselves needs any.
 */
final class WindowsWorld implements EdgeWorld {
  private static final int WIDTH = 48;
  private static final long PAGE = 4096;

  /** What stands where a result is to be put, until it is. */
  private static final long UNTOUCHED = 0x756E_746F_7563_6864L;

  private record Device(long handle, int requester) {}

  private final SimulatedMachine machine =
      SimulatedMachine.builder().ram(0x100, 4096).iommu(IommuMode.SCALABLE, WIDTH).build();
  private final Kernel kernel = Kernel.boot(machine, KernelOptions.DEFAULT.recordingMisuse());
  private final NtContext c = kernel.newContext(kernel.loadDriver("edges"));
  private final PhysicalForm form;
  private final Map<String, Long> domains = new HashMap<>();
  private final Map<String, Device> devices = new HashMap<>();
  private final Map<String, Long> tokens = new HashMap<>();
  private final Map<String, Long> segments = new HashMap<>();

  /** Where results are put, and behind it what arguments point to. */
  private final long out = page();

  private final long explicit = out + 0x10;
  private final long lowest = out + 0x20;
  private final long highest = out + 0x30;
  private final long config = out + 0x40;

  /** Where memory is described. */
  private final long description = page();

  /** Where the next segment goes. */
  private long freeSegment = page();

  WindowsWorld(PhysicalForm form) {
    this.form = form;
  }

  private long page() {
    long address = kernel.pools().nonPaged().allocate(PAGE, PoolTag.of("Edge"), 0, true);
    if (address == 0) {
      throw new AssertionError("no memory for arguments");
    }
    c.store(address, 8, 0);
    return address;
  }

  @Override
  public SimulatedMachine machine() {
    return machine;
  }

  @Override
  public boolean knows(String need) {
    return switch (need) {
      case "bytes", "segments", "devices" -> true;
      default -> throw new AssertionError("nobody has said what " + need + " needs");
    };
  }

  @Override
  public String success() {
    return NtStatus.name(NtStatus.STATUS_SUCCESS);
  }

  @Override
  public String expected(EdgeStep refusal) {
    return refusal.text("windows");
  }

  @Override
  public int requester(String device) {
    return device(device).requester();
  }

  @Override
  public String named(DmaFault fault, String device) {
    DeviceFault seen = kernel.dmaFaults().recent().getLast();
    if (!seen.hardware().equals(fault)) {
      throw new AssertionError("the system knows of another fault: " + seen);
    }
    return switch (seen.type()) {
      case FaultInformationType.TRANSLATION_FAULT -> "not-mapped";
      case FaultInformationType.PERMISSION_FAULT -> "permission";
      case FaultInformationType.UNSUPPORTED_UPSTREAM_TRANSACTION -> "blocked";
      default -> FaultInformationType.name(seen.type());
    };
  }

  /** Calls; a routine that refuses has told no result, and changed nothing that can be counted. */
  @Override
  public String call(EdgeStep step, EdgeNames names) {
    if (step.text("do").equals("copy-segment")) {
      copySegment(step, names);
      return success();
    }
    c.store(out, 8, UNTOUCHED);
    String before = state();
    int reports = kernel.reports().size();
    int status = carryOut(step, names);
    if (kernel.reports().size() != reports) {
      throw new AssertionError("misuse: " + kernel.reports().getLast().text());
    }
    if (status != NtStatus.STATUS_SUCCESS) {
      if (c.load(out, 8) != UNTOUCHED) {
        throw new AssertionError("refused, and a result was put");
      }
      if (!state().equals(before)) {
        throw new AssertionError("refused, and " + before + " became " + state());
      }
    }
    return NtStatus.name(status);
  }

  private String state() {
    StringBuilder state = new StringBuilder();
    kernel.iommu().describe(state);
    kernel
        .iommu()
        .allDomains()
        .forEach(domain -> {
          if (domain.engine() != null) {
            state.append(domain.engine().mappings()).append(" mappings, ");
            state.append(domain.engine().reservations()).append(" reservations\n");
          }
        });
    return state.append(machine.frames().free()).append(" free frames").toString();
  }

  private int carryOut(EdgeStep step, EdgeNames names) {
    return switch (step.text("do")) {
      case "domain" -> newDomain(step);
      case "device" -> newDevice(step);
      case "attach" -> DeviceCalls.attachDeviceEx(c, domain(step), device(step));
      case "detach" -> DeviceCalls.detachDeviceEx(c, device(step));
      case "delete-domain" -> DomainCalls.deleteDomain(c, domain(step));
      case "delete-device" -> DeviceCalls.deleteDevice(c, device(step));
      case "map" -> map(step, names);
      case "unmap" ->
          LogicalCalls.unmapLogicalRange(
              c, domain(step), names.address(step.text("at")), step.number("pages", 0));
      case "map-identity" ->
          LogicalCalls.mapIdentityRangeEx(
              c, domain(step), permissions(step), physical(step, names));
      case "unmap-identity" ->
          LogicalCalls.unmapIdentityRangeEx(c, domain(step), physical(step, names));
      case "reserve" -> reserve(step, names);
      case "free" -> ReservedLogicalCalls.freeReservedLogicalAddressRange(c, token(step));
      case "map-reserved" -> mapReserved(step, names);
      case "unmap-reserved" ->
          ReservedLogicalCalls.unmapReservedLogicalRange(
              c, Objects.requireNonNull(segments.get(step.text("segment"))));
      default -> throw new AssertionError("no such step");
    };
  }

  private int newDomain(EdgeStep step) {
    long allocator = 0;
    if (step.has("allocator")) {
      allocator = config;
      c.store(
          config + LogicalAllocatorConfigLayout.LOGICAL_ALLOCATOR_TYPE,
          4,
          LogicalAllocatorType.BUDDY);
      int width = step.inner("allocator").number("width", WIDTH);
      c.store(config + LogicalAllocatorConfigLayout.ADDRESS_WIDTH, 4, width);
    }
    int status = DomainCalls.createDomainEx(c, DmaDomainType.TRANSLATE, 0, allocator, 0, out);
    domains.put(step.text("name"), c.load(out, 8));
    return status;
  }

  private int newDevice(EdgeStep step) {
    int requester = 0x20 + devices.size();
    long pdo = DmaDevices.plug(kernel, DeviceTraits.of(requester));
    int status = DeviceCalls.createDevice(c, pdo, 0, out);
    devices.put(step.text("name"), new Device(c.load(out, 8), requester));
    return status;
  }

  private int map(EdgeStep step, EdgeNames names) {
    int status =
        LogicalCalls.mapLogicalRangeEx(
            c,
            domain(step),
            permissions(step),
            physical(step, names),
            pointer(step, "at", explicit, names),
            pointer(step, "from", lowest, names),
            pointer(step, "to", highest, names),
            out);
    if (status == NtStatus.STATUS_SUCCESS && step.has("as")) {
      names.put(step.text("as"), c.load(out, 8));
    }
    return status;
  }

  private int reserve(EdgeStep step, EdgeNames names) {
    int status =
        ReservedLogicalCalls.reserveLogicalAddressRange(
            c,
            domain(step),
            names.bytes(step),
            pointer(step, "at", explicit, names),
            pointer(step, "from", lowest, names),
            pointer(step, "to", highest, names),
            out);
    if (status == NtStatus.STATUS_SUCCESS) {
      long token = c.load(out, 8);
      tokens.put(step.text("as"), token);
      names.put(step.text("as"), c.load(token + LogicalAddressTokenLayout.LOGICAL_ADDRESS_BASE, 8));
    }
    return status;
  }

  private int mapReserved(EdgeStep step, EdgeNames names) {
    long segment = step.has("as") ? segment(step.text("as")) : freeSegment;
    return ReservedLogicalCalls.mapReservedLogicalRange(
        c,
        token(step),
        names.address(step.text("offset")),
        permissions(step),
        physical(step, names),
        segment);
  }

  private void copySegment(EdgeStep step, EdgeNames names) {
    long from = Objects.requireNonNull(segments.get(step.text("segment")));
    long to = segment(step.text("as"));
    for (int field = 0; field < MappedSegmentLayout.BYTES; field += 8) {
      c.store(to + field, 8, c.load(from + field, 8));
    }
    if (step.has("offset")) {
      c.store(to + MappedSegmentLayout.OFFSET, 8, names.address(step.text("offset")));
    }
    if (step.has("pages")) {
      c.store(to + MappedSegmentLayout.SIZE, 8, names.bytes(step));
    }
  }

  /** Where the segment of a name lies. */
  private long segment(String name) {
    return segments.computeIfAbsent(
        name,
        _ -> {
          freeSegment += MappedSegmentLayout.BYTES;
          return freeSegment - MappedSegmentLayout.BYTES;
        });
  }

  /** A pointer to an address; NULL where the step names none. */
  private long pointer(EdgeStep step, String field, long where, EdgeNames names) {
    if (!step.has(field)) {
      return 0;
    }
    c.store(where, 8, names.address(step.text(field)));
    return where;
  }

  /** Describes memory; what is not of whole pages can be said of a range only. */
  private long physical(EdgeStep step, EdgeNames names) {
    Physical memory = names.physical(step);
    boolean bytes = step.has("physical") || step.has("bytes");
    (bytes ? PhysicalForm.CONTIGUOUS_RANGE : form).describe(c.cpu(), description, memory);
    return description;
  }

  private static int permissions(EdgeStep step) {
    if (step.has("bits")) {
      return Long.decode(step.text("bits")).intValue();
    }
    int set = 0;
    for (char letter : step.text("permissions").toCharArray()) {
      set |= letter == 'r' ? DmaPermissions.READ : DmaPermissions.WRITE;
    }
    return set;
  }

  private long domain(EdgeStep step) {
    return Objects.requireNonNull(domains.get(step.text("domain")));
  }

  private long token(EdgeStep step) {
    return Objects.requireNonNull(tokens.get(step.text("token")));
  }

  private long device(EdgeStep step) {
    return device(step.text("device")).handle();
  }

  private Device device(String name) {
    return Objects.requireNonNull(devices.get(name));
  }

  @Override
  public void close() {
    Invariants.verify(machine);
    kernel.close();
    Invariants.verify(machine);
    machine.close();
  }
}
