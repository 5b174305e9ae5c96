/** The engine's contract, sentence by sentence, on a machine. */
@NullMarked
package dev.mapwright.proof.contract;

import org.jspecify.annotations.NullMarked;
