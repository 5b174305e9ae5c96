/**
 * Devices with registers, memory, interrupt lines, and accesses to memory of their own, to be
 * plugged into a simulated machine.
 */
@NullMarked
package dev.mapwright.sim.device;

import org.jspecify.annotations.NullMarked;
