/** Tests of this package. */
@NullMarked
package dev.mapwright.sim.memory;

import org.jspecify.annotations.NullMarked;
