/** Tests of this package. */
@NullMarked
package dev.mapwright.sim.tables;

import org.jspecify.annotations.NullMarked;
