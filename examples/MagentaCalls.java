// Magenta's calls as a C program makes them: handles are numbers, results go through pointers into
// the program's own memory, and a call answers with a status.
//
// Vmar, Vmo and Program are the same calls for Java: results are returned, refusals are thrown.
//
//     mapwright run MagentaCalls.java
//     mapwright run --story MagentaCalls.java

import static dev.mapwright.zircon.abi.MxVmFlags.*;

import dev.mapwright.core.*;
import dev.mapwright.sim.*;
import dev.mapwright.zircon.*;
import dev.mapwright.zircon.abi.*;
import dev.mapwright.zircon.call.*;

static final int READ_WRITE = MX_VM_FLAG_PERM_READ | MX_VM_FLAG_PERM_WRITE;
static final int MAY_DO_ALL =
    MX_VM_FLAG_CAN_MAP_READ | MX_VM_FLAG_CAN_MAP_WRITE | MX_VM_FLAG_CAN_MAP_SPECIFIC;

void main() {
  try (SimulatedMachine machine = SimulatedMachine.builder().ram(0x100, 1024).seed(1).build();
      Zircon zircon = Zircon.boot(machine);
      Program program = zircon.start("calls");
      OutSlots out = program.newOutSlots()) {
    MxContext c = program.context();
    int root = program.root().value();

    // A region of 16 pages. Its handle and its address come back through two pointers.
    need(
        "mx_vmar_allocate",
        c,
        MxCalls.mxVmarAllocate(
            c, root, 0, 16 * 4096, MAY_DO_ALL, out.pointer(0), out.pointer(1)));
    int region = out.handle(0);
    long base = out.number(1);

    // An object of two pages, seen from the region's second page on.
    need("mx_vmo_create", c, MxCalls.mxVmoCreate(c, 2 * 4096, 0, out.pointer(0)));
    int vmo = out.handle(0);
    int where = READ_WRITE | MX_VM_FLAG_SPECIFIC;
    need(
        "mx_vmar_map",
        c,
        MxCalls.mxVmarMap(c, region, 4096, vmo, 0, 2 * 4096, where, out.pointer(0)));
    long mapped = out.number(0);
    IO.println("  mapped at the region's byte 0x%x".formatted(mapped - base));

    program.cpu().store(mapped + 16, 8, 42);
    IO.println("  stored and loaded: " + program.cpu().load(mapped + 16, 8));

    // The same place again: refused, nothing has changed, and the context knows why.
    say(
        "mx_vmar_map",
        c,
        MxCalls.mxVmarMap(c, region, 4096, vmo, 0, 2 * 4096, where, out.pointer(0)));

    // No write any more, and the CPU says what it met.
    say(
        "mx_vmar_protect",
        c,
        MxCalls.mxVmarProtect(c, region, mapped, 4096, MX_VM_FLAG_PERM_READ));
    try {
      program.cpu().store(mapped + 16, 8, 43);
    } catch (MemoryFault fault) {
      IO.println("  " + fault.fault().reason().sentence());
    }

    // A pointer to nothing is an answer, too; so is the handle that names nothing.
    say("mx_vmo_create", c, MxCalls.mxVmoCreate(c, 4096, 0, 0x10));
    say("mx_vmar_destroy", c, MxCalls.mxVmarDestroy(c, MxLimits.MX_HANDLE_INVALID));

    say("mx_vmar_destroy", c, MxCalls.mxVmarDestroy(c, region));
    say("mx_handle_close", c, MxCalls.mxHandleClose(c, region));
    say("mx_handle_close", c, MxCalls.mxHandleClose(c, vmo));
  }
}

/** The same for a call without whose result there is no going on. */
static void need(String call, MxContext c, int status) {
  say(call, c, status);
  if (status != MxStatus.MX_OK) {
    throw new IllegalStateException(c.lastRefusal().toString());
  }
}

/** Prints the status, and after a refusal the documented reason. */
static void say(String call, MxContext c, int status) {
  boolean refused = c.lastRefusal().condition() != null;
  IO.println(refused ? c.lastRefusal().toString() : call + ": " + MxStatus.name(status));
}
