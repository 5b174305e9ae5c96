/** Page tables in memory: walking them, going along them, changing them. */
@NullMarked
package dev.mapwright.sim.tables;

import org.jspecify.annotations.NullMarked;
