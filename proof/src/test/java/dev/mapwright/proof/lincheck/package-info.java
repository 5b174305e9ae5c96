/** Linearizability, checked by exploring the interleavings of small programs. */
@NullMarked
package dev.mapwright.proof.lincheck;

import org.jspecify.annotations.NullMarked;
