@NullMarked
package dev.mapwright.sim.device;

import org.jspecify.annotations.NullMarked;
