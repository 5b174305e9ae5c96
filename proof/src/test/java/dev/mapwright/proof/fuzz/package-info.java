/** Readers of untrusted input against what nobody would write on purpose. */
@NullMarked
package dev.mapwright.proof.fuzz;

import org.jspecify.annotations.NullMarked;
