/**
 * Memory objects: what a mapping shows. Pages that are committed on demand, adjacent frames,
 * physical ranges, and children that show their parent's pages until they are written.
 */
@NullMarked
package dev.mapwright.core.memory;

import org.jspecify.annotations.NullMarked;
