// A driver that does not wait for its device: it unmaps a buffer that is still written to.
//
// The IOMMU stops the device, if nobody else was given the address meanwhile. If somebody was, the
// packet lands in his buffer, and nothing is reported: in the field such bugs are found by chance.
// A domain with a quarantine gives no address away that was in use a moment ago, so the device
// meets nothing; and the domain knows what was there, and who has taken it away.
//
//     mapwright run UseAfterUnmapBug.java

import module dev.mapwright.sim;
import dev.mapwright.core.Permissions;

static final int NIC = 0x18; // whose accesses these are: bus 0, device 3, function 0

void main() {
  IO.println("without a quarantine:");
  receive(DomainOptions.USUAL);
  IO.println("with a quarantine of 256 pages:");
  receive(DomainOptions.USUAL.withQuarantine(256));
}

static void receive(DomainOptions options) {
  try (SimulatedMachine machine =
      SimulatedMachine.builder().ram(0x100, 4096).iommu(IommuMode.LEGACY, 48).seed(7).build()) {
    Iommu iommu = machine.iommu();
    BuddyAllocator allocator = new BuddyAllocator(36, machine.failures());
    try (Domain domain = Domain.create(machine, "nic", 36, allocator, options).get()) {
      need(iommu.attach(NIC, domain.translation()));
      DmaPort nic = machine.newDmaPort(NIC, DmaFault.NO_PASID);
      run(machine, domain, nic);
      iommu.detach(NIC);
    }
  }
}

static void run(SimulatedMachine machine, Domain domain, DmaPort nic) {
  long packets = frame(machine);
  long accounts = frame(machine);
  // A buffer for a packet. The device is told its address ...
  DomainRequest buffer = new DomainRequest().pages(1).permissions(Permissions.WRITE);
  domain.map(buffer, page -> packets).orThrow();
  // ... and the driver loses patience: the bug. Right: wait until the device says that it is done.
  domain.unmap(buffer.page(), 1, "the timeout of the nic's driver").orThrow();
  // Then another buffer is mapped, with something in it that matters.
  DomainRequest other = new DomainRequest().pages(1);
  domain.map(other, page -> accounts).orThrow();
  // The packet arrives.
  MemorySegment packet = MemorySegment.ofArray(new long[] {0x6e776f6e6b6e75L});
  DmaFault fault = nic.write(Pages.address(buffer.page()), packet, 0, 8);
  IO.println("  the other buffer holds 0x%x"
      .formatted(machine.memory().readLong(Pages.address(accounts))));
  if (fault != null) {
    IO.println("  " + domain.explain(fault).report().replace("\n", "\n  "));
  }
  domain.unmap(other.page(), 1).orThrow();
  machine.frames().free(packets);
  machine.frames().free(accounts);
}

static long frame(SimulatedMachine machine) {
  long pfn = machine.frames().allocate(FrameOwner.POOL, 1);
  need(pfn >= 0);
  return pfn;
}

static void need(boolean had) {
  if (!had) {
    throw new IllegalStateException("no frame is left");
  }
}
