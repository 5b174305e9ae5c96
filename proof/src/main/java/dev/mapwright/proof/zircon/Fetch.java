package dev.mapwright.proof.zircon;

/** A CPU in process {@code number} fetches an instruction; the reference's section 11. */
record Fetch(int number, Place at) implements Operation {

  static Fetch draw(Draw draw) {
    int number = draw.random.below(draw.find.world.processes.size());
    return new Fetch(number, draw.inSpace(number));
  }

  @Override
  public void step(Driver driver) {
    int which = number % driver.world.processes.size();
    ModelSpace space = driver.world.processes.get(which).space;
    long address = driver.names.address(at);
    int seen = driver.subject.fetch(which, address);
    driver.judge(this, driver.world.access(space, address, 1, Bits.PERM_EXECUTE), seen);
  }
}
