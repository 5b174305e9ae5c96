// One page of memory, and the five calls that show it to whoever has to see it.
//
// A program writes a number, a driver reads it, a device fetches it by DMA and brings it back. For
// that the page is mapped into the program (Magenta), for the driver, and twice for the device
// behind its IOMMU (Windows); and so are the device's registers. Both systems run on one simulated
// machine, and each mapping is an entry in a real page table.
//
//     mapwright run FiveCalls.java

import static dev.mapwright.windows.abi.PageProtection.*;
import static dev.mapwright.windows.abi.iommu.DmaPermissions.*;
import static dev.mapwright.windows.iommu.DomainCalls.*;
import static dev.mapwright.windows.iommu.device.DeviceCalls.*;
import static dev.mapwright.windows.iommu.logical.LogicalCalls.*;
import static dev.mapwright.windows.iommu.logical.ReservedLogicalCalls.*;
import static dev.mapwright.windows.iospace.IoSpaceCalls.*;
import static dev.mapwright.windows.iospace.RegisterCalls.*;
import static dev.mapwright.windows.mdl.MdlCalls.*;
import static dev.mapwright.windows.mdl.MdlPagesCalls.*;
import static dev.mapwright.windows.pool.PoolCalls.*;
import static dev.mapwright.windows.reserved.ReservedCalls.*;
import static dev.mapwright.zircon.abi.MxRights.*;
import static dev.mapwright.zircon.abi.MxVmFlags.*;
import static dev.mapwright.zircon.call.MxRoutines.*;

import dev.mapwright.core.*;
import dev.mapwright.sim.*;
import dev.mapwright.sim.device.*;
import dev.mapwright.windows.abi.*;
import dev.mapwright.windows.abi.iommu.*;
import dev.mapwright.windows.context.*;
import dev.mapwright.windows.harness.*;
import dev.mapwright.windows.memory.iommu.*;
import dev.mapwright.zircon.*;
import dev.mapwright.zircon.object.*;
import java.util.*;

static final int TAG = PoolTag.of("Five");
static final int PAGE = 4096;
static final int REQUESTER = 0x18;

/** What takes everything back, the latest first. */
static final Deque<Runnable> undo = new ArrayDeque<>();

void main() {
  try (SimulatedMachine machine =
          SimulatedMachine.builder().ram(0x100, 8192).iommu(IommuMode.LEGACY, 48).seed(7).build();
      Kernel kernel = Kernel.boot(machine, KernelOptions.DEFAULT);
      Zircon zircon = Zircon.boot(machine)) {
    machine.plug(new EduDevice("edu", 100, REQUESTER), 0xFEB00);
    long pdo = DmaDevices.plug(kernel, DeviceTraits.of(REQUESTER));
    NtContext c = kernel.newContext(kernel.loadDriver("edu.sys"));
    try {
      tell(machine, zircon, c, pdo);
    } catch (RefusedException | IllegalStateException | MxException | MemoryFault outOfMemory) {
      IO.println("not carried out: " + outOfMemory.getMessage());
    }
    undo.forEach(Runnable::run);
    undo.clear();
    IO.println("   left behind: " + Drivers.unload(c));
  }
}

