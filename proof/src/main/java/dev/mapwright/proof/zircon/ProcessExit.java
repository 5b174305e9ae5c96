package dev.mapwright.proof.zircon;

/** Process {@code number}, in order of creation, ends; never the caller. */
record ProcessExit(int number) implements Operation {

  static ProcessExit draw(Draw draw) {
    return new ProcessExit(draw.random.below(24));
  }

  @Override
  public void step(Driver driver) {
    int which = number % driver.world.processes.size();
    if (which != 0) {
      driver.subject.processExit(which);
      driver.world.processes.get(which).kill();
      driver.judge(this, Status.OK, Status.OK);
    }
  }
}
