// Regions as sandboxes: hand somebody a piece of your address space, and only that.
//
// A region is a range that holds mappings and smaller regions. Who has a handle to one can map
// inside it and nowhere else, with no more than it allows, and loses everything at once when it is
// destroyed. So a plug-in gets a region, not the address space. These are Magenta's calls (vmar_map
// and its family); a refusal says which of the documented conditions it was.
//
//     mapwright run Regions.java
//     mapwright run --story Regions.java

import static dev.mapwright.zircon.abi.MxRights.*;
import static dev.mapwright.zircon.abi.MxVmFlags.*;

import dev.mapwright.core.*;
import dev.mapwright.core.machine.*;
import dev.mapwright.sim.*;
import dev.mapwright.zircon.*;

static final long PAGE = Pages.BYTES;
static final int MAY_READ_WRITE =
    MX_VM_FLAG_CAN_MAP_READ | MX_VM_FLAG_CAN_MAP_WRITE | MX_VM_FLAG_CAN_MAP_SPECIFIC;
static final int READ_WRITE = MX_VM_FLAG_PERM_READ | MX_VM_FLAG_PERM_WRITE;
static final int READ_EXECUTE = MX_VM_FLAG_PERM_READ | MX_VM_FLAG_PERM_EXECUTE;

void main() {
  try (SimulatedMachine machine = SimulatedMachine.builder().ram(0, 1024).seed(3).build();
      Zircon zircon = Zircon.boot(machine)) {
    Program program = zircon.start("host");
    Vmar root = program.root();
    Cpu cpu = program.cpu();

    // The host's own data, anywhere: places are drawn at random from all that are free.
    Vmo secret = program.createVmo(PAGE);
    long own = root.map(secret, 0, PAGE, READ_WRITE);
    cpu.store(own, 8, 0x5EC7E7);
    IO.println("the host's data is at       0x%x".formatted(own));

    // The plug-in's sandbox: 64 pages, data only. Nothing in it can ever be executed.
    Vmar sandbox = root.allocate(64 * PAGE, MAY_READ_WRITE);
    IO.println("the sandbox is at           0x%x-0x%x"
        .formatted(sandbox.base(), sandbox.base() + sandbox.bytes() - 1));

    // The plug-in uses it as it likes: some data, and a region inside for its cache.
    Vmo data = program.createVmo(4 * PAGE);
    long first = sandbox.mapAt(0, data, 0, 4 * PAGE, READ_WRITE);
    Vmar cache = sandbox.allocateAt(16 * PAGE, 16 * PAGE, MAY_READ_WRITE);
    long second = cache.map(data, 0, 4 * PAGE, READ_WRITE);
    cpu.store(first, 8, 42); // both mappings show the same memory
    IO.println("stored 42 at 0x%x, loaded %d at 0x%x"
        .formatted(first, cpu.load(second, 8), second));

    // What it can't do. Offsets count from the sandbox, so the host's page is not even sayable.
    IO.println("\nthe plug-in tries");
    attempt("to map beyond its end", () -> sandbox.mapAt(64 * PAGE, data, 0, PAGE, READ_WRITE));
    attempt("to unmap the host's page", () -> sandbox.unmap(own, PAGE));
    attempt("to map over its cache", () -> sandbox.mapOver(16 * PAGE, data, 0, PAGE, READ_WRITE));
    attempt("to map code", () -> sandbox.map(data, 0, PAGE, READ_EXECUTE));
    attempt("to turn data into code", () -> sandbox.protect(first, PAGE, READ_EXECUTE));
    attempt("a region larger than it", () -> sandbox.allocate(65 * PAGE, MAY_READ_WRITE));

    // Rights belong to the handle: this one names the same memory, but only to look at it.
    Vmo lookOnly = data.duplicate(MX_RIGHT_READ | MX_RIGHT_MAP);
    attempt("to write what it may read", () -> sandbox.map(lookOnly, 0, PAGE, READ_WRITE));

    // And the host can't map into the sandbox by accident: for the root the place is taken.
    long offset = sandbox.base() + 40 * PAGE - root.base();
    attempt("the host to map into it", () -> root.mapAt(offset, secret, 0, PAGE, READ_WRITE));

    // The end of the plug-in is one call, however much it has mapped at whatever depth.
    sandbox.destroy();
    IO.println("\nthe sandbox is destroyed");
    try {
      cpu.load(second, 8);
    } catch (MemoryFault caught) {
      IO.println(caught.fault());
    }
    attempt("the plug-in to go on", () -> cache.map(data, 0, PAGE, READ_WRITE));
    IO.println("the host's data is still 0x%x".formatted(cpu.load(own, 8)));
  }
}

/** Does what will be refused, and prints by which answer. */
static void attempt(String what, Runnable call) {
  try {
    call.run();
    IO.println("  " + what + ": allowed");
  } catch (MxException refused) {
    IO.println("  " + what + ":\n      " + refused.getMessage());
  }
}
