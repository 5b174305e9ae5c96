/** Campaigns of the brute-force model against the bare engine. */
@NullMarked
package dev.mapwright.proof.engine;

import org.jspecify.annotations.NullMarked;
