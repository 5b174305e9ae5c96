/**
 * A brute-force model of the bare engine, one entry for each page, and the sequences that are run
 * on both.
 */
@NullMarked
package dev.mapwright.proof.engine;

import org.jspecify.annotations.NullMarked;
