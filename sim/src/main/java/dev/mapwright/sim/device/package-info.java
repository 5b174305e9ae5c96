/** Devices with registers, memory and interrupt lines, to be plugged into a simulated machine. */
@NullMarked
package dev.mapwright.sim.device;

import org.jspecify.annotations.NullMarked;
