// A driver for a device with rings that goes on when no memory is left: with reserved tokens.
//
// MapLogicalRangeEx may need memory for page tables, and so may be refused: at the worst time,
// when the system writes to the disk to get memory. This driver reserves a range of logical
// addresses when it starts, with all its tables: one page for its rings (see RingDriver.java), and
// four slots for requests. MapReservedLogicalRange maps a request's pages in a slot, acquires
// nothing, and can't fail for want of anything.
//
//     mapwright run RingDriverTokens.java

import static dev.mapwright.windows.abi.PageProtection.*;
import static dev.mapwright.windows.abi.PoolFlags.*;
import static dev.mapwright.windows.abi.iommu.DmaPermissions.*;
import static dev.mapwright.windows.contiguous.ContiguousCalls.*;
import static dev.mapwright.windows.iommu.DomainCalls.*;
import static dev.mapwright.windows.iommu.device.DeviceCalls.*;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.*;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.*;
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
static final long FIRST = 0x100000; // where the reserved pages are
static final long RESERVED = 5 * PAGE;
static final int REQUESTER = 0x20;
static final int SLOTS = 4; // as many as the rings have entries
static final int SEGMENTS = 0x40;
static final int COMPLETIONS = 0x400; // where they, and the descriptors, are in the driver's page
static final int DESCRIPTORS = 0x800;

static long registers;
static long domain;
static long words; // what a C driver has on its stack, and behind it a segment for each page
static long rings; // a page, as the driver sees it
static long ringsLogical; // and as the device does: the beginning of what is reserved
static long token;
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
      machine.failures().failAll(); // from here on nobody gets anything
      describe(c, data);
      c.store(words + 0x28, 8, 1L << 33);
      int refused = mapLogicalRangeEx(c, domain, READ, words, words + 0x28, 0, 0, words + 0x20);
      IO.println("2. as RingDriver.java does: " + NtStatus.name(refused));
      for (int i = 0; i < 100; i++) {
        check(request(c, machine, 2, 100 + i, data, 512));
      }
      IO.println("3. 100 sectors written all the same");
      machine.failures().off();
      c.store(data, 8, 0);
      check(request(c, machine, 1, 150, data, 512));
      IO.println("4. what is there is 0x%x".formatted(c.load(data, 8)));
    } catch (IllegalStateException outOfMemory) {
      IO.println(outOfMemory.getMessage());
    }
    undo.forEach(Runnable::run);
    undo.clear();
    IO.println("5. left behind: " + Drivers.unload(c));
  }
}

static void start(NtContext c, long pdo) {
  registers = undone(mmMapIoSpaceEx(c, 0xFEB0_0000L, PAGE, PAGE_READWRITE | PAGE_NOCACHE),
      p -> mmUnmapIoSpace(c, p, PAGE));
  words = undone(exAllocatePool2(c, POOL_FLAG_NON_PAGED, 256, TAG), p -> exFreePool(c, p));
  rings = undone(mmAllocateContiguousMemory(c, PAGE, -1), p -> mmFreeContiguousMemory(c, p));
  ok(createDomainEx(c, DmaDomainType.TRANSLATE, 0, 0, 0, words + 0x20)); // we choose addresses
  domain = undone(c.load(words + 0x20, 8), d -> deleteDomain(c, d));
  ok(createDevice(c, pdo, 0, words + 0x20));
  long device = undone(c.load(words + 0x20, 8), d -> deleteDevice(c, d));
  ok(attachDeviceEx(c, domain, device));
  undo.push(() -> detachDeviceEx(c, device));
  c.store(words + 0x28, 8, FIRST);
  ok(reserveLogicalAddressRange(c, domain, RESERVED, words + 0x28, 0, 0, words + 0x20));
  token = undone(c.load(words + 0x20, 8), t -> freeReservedLogicalAddressRange(c, t));
  ringsLogical = c.load(token + LogicalAddressTokenLayout.LOGICAL_ADDRESS_BASE, 8);
  map(c, rings, 0, READ | WRITE);
  undo.push(() -> unmapReservedLogicalRange(c, words + SEGMENTS));
  writeRegisterUlong64(c, registers + 0x10, ringsLogical);
  writeRegisterUlong64(c, registers + 0x18, ringsLogical + COMPLETIONS);
  writeRegisterUlong(c, registers + 0x28, SLOTS);
  writeRegisterUlong(c, registers + 0x2C, 1);
  undo.push(() -> writeRegisterUlong(c, registers + 0x2C, 0));
  IO.println("1. the rings are at 0x%x, and at 0x%x for the device".formatted(rings, ringsLogical));
}

/** Maps a page of nonpaged memory for the device, at one of the reserved pages. */
static void map(NtContext c, long page, int at, int permissions) {
  describe(c, page);
  long segment = words + SEGMENTS + at * MappedSegmentLayout.BYTES;
  check(mapReservedLogicalRange(c, token, at * PAGE, permissions, words, segment));
}

static void describe(NtContext c, long page) {
  c.store(words, 4, MapPhysicalAddressType.CONTIGUOUS_RANGE);
  c.store(words + 0x08, 8, mmGetPhysicalAddress(c, page));
  c.store(words + 0x10, 8, PAGE);
}

/** Operation 1 reads the disk, 2 writes it. The status of the completion: 0 for done. */
static long request(
    NtContext c, SimulatedMachine machine, int operation, long sector, long page, int bytes) {
  int slot = made % SLOTS;
  map(c, page, 1 + slot, operation == 1 ? WRITE : READ);
  long descriptor = rings + DESCRIPTORS;
  c.store(descriptor, 8, ringsLogical + (1 + slot) * PAGE);
  c.store(descriptor + 0x08, 8, bytes); // and no flags: it is the only one
  long entry = rings + slot * 32;
  c.store(entry, 8, operation);
  c.store(entry + 0x08, 8, sector);
  c.store(entry + 0x10, 8, ringsLogical + DESCRIPTORS);
  long completion = rings + COMPLETIONS + slot * 16;
  writeRegisterUlong(c, registers + 0x30, ++made);
  while (c.load(completion + 12, 4) != made && readRegisterUlong(c, registers + 0x4C) == 0) {
    machine.clock().advance(10);
  }
  check(unmapReservedLogicalRange(c, words + SEGMENTS + (1 + slot) * MappedSegmentLayout.BYTES));
  return c.load(completion + 4, 4);
}

/** What a call returned; it is undone in the end. */
static long undone(long result, LongConsumer how) {
  ok(result == 0 ? -1 : 0);
  undo.push(() -> how.accept(result));
  return result;
}

static void check(long status) {
  if (status != 0) {
    throw new AssertionError(NtStatus.name((int) status)); // this has no reason to fail
  }
}

static void ok(int status) {
  if (status != 0) {
    throw new IllegalStateException("not carried out: there is no memory");
  }
}
