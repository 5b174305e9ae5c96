// Children of memory: two ways to share pages until somebody writes.
//
// A child shows its parent's pages and costs nothing until it writes one; then it gets a page of
// its own. What differs is what the child sees when the *parent* writes first:
//
//   live view   the parent's page as it is now    (a private mapping of a file)
//   snapshot    the parent's page as it was then  (fork)
//
//     mapwright run CopyOnWrite.java

import module dev.mapwright.sim;

void main() {
  try (SimulatedMachine machine = SimulatedMachine.builder().ram(0, 1024).seed(1).build();
      AddressSpace space = AddressSpace.create(machine, "process", 0x10, 0xFFFF).get()) {
    Cpu cpu = machine.newCpu();
    cpu.attach(space);

    MemoryObject parent = MemoryObject.paged(machine, 2).get();
    long p = map(space, parent, 0x100);
    cpu.store(p, 8, 1);
    cpu.store(p + Pages.BYTES, 8, 1);

    MemoryObject live = parent.child(ChildKind.LIVE_VIEW, 0, 2).get();
    MemoryObject snapshot = parent.child(ChildKind.SNAPSHOT, 0, 2).get();
    long l = map(space, live, 0x200);
    long s = map(space, snapshot, 0x300);

    IO.println("                                   page 0              page 1");
    IO.println("                             parent live snap    parent live snap");
    show(cpu, "all three share the pages", p, l, s);

    cpu.store(p, 8, 2);
    show(cpu, "the parent writes page 0", p, l, s); // the live view follows, the snapshot does not

    cpu.store(l, 8, 30);
    show(cpu, "the live view writes page 0", p, l, s); // from now on it has its own

    cpu.store(p, 8, 4);
    show(cpu, "the parent writes it again", p, l, s); // and no longer follows

    cpu.store(s + Pages.BYTES, 8, 500);
    show(cpu, "the snapshot writes page 1", p, l, s); // nobody else notices

    // Sharing ends page by page: only what was written by somebody exists more than once.
    IO.println("");
    IO.println("frames of their own:  live view %d, snapshot %d"
        .formatted(live.committedPages(), snapshot.committedPages()));

    // Asking costs nothing and changes nothing; only a write copies.
    Translated write = space.translate(l + Pages.BYTES, Access.WRITE);
    IO.println("a write to page 1 of the live view would "
        + (write.commits() ? "copy it first" : "go straight through"));

    parent.release();
    live.release();
    snapshot.release();
  }
}

static long map(AddressSpace space, MemoryObject object, long firstPage) {
  MapRequest request = new MapRequest().object(object, 0).pages(object.pages());
  request.where().at(firstPage);
  space.root().map(request).orThrow();
  return Pages.address(request.firstPage());
}

static void show(Cpu cpu, String what, long parent, long live, long snapshot) {
  StringBuilder line = new StringBuilder("%-28s".formatted(what));
  for (int page = 0; page < 2; page++) {
    long offset = page * (long) Pages.BYTES;
    line.append("%7d %4d %4d".formatted(
        cpu.load(parent + offset, 8), cpu.load(live + offset, 8), cpu.load(snapshot + offset, 8)));
    line.append(page == 0 ? "   " : "");
  }
  IO.println(line);
}
