package dev.mapwright.linux.testing;

import dev.mapwright.sim.SimulatedMachine;

/** The machine that tests map on: 512 MiB, one thread. */
public final class TestMachine {

  private static final long FRAMES = 1 << 17;

  private TestMachine() {}

  /** A fresh machine; the caller closes it. */
  public static SimulatedMachine create() {
    return SimulatedMachine.builder().ram(0, FRAMES).singleThreaded().build();
  }
}
