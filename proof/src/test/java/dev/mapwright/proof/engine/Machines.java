package dev.mapwright.proof.engine;

import dev.mapwright.core.machine.Machine;
import dev.mapwright.sim.SimulatedMachine;

/** Machines for the campaigns. */
public final class Machines {
  private static final long RAM_PAGES = 1 << 18;

  private Machines() {}

  /**
   * A simulated machine of one thread with a gigabyte of RAM, none of it touched; tables of five
   * levels for odd seeds, else of four.
   */
  public static Machine simulated(long seed) {
    int levels = (seed & 1) == 0 ? 4 : 5;
    return SimulatedMachine.builder()
        .ram(0x100, RAM_PAGES)
        .seed(seed)
        .levels(levels)
        .singleThreaded()
        .build();
  }
}
