/** What page-table formats are made of, and those that exist. */
@NullMarked
package dev.mapwright.sim.format;

import org.jspecify.annotations.NullMarked;
