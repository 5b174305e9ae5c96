/**
 * The call face: the routines under their documented names and signatures, with pointers into the
 * caller's memory and statuses as answers. Each routine's file decodes its arguments in the
 * documented order, then invokes the engine.
 */
@NullMarked
package dev.mapwright.zircon.call;

import org.jspecify.annotations.NullMarked;
