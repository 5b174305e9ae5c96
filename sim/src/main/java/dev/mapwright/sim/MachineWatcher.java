package dev.mapwright.sim;

/**
 * Is told of machines that somebody else makes; see {@link SimulatedMachine#watchNewMachines}. Both
 * methods are called by the thread that makes or closes the machine, and what they throw goes to
 * that thread.
 */
public interface MachineWatcher {
  /**
   * A machine was made, and nobody has used it yet.
   *
   * @param machine the machine; its failure points may be armed
   */
  void made(SimulatedMachine machine);

  /**
   * A machine is about to be closed, and everything of it can still be looked at. Called each time
   * that it is closed.
   *
   * @param machine the machine
   */
  void closing(SimulatedMachine machine);
}
