/** The named mutants, and the proof that each of them is found. */
@NullMarked
package dev.mapwright.proof.mutants;

import org.jspecify.annotations.NullMarked;
