/** Runs of hostile programs. */
@NullMarked
package dev.mapwright.proof.zircon.hostile;

import org.jspecify.annotations.NullMarked;
