/** Benchmarks of the engine against the kernel and against plain Java structures. */
@NullMarked
package dev.mapwright.bench;

import org.jspecify.annotations.NullMarked;
