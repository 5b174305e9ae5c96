package dev.mapwright.windows.irp;

import static dev.mapwright.windows.abi.IrpLayout.BYTES;
import static dev.mapwright.windows.abi.IrpLayout.CURRENT_LOCATION;
import static dev.mapwright.windows.abi.IrpLayout.CURRENT_STACK_LOCATION;
import static dev.mapwright.windows.abi.IrpLayout.IO_TYPE_IRP;
import static dev.mapwright.windows.abi.IrpLayout.MOST_STACK_LOCATIONS;
import static dev.mapwright.windows.abi.IrpLayout.SIZE;
import static dev.mapwright.windows.abi.IrpLayout.STACK_COUNT;
import static dev.mapwright.windows.abi.IrpLayout.STACK_LOCATION_BYTES;
import static dev.mapwright.windows.abi.IrpLayout.TYPE;

import dev.mapwright.core.MemoryFault;
import dev.mapwright.core.Pages;
import dev.mapwright.core.event.EventKind;
import dev.mapwright.windows.answer.IoAllocateIrp;
import dev.mapwright.windows.context.NtContext;

/** IoAllocateIrp. */
final class AllocateIrp {
  private AllocateIrp() {}

  static long run(NtContext c, int stackLocations) {
    // Can as many be counted?
    if (stackLocations < 0 || stackLocations > MOST_STACK_LOCATIONS) {
      c.refuse(IoAllocateIrp.BAD_STACK_SIZE, stackLocations, 0);
      return 0;
    }
    // Is there pool?
    int bytes = BYTES + stackLocations * STACK_LOCATION_BYTES;
    long irp = c.kernel().pools().nonPaged().allocate(bytes, FreeIrp.TAG, c.maker(), true);
    if (irp == 0) {
      c.refuse(IoAllocateIrp.NO_MEMORY, bytes, 0);
      return 0;
    }
    try {
      c.cpu().store(irp + TYPE, 2, IO_TYPE_IRP);
      c.cpu().store(irp + SIZE, 2, bytes);
      c.cpu().store(irp + STACK_COUNT, 1, stackLocations);
      c.cpu().store(irp + CURRENT_LOCATION, 1, stackLocations + 1);
      c.cpu().store(irp + CURRENT_STACK_LOCATION, 8, irp + bytes);
    } catch (MemoryFault fault) {
      c.misuse(fault.fault()); // a driver has freed a block that nobody was given yet
      return 0;
    }
    long pages = Pages.of(irp + bytes - 1) - Pages.of(irp) + 1;
    c.kernel().journal().record(EventKind.ALLOCATED, irp, pages, bytes, FreeIrp.TAG);
    c.done(IoAllocateIrp.DONE);
    return irp;
  }
}
