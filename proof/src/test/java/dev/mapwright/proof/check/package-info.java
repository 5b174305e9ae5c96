/** The invariant checker and the state image, and that both notice what they are for. */
@NullMarked
package dev.mapwright.proof.check;

import org.jspecify.annotations.NullMarked;
