/**
 * What stands behind the faces of {@link dev.mapwright.core.space}: finding places, cutting
 * mappings, the tree of regions, what decides and changes, faults, reservations, leases and
 * snapshots. {@code Floors} says who stands on whom.
 */
@NullMarked
package dev.mapwright.core.engine;

import org.jspecify.annotations.NullMarked;
