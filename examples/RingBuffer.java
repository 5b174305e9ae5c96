// A ring buffer without a seam: the same memory mapped twice, back to back.
//
// A record that begins near the end of a ring has to be cut in two. If the page behind the last one
// is the first one again, it need not be: one store runs off the end of the first view and lands at
// the start of the ring. The same trick is in audio drivers and in the rings of real kernels.
//
//     mapwright run RingBuffer.java
//     mapwright run --story RingBuffer.java

import module dev.mapwright.sim;

static final int RING_PAGES = 2;
static final int RING_BYTES = RING_PAGES * Pages.BYTES;

void main() {
  try (SimulatedMachine machine = SimulatedMachine.builder().ram(0, 1024).seed(1).build();
      AddressSpace space = AddressSpace.create(machine, "process", 0x10, 0xFFFF).get()) {
    Cpu cpu = machine.newCpu();
    cpu.attach(space);

    // A region keeps the place for both views together, so that nobody else can map between them.
    RegionRequest place = new RegionRequest().pages(2 * RING_PAGES);
    space.root().allocate(place).orThrow();
    Region region = place.region();

    MemoryObject memory = MemoryObject.paged(machine, RING_PAGES).get();
    MapRequest view = new MapRequest().object(memory, 0).pages(RING_PAGES);
    view.where().at(region.firstPage());
    region.map(view).orThrow();
    view.where().at(region.firstPage() + RING_PAGES); // the same object once more
    region.map(view).orThrow();
    memory.release(); // the two mappings keep it alive

    long ring = Pages.address(region.firstPage());
    IO.println("the ring is at 0x%x, seen again at 0x%x".formatted(ring, ring + RING_BYTES));

    // Eight bytes that begin three bytes before the end.
    long edge = RING_BYTES - 3;
    cpu.store(ring + edge, 8, 0x1122334455667788L);
    IO.println("stored 8 bytes across the end: 0x%x".formatted(cpu.load(ring + edge, 8)));
    IO.println("the last 3 are in the first page: 0x%x".formatted(cpu.load(ring + 1, 4)));

    // Messages of any length, written and read without a single "if" about the end.
    long written = RING_BYTES - 10;
    long read = written;
    for (String text : new String[] {"mapped", "twice,", "but", "stored", "only once"}) {
      written = put(cpu, ring, written, text);
    }
    while (read < written) {
      int length = (int) cpu.load(ring + read % RING_BYTES, 1);
      StringBuilder text = new StringBuilder();
      for (int i = 1; i <= length; i++) {
        text.append((char) cpu.load(ring + read % RING_BYTES + i, 1));
      }
      IO.println("  at %4d: %s".formatted(read % RING_BYTES, text));
      read += 1 + length;
    }

    // Four pages of addresses, two frames of memory. An entry is written when a page is first used:
    // nobody has reached the ring's second page through the second view.
    for (long page = region.firstPage(); page <= region.lastPage(); page++) {
      long entry = space.translation().entry(page);
      IO.println("page 0x%x: ".formatted(page) + (TranslationEntry.present(entry)
          ? "frame " + TranslationEntry.pfn(entry) : "no entry yet"));
    }
    IO.println("pages committed: " + memory.committedPages());
  }
}

/** Writes a length and the characters; returns where the next message goes. */
static long put(Cpu cpu, long ring, long position, String text) {
  long start = ring + position % RING_BYTES;
  cpu.store(start, 1, text.length());
  for (int i = 0; i < text.length(); i++) {
    cpu.store(start + 1 + i, 1, text.charAt(i));
  }
  return position + 1 + text.length();
}
