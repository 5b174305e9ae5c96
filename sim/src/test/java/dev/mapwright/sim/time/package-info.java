@NullMarked
package dev.mapwright.sim.time;

import org.jspecify.annotations.NullMarked;
