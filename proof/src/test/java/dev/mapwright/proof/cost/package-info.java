/** What operations cost when a program chooses the worst: steps, depth and heap, and never time. */
@NullMarked
package dev.mapwright.proof.cost;

import org.jspecify.annotations.NullMarked;
