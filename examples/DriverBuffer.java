// A driver maps the buffer of its device, and goes on when no memory is left.
//
// The frames of a device's buffer belong to the driver. It maps them in a program's address space
// by their numbers: they are there at once, no fault is taken, and a frame that any page shows is
// held and not reused. For its own use the driver has a reservation: pages whose tables exist
// beforehand, so that mapping there acquires nothing, whatever happens to the rest of memory.
//
//     mapwright run DriverBuffer.java

import module dev.mapwright.sim;
import dev.mapwright.core.Permissions;

static final int RING_PAGES = 8;

void main() {
  try (SimulatedMachine machine = SimulatedMachine.builder().ram(1, 256).seed(7).build();
      AddressSpace program = AddressSpace.create(machine, "program", 0x10, 0xFFFFF).get();
      AddressSpace system = AddressSpace.create(machine, "system", 0x10, 0xFFFFF).get()) {
    Cpu cpu = machine.newCpu();
    Frames frames = machine.frames();

    // The device writes to a run of frames, which the driver took for it.
    long ring = frames.allocateRun(Frames.RunRequest.of(RING_PAGES, 0), FrameOwner.POOL, 0);
    if (ring == Frames.NONE) {
      IO.println("no run of %d frames is free".formatted(RING_PAGES));
      return;
    }
    for (int i = 0; i < RING_PAGES; i++) {
      machine.memory().writeLong(Pages.address(ring + i), 100 + i);
    }

    // 1. The program sees the buffer, backwards even, and may not write to it.
    MapRequest request =
        new MapRequest().pages(RING_PAGES).permissions(Permissions.READ).maximum(Permissions.READ);
    program.root().mapFrames(request, page -> ring + RING_PAGES - 1 - page).orThrow();
    long address = Pages.address(request.firstPage());
    cpu.attach(program);
    IO.println("1. the program reads %d, %d ... %d".formatted(
        cpu.load(address, 8),
        cpu.load(address + Pages.BYTES, 8),
        cpu.load(address + (RING_PAGES - 1) * Pages.BYTES, 8)));
    IO.println("   a store:  " + cpu.probe(address, 8, Access.WRITE).reason().sentence());

    // 2. The device is busy: for a while no access gets through, and the frames stay mapped.
    program.root().protect(request.firstPage(), RING_PAGES, Permissions.NONE).orThrow();
    IO.println("2. meanwhile: " + cpu.probe(address, 8, Access.READ).reason().sentence());
    program.root().protect(request.firstPage(), RING_PAGES, Permissions.READ).orThrow();
    IO.println("   and then:  " + cpu.load(address, 8));

    // 3. Pages for the driver's own use are set aside while there is memory.
    RegionRequest range = new RegionRequest().pages(RING_PAGES);
    Reservation window = system.root().reserve(range, RING_PAGES).get();
    long first = window.region().firstPage();
    IO.println("3. set aside: %d pages".formatted(window.region().pages()));

    // 4. Then there is none: somebody commits every frame that is left.
    MemoryObject greedy = MemoryObject.paged(machine, frames.free()).get();
    greedy.commit(0, frames.free()).orThrow();
    MemoryObject more = MemoryObject.paged(machine, 1).get();
    IO.println("4. one more page: " + more.commit(0, 1).sentence());

    // 5. The driver's window opens all the same, page by page, a thousand times.
    cpu.attach(system);
    long sum = 0;
    for (int round = 0; round < 1000; round++) {
      long frame = ring + round % RING_PAGES;
      window.map(first, 1, page -> frame, Permissions.READ_WRITE, CachePolicy.CACHED).orThrow();
      sum += cpu.load(Pages.address(first), 8);
      window.unmap(first).orThrow();
    }
    IO.println("5. a thousand looks through the window: " + sum);

    // 6. The driver frees its buffer under the program, which goes on seeing what it saw.
    for (int i = 0; i < RING_PAGES; i++) {
      frames.free(ring + i);
    }
    cpu.attach(program);
    IO.println("6. still shown: %d; the frame is %s".formatted(
        cpu.load(address, 8), frames.owner(ring + RING_PAGES - 1)));
    program.root().unmap(request.firstPage(), RING_PAGES).orThrow();
    IO.println("   unmapped, it is " + frames.owner(ring + RING_PAGES - 1));

    window.release().orThrow();
    greedy.release();
    more.release();
  }
}
