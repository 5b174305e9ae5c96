// A driver with registers, from its resource list to its interrupt and back.
//
// The device is QEMU's edu, which computes factorials and interrupts when it is done. Its driver
// does what every driver of a PCI device does: it walks the resource list that it gets when it is
// started, maps the registers that it finds there, talks to the device, serves the interrupt at the
// device's level, and takes everything back when it is stopped. The routines have their documented
// names and arguments; what a kernel would be needed for is simulated.
//
//     mapwright run EduDriver.java

import static dev.mapwright.windows.abi.CmResource.*;
import static dev.mapwright.windows.abi.PageProtection.*;
import static dev.mapwright.windows.iospace.IoSpaceCalls.*;
import static dev.mapwright.windows.iospace.RegisterCalls.*;

import dev.mapwright.sim.*;
import dev.mapwright.sim.device.*;
import dev.mapwright.windows.abi.*;
import dev.mapwright.windows.context.*;
import dev.mapwright.windows.harness.*;
import dev.mapwright.windows.iospace.*;

// The registers, by the device's specification (QEMU, docs/specs/edu), and bits of the status.
static final int IDENTIFICATION = 0x00;
static final int LIVENESS = 0x04;
static final int FACTORIAL = 0x08;
static final int STATUS = 0x20;
static final int INTERRUPT_STATUS = 0x24;
static final int INTERRUPT_ACKNOWLEDGE = 0x64;
static final int COMPUTING = 0x01;
static final int INTERRUPT_WHEN_DONE = 0x80;

// What the driver knows of its device (its device extension).
static long registers;
static long registerBytes;
static int level;
static int result;

void main() {
  EduDevice edu = new EduDevice("edu");
  try (SimulatedMachine machine = SimulatedMachine.builder().ram(0x100, 4096).seed(7).build();
      Kernel kernel = Kernel.boot(machine, KernelOptions.DEFAULT)) {
    NtContext c = kernel.newContext(kernel.loadDriver("edu.sys"));

    // What the bus and the PnP manager do: the device has a place, the driver is told of it.
    machine.plug(edu, 0xFEB00);
    long resources = new ResourceList()
        .memory(0xFEB0_0000L, EduDevice.BAR_BYTES)
        .interrupt(5, 0x51, false)
        .write(kernel);

    // 1. IRP_MN_START_DEVICE.
    int started = start(c, resources);
    if (started != NtStatus.STATUS_SUCCESS) {
      IO.println("not started: " + NtStatus.name(started) + "\n   " + c.lastRefusal());
      IO.println("left behind: " + Drivers.unload(c));
      return;
    }
    Interrupt interrupt = Interrupt.connect(c, edu.line(), level, this::service);
    IO.println("1. registers: 0x%x bytes at 0x%x, interrupt at level %d"
        .formatted(registerBytes, registers, level));

    // 2. Is it the device that we think it is, and alive?
    int id = readRegisterUlong(c, registers + IDENTIFICATION);
    writeRegisterUlong(c, registers + LIVENESS, 0x12345678);
    int alive = readRegisterUlong(c, registers + LIVENESS);
    IO.println("2. identification 0x%08x, liveness 0x%08x".formatted(id, alive));

    // 3. Work is begun and not waited for. Virtual time passes only when somebody says so.
    writeRegisterUlong(c, registers + STATUS, INTERRUPT_WHEN_DONE);
    writeRegisterUlong(c, registers + FACTORIAL, 10);
    int status = readRegisterUlong(c, registers + STATUS);
    IO.println("3. computing: " + ((status & COMPUTING) != 0));
    machine.clock().advance(200);
    IO.println("   10! = " + result + ", the line is " + (edu.line().raised() ? "up" : "down"));

    // 4. Why was that refused? Registers that are mapped uncached are not mapped cached, too.
    long cached = mmMapIoSpaceEx(c, 0xFEB0_0000L, 0x1000, PAGE_READWRITE);
    IO.println("4. mapped cached: " + cached + "\n   " + c.lastRefusal());

    // 5. IRP_MN_STOP_DEVICE: first the interrupt, then the registers, with the size of the start.
    interrupt.close();
    mmUnmapIoSpace(c, registers, registerBytes);
    IO.println("5. left behind: " + Drivers.unload(c));
  }
}

/** Walks the CM_RESOURCE_LIST, as it lies in memory, and maps what it needs. */
static int start(NtContext c, long list) {
  int count = (int) c.load(list + CmResourceLayout.PARTIAL_COUNT, 4);
  for (int i = 0; i < count; i++) {
    long descriptor =
        list + CmResourceLayout.PARTIAL_DESCRIPTORS + i * CmResourceLayout.DESCRIPTOR_BYTES;
    switch ((int) c.load(descriptor + CmResourceLayout.TYPE, 1)) {
      case CM_RESOURCE_TYPE_MEMORY -> {
        long start = c.load(descriptor + CmResourceLayout.START, 8);
        registerBytes = c.load(descriptor + CmResourceLayout.LENGTH, 4);
        registers = mmMapIoSpaceEx(c, start, registerBytes, PAGE_READWRITE | PAGE_NOCACHE);
        if (registers == 0) {
          return NtStatus.STATUS_INSUFFICIENT_RESOURCES;
        }
      }
      case CM_RESOURCE_TYPE_INTERRUPT ->
          level = (int) c.load(descriptor + CmResourceLayout.INTERRUPT_LEVEL, 2);
      default -> {}
    }
  }
  return NtStatus.STATUS_SUCCESS;
}

/** The interrupt service routine: is it ours, what is the result, and tell the device. */
void service(NtContext c) {
  int raised = readRegisterUlong(c, registers + INTERRUPT_STATUS);
  if (raised != 0) {
    result = readRegisterUlong(c, registers + FACTORIAL);
    IO.println("   interrupt 0x%x at %s".formatted(raised, Irql.name(c.irql())));
    writeRegisterUlong(c, registers + INTERRUPT_ACKNOWLEDGE, raised);
  }
}
