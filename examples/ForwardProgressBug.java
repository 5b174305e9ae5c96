// A driver in the manner of ForwardProgress.java with one bug: it divides what can't be divided.
//
// To serve several requests at a time when memory is short, the driver reserves one range for four
// of them, and maps each request in a slot of its own. The first slot works, and often there is
// no more than one request, so the bug is found late. A plain reservation is mapped as a
// whole, from its beginning; only MmAllocateMappingAddressEx makes one of which parts are mapped.
//
//     mapwright run ForwardProgressBug.java

import static dev.mapwright.windows.abi.MemoryCachingType.*;
import static dev.mapwright.windows.mdl.MdlCalls.*;
import static dev.mapwright.windows.reserved.ReservedCalls.*;

import dev.mapwright.core.*;
import dev.mapwright.sim.*;
import dev.mapwright.windows.abi.*;
import dev.mapwright.windows.bugcheck.*;
import dev.mapwright.windows.context.*;

static final int TAG = PoolTag.of("Fwd ");
static final int SLOTS = 4;
static final int SLOT_BYTES = 2 * 4096;

void main() {
  KernelOptions options = KernelOptions.DEFAULT.withCallSites();
  try (SimulatedMachine machine = SimulatedMachine.builder().ram(0x100, 4096).seed(7).build();
      Kernel kernel = Kernel.boot(machine, options)) {
    NtContext c = kernel.newContext(kernel.loadDriver("disk.sys"));
    NtProcess program = kernel.newProcess("editor.exe");
    c.processor().attach(program);

    // The bug. Right: mmAllocateMappingAddressEx(.., TAG, MM_MAPPING_ADDRESS_DIVISIBLE).
    long slots = mmAllocateMappingAddress(c, SLOTS * SLOT_BYTES, TAG);
    long buffer = program.memory().allocate(65536, Permissions.READ_WRITE);
    if (slots == 0 || buffer == 0) {
      IO.println("not started: there is no memory");
      return;
    }
    try {
      for (int request = 0; request < SLOTS; request++) {
        long mdl = lockedMdl(c, buffer + request * 4096);
        if (mdl == 0) {
          IO.println("request %d failed: there is no memory".formatted(request));
          return;
        }
        long slot = slots + request * SLOT_BYTES;
        long data = mmMapLockedPagesWithReservedMapping(c, slot, TAG, mdl, MM_CACHED);
        IO.println("request %d is at 0x%x".formatted(request, data));
      }
    } catch (BugCheck bugCheck) {
      IO.print(bugCheck.report().text());
    }
  }
}

/** A request of 4000 bytes, as it reaches the driver; 0 when there is no memory for it. */
static long lockedMdl(NtContext c, long buffer) {
  long mdl = ioAllocateMdl(c, buffer, 4000, false, false, 0);
  if (mdl != 0) {
    try {
      mmProbeAndLockPages(c, mdl, 1, 0); // UserMode, IoReadAccess
    } catch (NtStatusException raised) {
      ioFreeMdl(c, mdl);
      return 0;
    }
  }
  return mdl;
}
