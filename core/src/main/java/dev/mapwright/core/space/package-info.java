/**
 * Address spaces: a tree of regions, the mappings in them, where new ones are placed, what a fault
 * does, reservations that can't fail, and leases.
 */
@NullMarked
package dev.mapwright.core.space;

import org.jspecify.annotations.NullMarked;
