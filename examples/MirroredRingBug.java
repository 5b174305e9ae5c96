// The driver of MirroredRing.java with one bug: it unlocks the pages that it has still mapped.
//
// MmUnlockPages removes the system mapping of an MDL that MmGetSystemAddressForMdlSafe has made, so
// drivers get used to not unmapping. A mapping in a reservation is the driver's, and stays: with
// the pages unlocked, it would show memory that is somebody else's soon. It has to be removed by
// MmUnmapReservedMapping, and before.
//
//     mapwright run MirroredRingBug.java

import static dev.mapwright.windows.abi.MappingAddressFlags.*;
import static dev.mapwright.windows.abi.MemoryCachingType.*;
import static dev.mapwright.windows.mdl.MdlCalls.*;
import static dev.mapwright.windows.mdl.MdlMappingCalls.*;
import static dev.mapwright.windows.reserved.ReservedCalls.*;

import dev.mapwright.core.*;
import dev.mapwright.sim.*;
import dev.mapwright.windows.abi.*;
import dev.mapwright.windows.bugcheck.*;
import dev.mapwright.windows.context.*;

static final int TAG = PoolTag.of("Ring");
static final int BYTES = 4 * 4096;

// What the driver keeps of its ring.
static long mdl;
static long twin;
static long ring;

void main() {
  KernelOptions options = KernelOptions.DEFAULT.withCallSites();
  try (SimulatedMachine machine = SimulatedMachine.builder().ram(0x100, 4096).seed(7).build();
      Kernel kernel = Kernel.boot(machine, options)) {
    NtContext c = kernel.newContext(kernel.loadDriver("ring.sys"));
    NtProcess program = kernel.newProcess("recorder.exe");
    c.processor().attach(program);
    if (!open(c, program.memory().allocate(BYTES, Permissions.READ_WRITE))) {
      IO.println("not opened: there is no memory");
      return;
    }
    c.store(ring + BYTES - 4, 8, -1L);
    IO.println("across the seam 0x%x".formatted(c.load(ring + BYTES - 4, 8)));
    try {
      close(c);
      IO.println("closed");
    } catch (BugCheck bugCheck) {
      IO.print(bugCheck.report().text());
    }
  }
}

static boolean open(NtContext c, long buffer) {
  mdl = ioAllocateMdl(c, buffer, BYTES, false, false, 0);
  twin = ioAllocateMdl(c, buffer, BYTES, false, false, 0);
  ring = mmAllocateMappingAddressEx(c, 2 * BYTES, TAG, MM_MAPPING_ADDRESS_DIVISIBLE);
  if (buffer == 0 || mdl == 0 || twin == 0 || ring == 0) {
    return false; // a driver that goes on would free the others: see MirroredRing.java
  }
  try {
    mmProbeAndLockPages(c, mdl, 1, 1); // UserMode, IoWriteAccess
  } catch (NtStatusException raised) {
    return false;
  }
  ioBuildPartialMdl(c, mdl, twin, buffer, 0);
  mmMapLockedPagesWithReservedMapping(c, ring, TAG, mdl, MM_CACHED);
  mmMapLockedPagesWithReservedMapping(c, ring + BYTES, TAG, twin, MM_CACHED);
  return true;
}

static void close(NtContext c) {
  mmUnlockPages(c, mdl); // the bug: these two belong below the next two lines
  ioFreeMdl(c, mdl);
  mmUnmapReservedMapping(c, ring + BYTES, TAG, twin);
  mmUnmapReservedMapping(c, ring, TAG, mdl);
  mmFreeMappingAddress(c, ring, TAG);
  ioFreeMdl(c, twin);
}
