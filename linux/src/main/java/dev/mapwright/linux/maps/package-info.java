/**
 * What {@code /proc/PID/maps} says: reading it, reducing it to mapping facts, comparing two of
 * them.
 */
@NullMarked
package dev.mapwright.linux.maps;

import org.jspecify.annotations.NullMarked;
