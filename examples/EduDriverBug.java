// The driver of EduDriver.java with one bug: it unmaps less than it has mapped.
//
// The registers that the driver uses end at 0x68, and so does the structure that it declares for
// them. It maps as much as the resource list says, and unmaps the size of the structure. Nothing
// comes of it on the day on which it is written, if the device is stopped only when the machine is
// switched off. The report says what was done, what was to be done, and by which lines.
//
//     mapwright run EduDriverBug.java

import static dev.mapwright.windows.abi.PageProtection.*;
import static dev.mapwright.windows.iospace.IoSpaceCalls.*;
import static dev.mapwright.windows.iospace.RegisterCalls.*;

import dev.mapwright.sim.*;
import dev.mapwright.sim.device.*;
import dev.mapwright.windows.abi.*;
import dev.mapwright.windows.bugcheck.*;
import dev.mapwright.windows.context.*;
import dev.mapwright.windows.iospace.*;

/** In C: sizeof(EDU_REGISTERS). */
static final int SIZE_OF_REGISTERS = 0x68;

static final int IDENTIFICATION = 0x00;

/** What the driver knows of its device: where its registers are mapped. */
static long registers;

void main() {
  // Call sites cost a walk of the stack each time, and make reports name the lines of a program.
  KernelOptions options = KernelOptions.DEFAULT.withCallSites();
  try (SimulatedMachine machine = SimulatedMachine.builder().ram(0x100, 4096).seed(7).build();
      Kernel kernel = Kernel.boot(machine, options)) {
    machine.plug(new EduDevice("edu"), 0xFEB00);
    long resources = new ResourceList().memory(0xFEB0_0000L, EduDevice.BAR_BYTES).write(kernel);
    NtContext c = kernel.newContext(kernel.loadDriver("edu.sys"));

    if (!start(c, resources)) {
      IO.println("not started: " + c.lastRefusal());
      return;
    }
    int id = readRegisterUlong(c, registers + IDENTIFICATION);
    IO.println("started, identification 0x%08x".formatted(id));
    try {
      stop(c);
      IO.println("stopped");
    } catch (BugCheck bugCheck) {
      IO.print(bugCheck.report().text());
    }

    // The system has stopped: whatever is called now raises the same bug check.
    try {
      start(c, resources);
    } catch (BugCheck bugCheck) {
      IO.println("started again: 0x%X, 0x%x"
          .formatted(bugCheck.code(), bugCheck.parameter(1)));
    }
  }
}

static boolean start(NtContext c, long list) {
  long descriptor = list + CmResourceLayout.PARTIAL_DESCRIPTORS;
  long start = c.load(descriptor + CmResourceLayout.START, 8);
  long bytes = c.load(descriptor + CmResourceLayout.LENGTH, 4);
  registers = mmMapIoSpaceEx(c, start, bytes, PAGE_READWRITE | PAGE_NOCACHE);
  return registers != 0;
}

static void stop(NtContext c) {
  mmUnmapIoSpace(c, registers, SIZE_OF_REGISTERS); // the bug: start has mapped the whole BAR
  registers = 0;
}
