// A driver that goes on when memory is short, because it has reserved what it needs.
//
// A disk driver that can't write because there is no memory can't page anything out either, and
// then there never is any. So drivers in that path must make progress with what they have. To see
// the data of a request, an MDL is mapped, which takes system PTEs and may fail. This driver has
// reserved a few when it was started; mapping there acquires nothing, and can't fail for want of
// anything. A larger request is seen piece by piece.
//
//     mapwright run ForwardProgress.java

import static dev.mapwright.windows.abi.MemoryCachingType.*;
import static dev.mapwright.windows.abi.PagePriority.*;
import static dev.mapwright.windows.mdl.MdlCalls.*;
import static dev.mapwright.windows.mdl.MdlMappingCalls.*;
import static dev.mapwright.windows.reserved.ReservedCalls.*;

import dev.mapwright.core.*;
import dev.mapwright.sim.*;
import dev.mapwright.windows.abi.*;
import dev.mapwright.windows.bugcheck.*;
import dev.mapwright.windows.context.*;
import dev.mapwright.windows.harness.*;
import dev.mapwright.windows.memory.system.*;

static final int TAG = PoolTag.of("Fwd ");
static final int PIECE = 4 * 4096;

// What the driver keeps for a rainy day. It is one of each, so a real driver guards it by a lock.
static long window;
static long part;

void main() {
  SystemLayout small = SystemLayout.X64.withSystemPtes(256);
  try (SimulatedMachine machine = SimulatedMachine.builder().ram(0x100, 4096).seed(7).build();
      Kernel kernel = Kernel.boot(machine, KernelOptions.DEFAULT.with(small))) {
    NtContext c = kernel.newContext(kernel.loadDriver("disk.sys"));
    NtProcess program = kernel.newProcess("editor.exe");
    c.processor().attach(program);
    long buffer = program.memory().allocate(65536, Permissions.READ_WRITE) + 0x123;
    for (int i = 0; i < 40_000; i++) {
      c.userStore(buffer + i, 1, i);
    }

    // 1. Start. A piece that begins in the middle of a page touches one page more.
    window = mmAllocateMappingAddress(c, PIECE + 4096, TAG);
    if (window != 0) {
      part = ioAllocateMdl(c, 0xFFF, PIECE, false, false, 0);
      if (part != 0) {
        IO.println("1. reserved: 5 pages at 0x%x".formatted(window));
        request(c, buffer);
        ioFreeMdl(c, part);
      }
      mmFreeMappingAddress(c, window, TAG);
    }
    IO.println("left behind: " + Drivers.unload(c));
  }
}

/** The program writes 40,000 bytes; the I/O manager locks them before it calls the driver. */
static void request(NtContext c, long buffer) {
  long mdl = ioAllocateMdl(c, buffer, 40_000, false, false, 0);
  if (mdl != 0) {
    try {
      mmProbeAndLockPages(c, mdl, 1, 0); // UserMode, IoReadAccess
      // 2. Somebody takes nearly all PTEs. The last tenth is for requests of high priority.
      long taken = mmAllocateMappingAddress(c, (c.kernel().systemPtes().free() - 20) * 4096, TAG);
      write(c, "2. few PTEs are left", mdl);
      if (taken != 0) {
        mmFreeMappingAddress(c, taken, TAG);
      }
      // 3. Driver Verifier simulates low resources: here every allocation fails, not 6 of 100.
      c.kernel().verifier().simulateLowResources(10_000, 0);
      write(c, "3. Verifier", mdl);
      c.kernel().verifier().stopSimulating();
      // 4. And with the machine itself giving nothing to anybody.
      c.kernel().machine().failures().failAll();
      write(c, "4. no memory at all", mdl);
      c.kernel().machine().failures().off();
      // 5. When there is memory, the fallback is not used.
      write(c, "5. plenty", mdl);
      mmUnlockPages(c, mdl);
    } catch (NtStatusException raised) {
      IO.println("not locked: " + raised.getMessage());
    }
    ioFreeMdl(c, mdl);
  }
}

/** A request: the fast way, and the one that always works. */
static void write(NtContext c, String when, long mdl) {
  int priority = NORMAL_PAGE_PRIORITY | MDL_MAPPING_NO_WRITE | MDL_MAPPING_NO_EXECUTE;
  long address = mmGetSystemAddressForMdlSafe(c, mdl, priority);
  Refusal why = c.lastRefusal(); // asked at once, since the next call has an answer of its own
  int bytes = mmGetMdlByteCount(c, mdl);
  if (address != 0) {
    IO.println("%s: at once, sum %d".formatted(when, send(c, address, bytes)));
    return;
  }
  IO.println("%s: NULL, because\n   %s".formatted(when, why));
  long sum = 0;
  for (int done = 0; done < bytes; done += PIECE) {
    int length = Math.min(PIECE, bytes - done);
    ioBuildPartialMdl(c, mdl, part, mmGetMdlVirtualAddress(c, mdl) + done, length);
    long piece = mmMapLockedPagesWithReservedMapping(c, window, TAG, part, MM_CACHED);
    sum += send(c, piece, length);
    mmUnmapReservedMapping(c, window, TAG, part);
    mmPrepareMdlForReuse(c, part);
  }
  IO.println("   in pieces, sum " + sum);
}

/** What the device would do. */
static long send(NtContext c, long address, int bytes) {
  long sum = 0;
  for (int i = 0; i < bytes; i++) {
    sum += c.load(address + i, 1);
  }
  return sum;
}
