/** Tests of this package. */
@NullMarked
package dev.mapwright.sim.cpu;

import org.jspecify.annotations.NullMarked;
