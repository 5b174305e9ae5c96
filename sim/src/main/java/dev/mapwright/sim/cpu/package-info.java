/** Processors: the TLB, accesses, and the protocol by which removers wait for them. */
@NullMarked
package dev.mapwright.sim.cpu;

import org.jspecify.annotations.NullMarked;
