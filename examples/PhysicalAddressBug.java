// The classic: a driver that tells its device a physical address, on a machine with an IOMMU.
//
// It has worked for years. Then a board comes that switches DMA protection on, and the machine
// stops with DRIVER_VERIFIER_DMA_VIOLATION, though Driver Verifier is off. MmGetPhysicalAddress
// says where memory is for the processor. What the device needs is where it is for the device: a
// logical address, from MapLogicalRangeEx and its like. Without an IOMMU both are the same number.
//
//     mapwright run PhysicalAddressBug.java

import static dev.mapwright.windows.abi.PageProtection.*;
import static dev.mapwright.windows.abi.PoolFlags.*;
import static dev.mapwright.windows.abi.iommu.DmaPermissions.*;
import static dev.mapwright.windows.contiguous.ContiguousCalls.*;
import static dev.mapwright.windows.iommu.DomainCalls.*;
import static dev.mapwright.windows.iommu.device.DeviceCalls.*;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.*;
import static dev.mapwright.windows.iospace.IoSpaceCalls.*;
import static dev.mapwright.windows.iospace.RegisterCalls.*;
import static dev.mapwright.windows.physical.PhysicalCalls.*;
import static dev.mapwright.windows.pool.PoolCalls.*;

import dev.mapwright.sim.*;
import dev.mapwright.sim.device.*;
import dev.mapwright.windows.abi.*;
import dev.mapwright.windows.abi.iommu.*;
import dev.mapwright.windows.bugcheck.*;
import dev.mapwright.windows.context.*;
import dev.mapwright.windows.harness.*;
import dev.mapwright.windows.memory.iommu.*;

static final int TAG = PoolTag.of("Phys");
static final int PAGE = 4096;
static final int REQUESTER = 0x18;

void main() {
  KernelOptions options = KernelOptions.DEFAULT.withCallSites();
  try (SimulatedMachine machine =
          SimulatedMachine.builder().ram(0x100, 4096).iommu(IommuMode.LEGACY, 48).seed(7).build();
      Kernel kernel = Kernel.boot(machine, options)) {
    machine.plug(new EduDevice("edu", 100, REQUESTER), 0xFEB00);
    long pdo = DmaDevices.plug(kernel, DeviceTraits.of(REQUESTER));
    NtContext c = kernel.newContext(kernel.loadDriver("edu.sys"));

    long registers = mmMapIoSpaceEx(c, 0xFEB0_0000L, PAGE, PAGE_READWRITE | PAGE_NOCACHE);
    long words = exAllocatePool2(c, POOL_FLAG_NON_PAGED, 64, TAG);
    long buffer = mmAllocateContiguousMemory(c, PAGE, -1);
    if (registers == 0 || words == 0 || buffer == 0) {
      IO.println("not started: there is no memory");
      return;
    }
    long physical = mmGetPhysicalAddress(c, buffer);
    long logical = map(c, pdo, words, physical);
    if (logical < 0) {
      IO.println("not started: there is no memory");
      return;
    }
    IO.println("the buffer is at 0x%x for the processor, at 0x%x for memory, at 0x%x for the device"
        .formatted(buffer, physical, logical));
    try {
      fetch(machine, c, registers, logical);
      IO.println("the device has fetched from 0x%x".formatted(logical));
      fetch(machine, c, registers, physical); // the bug
    } catch (BugCheck bugCheck) {
      IO.print(bugCheck.report().text());
    }
  }
}

/** Puts the device into a domain, and maps a page of memory there; -1 without memory. */
static long map(NtContext c, long pdo, long words, long physical) {
  c.store(words, 4, LogicalAllocatorType.BUDDY);
  c.store(words + 4, 4, 28);
  if (createDomainEx(c, DmaDomainType.TRANSLATE, 0, words, 0, words + 0x20) != 0
      || createDevice(c, pdo, 0, words + 0x28) != 0) {
    return -1;
  }
  long domain = c.load(words + 0x20, 8);
  c.store(words, 4, MapPhysicalAddressType.CONTIGUOUS_RANGE);
  c.store(words + MapPhysicalAddressLayout.FIRST, 8, physical);
  c.store(words + MapPhysicalAddressLayout.SECOND, 8, PAGE);
  if (attachDeviceEx(c, domain, c.load(words + 0x28, 8)) != 0
      || mapLogicalRangeEx(c, domain, READ, words, 0, 0, 0, words + 0x30) != 0) {
    return -1;
  }
  return c.load(words + 0x30, 8);
}

/** Has the device fetch 64 bytes into its own buffer. */
static void fetch(SimulatedMachine machine, NtContext c, long registers, long from) {
  writeRegisterUlong64(c, registers + 0x80, from);
  writeRegisterUlong64(c, registers + 0x88, 0x40000);
  writeRegisterUlong64(c, registers + 0x90, 64);
  writeRegisterUlong64(c, registers + 0x98, 1);
  machine.clock().advance(200);
}
