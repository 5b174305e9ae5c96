// A ring buffer without a seam, in a driver: the pages of one MDL mapped twice, side by side.
//
// A program posts a buffer, and the driver uses it as a ring. What is written over its end belongs
// at its beginning, so every record would have to be checked and split there; but with the pages
// mapped twice in a row, the end is followed by the beginning, and a record is read in one piece
// wherever it lies. One reservation that is divisible holds both halves. An MDL can be mapped once,
// so the second half is mapped by a partial MDL of the whole, which names the same pages.
//
//     mapwright run MirroredRing.java

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
import dev.mapwright.windows.harness.*;

static final int TAG = PoolTag.of("Ring");
static final int BYTES = 4 * 4096;
static final int RECORD = 24;

// What the driver keeps of its ring; 0 what it has not got.
static long mdl;
static long twin;
static long ring;

void main() {
  try (SimulatedMachine machine = SimulatedMachine.builder().ram(0x100, 4096).seed(7).build();
      Kernel kernel = Kernel.boot(machine, KernelOptions.DEFAULT)) {
    NtContext c = kernel.newContext(kernel.loadDriver("ring.sys"));
    NtProcess program = kernel.newProcess("recorder.exe");
    c.processor().attach(program);
    long buffer = program.memory().allocate(BYTES, Permissions.READ_WRITE);
    if (buffer != 0 && open(c, buffer)) {
      use(c, buffer);
      // 5. Back in the opposite order: both halves, the pages, and what was allocated.
      mmUnmapReservedMapping(c, ring + BYTES, TAG, twin);
      mmUnmapReservedMapping(c, ring, TAG, mdl);
      mmUnlockPages(c, mdl);
    } else {
      IO.println("not opened: there is no memory");
    }
    free(c);
    Processes.end(c, program);
    IO.println("5. left behind: " + Drivers.unload(c));
  }
}

static boolean open(NtContext c, long buffer) {
  // 1. First all that may fail: two MDLs, a reservation of twice the size, and the lock.
  mdl = ioAllocateMdl(c, buffer, BYTES, false, false, 0);
  twin = ioAllocateMdl(c, buffer, BYTES, false, false, 0);
  ring = mmAllocateMappingAddressEx(c, 2 * BYTES, TAG, MM_MAPPING_ADDRESS_DIVISIBLE);
  if (mdl == 0 || twin == 0 || ring == 0) {
    return false;
  }
  try {
    mmProbeAndLockPages(c, mdl, 1, 1); // UserMode, IoWriteAccess
  } catch (NtStatusException raised) {
    return false;
  }
  IO.println("1. locked: " + pfns(c, mdl));
  // 2. The twin names the same pages. It is made before the first is mapped, so that it does not
  // believe to be a part of that mapping. Then each half is mapped at its own address.
  ioBuildPartialMdl(c, mdl, twin, mmGetMdlVirtualAddress(c, mdl), 0);
  mmMapLockedPagesWithReservedMapping(c, ring, TAG, mdl, MM_CACHED);
  mmMapLockedPagesWithReservedMapping(c, ring + BYTES, TAG, twin, MM_CACHED);
  IO.println("2. mapped at 0x%x and again at 0x%x".formatted(ring, ring + BYTES));
  return true;
}

static void free(NtContext c) {
  if (ring != 0) {
    mmFreeMappingAddress(c, ring, TAG);
  }
  if (twin != 0) {
    ioFreeMdl(c, twin);
  }
  if (mdl != 0) {
    ioFreeMdl(c, mdl);
  }
}

static void use(NtContext c, long buffer) {
  // 3. Over the seam, unaligned: the record begins 5 bytes before the end.
  long head = BYTES - 5;
  c.store(ring + head, 8, 0x1122334455667788L);
  IO.println("3. across the seam 0x%x".formatted(c.load(ring + head, 8)));
  IO.println("   the program sees 0x%06x at the beginning, 0x%x at the end".formatted(
      c.userLoad(buffer, 4), c.userLoad(buffer + BYTES - 4, 4)));
  // 4. A thousand records: nobody asks where the end is, only positions are reduced.
  long written = 0;
  long sum = 0;
  for (int i = 0; i < 1000; i++) {
    long at = ring + written % BYTES;
    for (int field = 0; field < RECORD; field += 8) {
      c.store(at + field, 8, i);
    }
    sum += c.load(at + 8, 8); // the reader, right behind
    written += RECORD;
  }
  IO.println("4. %d bytes through the ring, sum %d".formatted(written, sum));
}

/** The array of page frame numbers that follows an MDL. */
static List<Long> pfns(NtContext c, long mdl) {
  long array = mmGetMdlPfnArray(c, mdl);
  List<Long> pfns = new ArrayList<>();
  for (int i = 0; i < BYTES / 4096; i++) {
    pfns.add(c.load(array + i * 8, 8));
  }
  return pfns;
}
