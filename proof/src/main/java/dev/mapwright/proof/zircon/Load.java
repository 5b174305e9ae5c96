package dev.mapwright.proof.zircon;

import java.util.Arrays;

/** A CPU in process {@code number} loads 2^sizeLog2 bytes; the reference's section 11. */
record Load(int number, Place at, int sizeLog2) implements Operation {

  static Load draw(Draw draw) {
    int number = draw.random.below(draw.find.world.processes.size());
    return new Load(number, draw.inSpace(number), draw.random.below(4));
  }

  @Override
  public void step(Driver driver) {
    World world = driver.world;
    int which = number % world.processes.size();
    ModelSpace space = world.processes.get(which).space;
    int bytes = 1 << sizeLog2;
    long address = driver.names.address(at);
    long[] value = new long[1];
    int seen = driver.subject.load(which, address, bytes, value);
    driver.judge(this, world.access(space, address, bytes, Bits.PERM_READ), seen);
    if (seen == Status.OK) {
      byte[] data = world.load(space, address, bytes);
      long expected = World.wrap(Arrays.copyOf(data, 8)).getLong();
      if (value[0] != expected) {
        throw new Divergence(
            "%s of 0x%x read 0x%x, expected 0x%x".formatted(this, address, value[0], expected));
      }
    }
  }
}
