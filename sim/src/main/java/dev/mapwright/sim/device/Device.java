package dev.mapwright.sim.device;

import dev.mapwright.core.machine.InterruptLine;
import dev.mapwright.core.machine.Machine;
import java.util.List;

/**
 * A device that can be plugged into a simulated machine: it says which ranges of physical addresses
 * it answers for and which interrupt lines it drives. {@code SimulatedMachine.plug} gives the
 * ranges their places, {@code SimulatedMachine.unplug} pulls it out while it may be in use.
 *
 * <p>What it declares never changes. Its handlers are called as {@link
 * dev.mapwright.core.machine.DeviceHandler} says, by several CPUs at once on a concurrent machine;
 * what it does later, it asks the machine's {@linkplain Machine#clock clock} for.
 *
 * <p>It takes part in the snapshot of a space that maps any of its BARs, when all of its handlers
 * have something to go back to ({@link dev.mapwright.core.machine.DeviceHandler#saveState}). Of
 * handlers that share what they keep, one saves it, and the others answer {@link
 * dev.mapwright.core.machine.DeviceState#NONE}.
 */
public interface Device {
  /** {@return its name, for reports} */
  String name();

  /** {@return its BARs, each index at most once} */
  List<Bar> bars();

  /** {@return the interrupt lines that it drives; none unless it says otherwise} */
  default List<InterruptLine> interruptLines() {
    return List.of();
  }

  /**
   * It gets power: it begins as when it is made. Called before the first access reaches a handler,
   * with nothing held.
   *
   * @param machine where it is plugged in
   */
  default void plugged(Machine machine) {}

  /**
   * Its power is cut. Accesses that were under way may still call its handlers, also afterwards.
   * Called when later accesses find a hole already, with nothing held. Its interrupt lines are
   * lowered for it when this returns.
   *
   * <p>Also called when it could not be plugged in after all, because something else is at its
   * place.
   */
  default void unplugged() {}
}