static void tell(SimulatedMachine machine, Zircon zircon, NtContext c, long pdo) {
  long mdl = have(mmAllocatePagesForMdlEx(c, 0, -1, 0, PAGE, MemoryCachingType.MM_CACHED, 0));
  undo.push(() -> exFreePool(c, mdl));
  undo.push(() -> mmFreePagesFromMdl(c, mdl));
  long words = have(exAllocatePool2(c, PoolFlags.POOL_FLAG_NON_PAGED, 0x80, TAG));
  undo.push(() -> exFreePoolWithTag(c, words, TAG));
  long physical = c.load(mmGetMdlPfnArray(c, mdl), 8) * PAGE;
  IO.println("   a page, at physical address 0x%x".formatted(physical));

  Program program = zircon.start("greeter");
  undo.push(program::close);
  int rights = MX_RIGHT_MAP | MX_RIGHT_READ | MX_RIGHT_WRITE;
  MxVmo shared = zircon.physicalVmo(physical, PAGE, CachePolicy.CACHED);
  undo.push(() -> abandon(shared));
  int vmo = program.grant(shared, rights);
  int flags = MX_VM_FLAG_PERM_READ | MX_VM_FLAG_PERM_WRITE;
  ok(vmarMap(program.context(), program.root().value(), 0, vmo, 0, PAGE, flags));
  long greeting = program.context().address();
  program.cpu().store(greeting, 8, 42);
  IO.println("1. mx_vmar_map: the program writes 42 at 0x%x".formatted(greeting));

  // What was reserved before is mapped without any memory: this can't fail.
  long reserved = have(mmAllocateMappingAddress(c, PAGE, TAG));
  undo.push(() -> mmFreeMappingAddress(c, reserved, TAG));
  long seen = mmMapLockedPagesWithReservedMapping(c, reserved, TAG, mdl, 1);
  undo.push(() -> mmUnmapReservedMapping(c, reserved, TAG, mdl));
  IO.println("2. MmMapLockedPagesWithReservedMapping: the driver reads %d at 0x%x"
      .formatted(c.load(seen, 8), seen));

  long registers = have(mmMapIoSpaceEx(c, 0xFEB0_0000L, PAGE, PAGE_READWRITE | PAGE_NOCACHE));
  undo.push(() -> mmUnmapIoSpace(c, registers, PAGE));
  IO.println("3. MmMapIoSpaceEx: registers at 0x%x, which say they are 0x%08x"
      .formatted(registers, readRegisterUlong(c, registers)));

  // The device gets a domain. A buddy allocator chooses addresses: low ones, for 28 bits.
  c.store(words, 4, LogicalAllocatorType.BUDDY);
  c.store(words + 4, 4, 28);
  ok(createDomainEx(c, DmaDomainType.TRANSLATE, 0, words, 0, words + 0x20));
  long domain = c.load(words + 0x20, 8);
  undo.push(() -> deleteDomain(c, domain));
  ok(createDevice(c, pdo, 0, words + 0x20));
  long device = c.load(words + 0x20, 8);
  undo.push(() -> deleteDevice(c, device));
  ok(attachDeviceEx(c, domain, device));
  undo.push(() -> detachDeviceEx(c, device));

  c.store(words + MapPhysicalAddressLayout.MAP_TYPE, 4, MapPhysicalAddressType.MDL);
  c.store(words + MapPhysicalAddressLayout.FIRST, 8, mdl);
  ok(mapLogicalRangeEx(c, domain, READ, words, 0, 0, 0, words + 0x20));
  long readable = c.load(words + 0x20, 8);
  undo.push(() -> unmapLogicalRange(c, domain, readable, 1));
  transfer(machine, c, registers, readable, 0x40000, 1);
  IO.println("4. MapLogicalRangeEx: the device reads it at 0x%x".formatted(readable));

  // Reserved and mapped later, as the driver's own range was; the device may only write there.
  ok(reserveLogicalAddressRange(c, domain, PAGE, 0, 0, 0, words + 0x20));
  long token = c.load(words + 0x20, 8);
  undo.push(() -> freeReservedLogicalAddressRange(c, token));
  mapReservedLogicalRange(c, token, 0, WRITE, words, words + 0x30);
  undo.push(() -> unmapReservedLogicalRange(c, words + 0x30));
  long writable = c.load(token + LogicalAddressTokenLayout.LOGICAL_ADDRESS_BASE, 8);
  transfer(machine, c, registers, 0x40000, writable + 8, 1 | 2);
  IO.println("5. MapReservedLogicalRange: the device writes it at 0x%x".formatted(writable + 8));
  IO.println("   and there it is: the program reads " + program.cpu().load(greeting + 8, 8));
}

/** Has the device move 8 bytes, and waits. Command 1 fetches, with 2 it brings back. */
static void transfer(
    SimulatedMachine machine, NtContext c, long registers, long from, long to, int command) {
  writeRegisterUlong(c, registers + 0x80, (int) from);
  writeRegisterUlong(c, registers + 0x88, (int) to);
  writeRegisterUlong(c, registers + 0x90, 8);
  writeRegisterUlong(c, registers + 0x98, command);
  machine.clock().advance(200);
}

/** A memory object that nobody has got a handle of is gone with whoever has made it. */
static void abandon(MxVmo vmo) {
  if (vmo.handles() == 0) {
    vmo.abandon();
  }
}

static long have(long address) {
  ok(address == 0 ? NtStatus.STATUS_INSUFFICIENT_RESOURCES : 0);
  return address;
}

static void ok(int status) {
  if (status != 0) {
    throw new IllegalStateException("there is no memory");
  }
}
