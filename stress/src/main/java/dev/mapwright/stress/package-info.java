/**
 * Two threads against one engine, state after state, thousands a second: one accesses memory
 * through a CPU while the other takes away what is accessed. jcstress counts what was observed, and
 * fails on what must never be.
 *
 * <p>All states of a run share one machine, one space and two CPUs, the first for the first actor
 * and the second for the second; each state has pages and objects of its own.
 */
@NullMarked
package dev.mapwright.stress;

import org.jspecify.annotations.NullMarked;
