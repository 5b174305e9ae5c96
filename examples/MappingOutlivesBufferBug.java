// A driver that frees a buffer and forgets that it is still mapped for its device.
//
// The pool gives the memory to the next who asks, and the device can still write to it: the
// driver's mapping has outlived its buffer. Driver Verifier's DMA verification compares what is
// freed with what is mapped, and stops at the call that frees too early, not hours later in
// somebody else's code.
//
//     mapwright run MappingOutlivesBufferBug.java

import static dev.mapwright.windows.abi.PageProtection.*;
import static dev.mapwright.windows.abi.PoolFlags.*;
import static dev.mapwright.windows.abi.iommu.DmaPermissions.*;
import static dev.mapwright.windows.iommu.DomainCalls.*;
import static dev.mapwright.windows.iommu.device.DeviceCalls.*;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.*;
import static dev.mapwright.windows.physical.PhysicalCalls.*;
import static dev.mapwright.windows.pool.PoolCalls.*;

import dev.mapwright.sim.*;
import dev.mapwright.windows.abi.*;
import dev.mapwright.windows.abi.iommu.*;
import dev.mapwright.windows.bugcheck.*;
import dev.mapwright.windows.context.*;
import dev.mapwright.windows.harness.*;
import dev.mapwright.windows.memory.iommu.*;

static final int TAG = PoolTag.of("Buf ");
static final int PAGE = 4096;
static final int REQUESTER = 0x18;

void main() {
  KernelOptions options = KernelOptions.DEFAULT.withCallSites();
  try (SimulatedMachine machine =
          SimulatedMachine.builder().ram(0x100, 4096).iommu(IommuMode.LEGACY, 48).seed(7).build();
      Kernel kernel = Kernel.boot(machine, options)) {
    kernel.verifier().setDma(true); // without it, nobody notices
    long pdo = DmaDevices.plug(kernel, DeviceTraits.of(REQUESTER));
    NtContext c = kernel.newContext(kernel.loadDriver("nic.sys"));
    long words = exAllocatePool2(c, POOL_FLAG_NON_PAGED, 64, TAG);
    long buffer = exAllocatePool2(c, POOL_FLAG_NON_PAGED, PAGE, TAG);
    if (words == 0 || buffer == 0 || !map(c, pdo, words, mmGetPhysicalAddress(c, buffer))) {
      IO.println("not started: there is no memory");
      return;
    }
    IO.println("the device has the buffer at 0x%x".formatted(c.load(words + 0x30, 8)));
    try {
      exFreePoolWithTag(c, buffer, TAG); // the bug: unmapLogicalRange comes first
    } catch (BugCheck bugCheck) {
      IO.print(bugCheck.report().text());
    }
  }
}

/** Puts the device into a domain, and maps a page of memory there; false without memory. */
static boolean map(NtContext c, long pdo, long words, long physical) {
  c.store(words, 4, LogicalAllocatorType.BUDDY);
  c.store(words + 4, 4, 36);
  if (createDomainEx(c, DmaDomainType.TRANSLATE, 0, words, 0, words + 0x20) != 0
      || createDevice(c, pdo, 0, words + 0x28) != 0) {
    return false;
  }
  long domain = c.load(words + 0x20, 8);
  c.store(words, 4, MapPhysicalAddressType.CONTIGUOUS_RANGE);
  c.store(words + MapPhysicalAddressLayout.FIRST, 8, physical);
  c.store(words + MapPhysicalAddressLayout.SECOND, 8, PAGE);
  return attachDeviceEx(c, domain, c.load(words + 0x28, 8)) == 0
      && mapLogicalRangeEx(c, domain, WRITE, words, 0, 0, 0, words + 0x30) == 0;
}
