/**
 * A brute-force model of what Windows' documentation says of MDLs, reserved mappings, I/O space,
 * page locks, cache attributes and system PTEs, one entry a page, and the random sequences that are
 * run on it and on the personality. The model shares nothing with the personality but documented
 * constants and the names of the answers.
 */
@NullMarked
package dev.mapwright.proof.windows;

import org.jspecify.annotations.NullMarked;
