/**
 * Recorded runs of real programs, recomputed call by call: the engine answers first, then its
 * answer is compared with the kernel's.
 *
 * <p>Kinds of calls and events are told apart by {@code instanceof}, not by a switch over patterns:
 * the JVM makes the dispatch of such a switch when it first runs, which no start-up cache holds and
 * which takes as long as a short replay.
 */
@NullMarked
package dev.mapwright.linux.replay;

import org.jspecify.annotations.NullMarked;
