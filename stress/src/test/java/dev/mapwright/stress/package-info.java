/** Runs the stress tests. */
@NullMarked
package dev.mapwright.stress;

import org.jspecify.annotations.NullMarked;
