// Tables that their owner writes himself, and a flush that he forgets.
//
// Whoever gives devices to guests or to programs often keeps the IOMMU's tables himself: four
// levels of entries in memory, of eight bytes each. An IOMMU remembers what it has walked, so an
// entry that was cleared is used all the same until it is told to forget it. In the field that is
// a device that writes into memory which was freed long ago, now and then, when the entry happens
// to be remembered. Here each such access is reported.
//
//     mapwright run ForgottenFlushBug.java

import module dev.mapwright.sim;

static final int DEVICE = 0x28;
static final long PAGE = 5; // the logical page that is mapped
static final int READ = 1; // bits of an entry of VT-d's second stage
static final int WRITE = 2;

void main() {
  try (SimulatedMachine machine =
      SimulatedMachine.builder().ram(0x100, 4096).iommu(IommuMode.LEGACY, 48).seed(7).build()) {
    // Four tables, one below the other, and a page. The entries for page 5 are the first in each
    // table but the lowest.
    long[] tables = {frame(machine), frame(machine), frame(machine), frame(machine)};
    long buffer = frame(machine);
    for (int i = 0; i < 3; i++) {
      entry(machine, tables[i], 0, tables[i + 1]);
    }
    entry(machine, tables[3], PAGE, buffer);
    Iommu.TableKind kind = Iommu.TableKind.SECOND_STAGE;
    try (CallerDomain domain =
        CallerDomain.of(machine.iommu(), "guest", kind, 4, tables[0]).get()) {
      domain.report(fault -> IO.println("   " + fault.report().replace("\n", "\n   ")));
      domain.attach(DEVICE).orThrow();
      DmaPort device = machine.newDmaPort(DEVICE, DmaFault.NO_PASID);

      write(machine, device, buffer, 1, "1. mapped");
      machine.memory().writeLong(Pages.address(tables[3]) + 8 * PAGE, 0);
      write(machine, device, buffer, 2, "2. unmapped, and not flushed: the bug");
      domain.flush(PAGE, PAGE, true);
      write(machine, device, buffer, 3, "3. flushed");
      device.close();
    }
    for (long table : tables) {
      machine.frames().free(table);
    }
    machine.frames().free(buffer);
  }
}

/** The device writes a number; what does the page hold then? */
static void write(SimulatedMachine machine, DmaPort device, long buffer, long number, String when) {
  IO.println(when);
  device.write(Pages.address(PAGE), MemorySegment.ofArray(new long[] {number}), 0, 8);
  IO.println("   the page holds " + machine.memory().readLong(Pages.address(buffer)));
}

static void entry(SimulatedMachine machine, long table, long index, long pfn) {
  machine.memory().writeLong(Pages.address(table) + 8 * index, Pages.address(pfn) | READ | WRITE);
}

static long frame(SimulatedMachine machine) {
  long pfn = machine.frames().allocate(FrameOwner.POOL, 1);
  if (pfn < 0) {
    throw new IllegalStateException("no frame is left");
  }
  return pfn;
}
