/** Domains against a model, and what their contract says, sentence by sentence. */
@NullMarked
package dev.mapwright.proof.dma;

import org.jspecify.annotations.NullMarked;
