/** Physical memory: its map, its contents, and the frames that it consists of. */
@NullMarked
package dev.mapwright.sim.memory;

import org.jspecify.annotations.NullMarked;
