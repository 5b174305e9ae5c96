/**
 * The kernel objects: processes, address regions, memory objects, resources and jobs. They tie
 * handles to what the engine keeps, and hold the few facts that the engine does not know, such as
 * byte-exact sizes and the flags of a region.
 */
@NullMarked
package dev.mapwright.zircon.object;

import org.jspecify.annotations.NullMarked;
