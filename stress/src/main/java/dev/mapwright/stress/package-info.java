/** Concurrency stress tests: two actors at a time on one structure of the engine. */
@NullMarked
package dev.mapwright.stress;

import org.jspecify.annotations.NullMarked;
