/** The simulated machine that the engine runs on: memory, page tables, TLB and processors. */
@NullMarked
package dev.mapwright.sim;

import org.jspecify.annotations.NullMarked;
