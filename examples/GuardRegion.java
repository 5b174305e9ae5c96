// A guard region catches an overrun.
//
// Every buffer lies in a region of its own that is larger than the buffer by one page on each side.
// The rest of the region stays unmapped, and because it belongs to the region, nobody else can map
// anything there. A program that runs over the edge meets a fault at the very first byte, and the
// fault says what happened. A fault is data, not a crash: the program goes on.
//
//     mapwright run GuardRegion.java

import module dev.mapwright.sim;
import dev.mapwright.core.Permissions;

/** A buffer and the region that guards it. */
record Buffer(Region region, long address, long bytes) {}

void main() {
  try (SimulatedMachine machine = SimulatedMachine.builder().ram(0, 1024).seed(7).build();
      AddressSpace space = AddressSpace.create(machine, "process", 0x10, 0xFFFFF).get()) {
    Cpu cpu = machine.newCpu();
    cpu.attach(space);

    Buffer buffer = allocate(machine, space.root(), 2);
    IO.println("a buffer of %d bytes at 0x%x, guarded inside %s"
        .formatted(buffer.bytes(), buffer.address(), buffer.region()));

    // 1. A loop that goes one word too far.
    try {
      for (long offset = 0; offset <= buffer.bytes(); offset += 8) {
        cpu.store(buffer.address() + offset, 8, offset);
      }
    } catch (MemoryFault caught) {
      IO.println("\n1. the loop:    " + caught.fault());
    }

    // 2. A copy that is too long: the fault says where it stopped, the bytes before it are there.
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom("x".repeat(5000));
      long start = buffer.address() + Pages.BYTES;
      Fault fault = cpu.write(start, text, 0, 5000);
      IO.println("2. the copy:    " + fault);
      IO.println("                %d bytes arrived".formatted(fault.faultAddress() - start));
    }

    // 3. One byte before the beginning.
    IO.println("3. underrun:    " + cpu.probe(buffer.address() - 1, 1, Access.READ));

    // 4. Nobody else can move in behind the guard: the place is taken as long as the region lives.
    MemoryObject other = MemoryObject.paged(machine, 1).get();
    MapRequest beside = new MapRequest().object(other, 0).pages(1);
    beside.where().at(buffer.region().lastPage());
    IO.println("4. the neighbour: " + space.root().map(beside).sentence());

    // 5. A buffer is given back in one step; who still uses it is told what was there.
    buffer.region().destroy().orThrow();
    try {
      cpu.load(buffer.address() + 16, 8);
    } catch (MemoryFault caught) {
      IO.println("5. use after free: " + caught.fault());
    }

    // 6. And now the neighbour may have the place.
    IO.println("6. the neighbour again: " + space.root().map(beside).sentence());
    other.release();
  }
}

/** A buffer of some pages at a random place, with an unmapped page before and behind it. */
static Buffer allocate(Machine machine, Region where, long pages) {
  RegionRequest guarded = new RegionRequest().pages(pages + 2).capability(Permissions.READ_WRITE);
  where.allocate(guarded).orThrow();
  Region region = guarded.region();

  MemoryObject memory = MemoryObject.paged(machine, pages).get();
  MapRequest request = new MapRequest().object(memory, 0).pages(pages);
  request.where().at(region.firstPage() + 1);
  region.map(request).orThrow();
  memory.release(); // the mapping keeps it
  return new Buffer(region, Pages.address(request.firstPage()), pages * Pages.BYTES);
}
