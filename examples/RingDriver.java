// A driver for a device with rings: DMA behind an IOMMU, with addresses from Windows' allocator.
//
// The device (sim.device.RingDevice) is a disk. The driver writes entries into a ring in memory,
// rings a doorbell, and finds completions in another ring. All addresses that the device is told
// are logical: MapLogicalRangeEx gives them out, in a domain with a buddy allocator. The rings
// are mapped as long as the driver runs, the data of a request as long as the request, for reading
// or for writing and not for both: a device that goes astray is stopped at the first byte.
//
//     mapwright run RingDriver.java

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
import dev.mapwright.windows.context.*;
import dev.mapwright.windows.harness.*;
import dev.mapwright.windows.memory.iommu.*;
import java.util.*;
import java.util.function.*;

static final int TAG = PoolTag.of("Ring");
static final int PAGE = 4096;
static final int REQUESTER = 0x20;
static final int ENTRIES = 4;
static final int COMPLETIONS = 0x400; // where they, and the descriptors, are in the driver's page
static final int DESCRIPTORS = 0x800;

static long registers;
static long domain;
static long words; // what a C driver has on its stack: arguments and results
static long rings; // a page, as the driver sees it
static long ringsLogical; // and as the device does
static int made;
static final Deque<Runnable> undo = new ArrayDeque<>();

void main() {
  RingDevice disk = new RingDevice("disk", 1024, REQUESTER, DmaPolicy.inOrder(5));
  try (SimulatedMachine machine =
          SimulatedMachine.builder().ram(0x100, 4096).iommu(IommuMode.LEGACY, 48).seed(7).build();
      Kernel kernel = Kernel.boot(machine, KernelOptions.DEFAULT)) {
    machine.plug(disk, 0xFEB00);
    long pdo = DmaDevices.plug(kernel, DeviceTraits.of(REQUESTER));
    NtContext c = kernel.newContext(kernel.loadDriver("ringdisk.sys"));
    try {
      start(c, pdo);
      long data = undone(exAllocatePool2(c, POOL_FLAG_NON_PAGED, PAGE, TAG), p -> exFreePool(c, p));
      c.store(data, 8, 0x6b726f7774666972L);
      IO.println("2. written, status " + request(c, machine, 2, 100, data, 512));
      c.store(data, 8, 0);
      IO.println("3. read, status " + request(c, machine, 1, 100, data, 512));
      IO.println("   and what is there is 0x%x".formatted(c.load(data, 8)));
    } catch (IllegalStateException outOfMemory) {
      IO.println(outOfMemory.getMessage());
    }
    undo.forEach(Runnable::run);
    undo.clear();
    IO.println("4. left behind: " + Drivers.unload(c));
  }
}

static void start(NtContext c, long pdo) {
  registers = undone(mmMapIoSpaceEx(c, 0xFEB0_0000L, PAGE, PAGE_READWRITE | PAGE_NOCACHE),
      p -> mmUnmapIoSpace(c, p, PAGE));
  words = undone(exAllocatePool2(c, POOL_FLAG_NON_PAGED, 64, TAG), p -> exFreePool(c, p));
  rings = undone(mmAllocateContiguousMemory(c, PAGE, -1), p -> mmFreeContiguousMemory(c, p));
  c.store(words, 4, LogicalAllocatorType.BUDDY);
  c.store(words + 4, 4, 36); // bits of an address
  ok(createDomainEx(c, DmaDomainType.TRANSLATE, 0, words, 0, words + 0x20));
  domain = undone(c.load(words + 0x20, 8), d -> deleteDomain(c, d));
  ok(createDevice(c, pdo, 0, words + 0x20));
  long device = undone(c.load(words + 0x20, 8), d -> deleteDevice(c, d));
  ok(attachDeviceEx(c, domain, device));
  undo.push(() -> detachDeviceEx(c, device));
  ringsLogical = map(c, rings, READ | WRITE);
  undo.push(() -> unmapLogicalRange(c, domain, ringsLogical, 1));
  writeRegisterUlong64(c, registers + 0x10, ringsLogical);
  writeRegisterUlong64(c, registers + 0x18, ringsLogical + COMPLETIONS);
  writeRegisterUlong(c, registers + 0x28, ENTRIES);
  writeRegisterUlong(c, registers + 0x2C, 1);
  undo.push(() -> writeRegisterUlong(c, registers + 0x2C, 0));
  IO.println("1. the rings are at 0x%x, and at 0x%x for the device".formatted(rings, ringsLogical));
}

/** Maps a page of nonpaged memory for the device; its logical address. */
static long map(NtContext c, long page, int permissions) {
  c.store(words, 4, MapPhysicalAddressType.CONTIGUOUS_RANGE);
  c.store(words + 0x08, 8, mmGetPhysicalAddress(c, page));
  c.store(words + 0x10, 8, PAGE);
  ok(mapLogicalRangeEx(c, domain, permissions, words, 0, 0, 0, words + 0x20));
  return c.load(words + 0x20, 8);
}

/** Operation 1 reads the disk, 2 writes it. The status of the completion: 0 for done. */
static long request(
    NtContext c, SimulatedMachine machine, int operation, long sector, long page, int bytes) {
  long data = map(c, page, operation == 1 ? WRITE : READ);
  long descriptor = rings + DESCRIPTORS;
  c.store(descriptor, 8, data);
  c.store(descriptor + 0x08, 8, bytes); // and no flags: it is the only one
  long entry = rings + made % ENTRIES * 32;
  c.store(entry, 8, operation);
  c.store(entry + 0x08, 8, sector);
  c.store(entry + 0x10, 8, ringsLogical + DESCRIPTORS);
  long completion = rings + COMPLETIONS + made % ENTRIES * 16;
  writeRegisterUlong(c, registers + 0x30, ++made);
  while (c.load(completion + 12, 4) != made && readRegisterUlong(c, registers + 0x4C) == 0) {
    machine.clock().advance(10);
  }
  unmapLogicalRange(c, domain, data, 1);
  return c.load(completion + 4, 4);
}

/** What a call returned; it is undone in the end. */
static long undone(long result, LongConsumer how) {
  ok(result == 0 ? -1 : 0);
  undo.push(() -> how.accept(result));
  return result;
}

static void ok(int status) {
  if (status != 0) {
    throw new IllegalStateException("not carried out: there is no memory");
  }
}
