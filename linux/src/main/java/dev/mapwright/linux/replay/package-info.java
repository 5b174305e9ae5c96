/**
 * Recorded runs of real programs, recomputed call by call: the engine answers first, then its
 * answer is compared with the kernel's.
 */
@NullMarked
package dev.mapwright.linux.replay;

import org.jspecify.annotations.NullMarked;
