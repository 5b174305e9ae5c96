/** Page-table formats and the translations that are stored in them. */
@NullMarked
package dev.mapwright.sim.tables;

import org.jspecify.annotations.NullMarked;
