package dev.mapwright.proof.zircon;

/** A CPU in process {@code number} stores 2^sizeLog2 bytes; the reference's section 11. */
record Store(int number, Place at, int sizeLog2, long value) implements Operation {

  static Store draw(Draw draw) {
    int number = draw.random.below(draw.find.world.processes.size());
    return new Store(number, draw.inSpace(number), draw.random.below(4), draw.random.next());
  }

  @Override
  public void step(Driver driver) {
    World world = driver.world;
    int which = number % world.processes.size();
    ModelSpace space = world.processes.get(which).space;
    int bytes = 1 << sizeLog2;
    long address = driver.names.address(at);
    boolean firstOnly =
        world.access(space, address, Bits.PERM_WRITE) == Status.OK
            && world.access(space, address, bytes, Bits.PERM_WRITE) != Status.OK;
    if (firstOnly) {
      return; // Whether the first page was committed by then, the reference does not say.
    }
    int seen = driver.subject.store(which, address, bytes, value);
    driver.judge(this, world.tryStore(space, address, bytes, value), seen);
    PageEntry entry = space.at(address);
    driver.comparison.views(seen == Status.OK && entry != null ? entry.vmo : null);
  }
}
