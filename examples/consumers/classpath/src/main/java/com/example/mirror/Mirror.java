package com.example.mirror;

import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_READ;
import static dev.mapwright.zircon.abi.MxVmFlags.MX_VM_FLAG_PERM_WRITE;

import dev.mapwright.core.machine.Machine;
import dev.mapwright.sim.SimulatedMachine;
import dev.mapwright.zircon.Program;
import dev.mapwright.zircon.Vmo;
import dev.mapwright.zircon.Zircon;

/** One memory object at two addresses of a Magenta process: what is stored at one is loaded at the other. */
public final class Mirror {
  private Mirror() {}

  /**
   * Stores through one mapping and loads through the other.
   *
   * @param value any number
   * @return what was loaded
   */
  public static long reflect(long value) {
    try (Machine machine = SimulatedMachine.create(1 << 20);
        Zircon zircon = Zircon.boot(machine);
        Program program = zircon.start("mirror");
        Vmo vmo = program.createVmo(4096)) {
      long here = program.root().map(vmo, 0, 4096, MX_VM_FLAG_PERM_READ | MX_VM_FLAG_PERM_WRITE);
      long there = program.root().map(vmo, 0, 4096, MX_VM_FLAG_PERM_READ);
      program.cpu().store(here + 8, 8, value);
      return program.cpu().load(there + 8, 8);
    }
  }

  /**
   * Shows it.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    System.out.println("stored 42, loaded " + reflect(42));
  }
}
